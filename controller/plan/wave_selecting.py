"""Wave selection: which orders start together, so that each visited aisle yields most units.

Owns the choice of orders and aisles under a least and a greatest number of units; the stock of
the chosen aisles covers the chosen orders. Refuses orders that no wave could hold, each with a
reason. The problem is the one of Mercado Livre's challenge at the Brazilian symposium on
operational research, 2025.
"""

from dataclasses import dataclass
from fractions import Fraction

from controller.plan import Effort

TURNS = 4  # rounds of the search between two tries of the exact programme

Lines = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`lines` are (SKU, units); an order is chosen whole or not at all."""

    id: str
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Aisle:
    """`stock` is (SKU, units)."""

    id: str
    stock: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Orders by urgency: the first is preferred where two are equal."""

    orders: tuple[Order, ...]
    aisles: tuple[Aisle, ...]
    units_min: int
    units_max: int

    def __post_init__(self) -> None:
        if not 0 <= self.units_min <= self.units_max:
            raise ValueError(
                f"units_min={self.units_min}, units_max={self.units_max}: "
                "give 0 <= units_min <= units_max"
            )
        for kind, given in (("order", self.orders), ("aisle", self.aisles)):
            if len({each.id for each in given}) < len(given):
                raise ValueError(f"an {kind} is given twice: give each id once")
        for order in self.orders:
            if min((units for _, units in order.lines), default=1) < 1:
                raise ValueError(f"order {order.id!r} has a line without units: give 1 or more")
        for aisle in self.aisles:
            if min((units for _, units in aisle.stock), default=0) < 0:
                raise ValueError(f"aisle {aisle.id!r} holds less than nothing: give 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The wave; no wave has more units to an aisle than `bound`.

    `refused` holds (order, reason) of orders that no wave can hold. A wave without orders says
    that the least number of units was not reached.
    """

    orders: tuple[str, ...]
    aisles: tuple[str, ...]
    units: int
    bound: Fraction
    optimal: bool
    refused: tuple[tuple[str, str], ...]

    @property
    def units_per_aisle(self) -> Fraction:
        """What the wave is judged by."""
        return Fraction(self.units, max(1, len(self.aisles)))


def solve(problem: Problem, effort: Effort) -> Plan:
    """The wave with the most units to a visited aisle that the effort finds.

    Units: one unit of work looks at about a thousand order lines and stocks, about five
    microseconds; the exact programme counts 50 units a node of SCIP for each thousand.
    Source: Dinkelbach 1967 (the ratio); Schrimpf et al. 2000 (ruin and recreate).
    """
    from controller.plan.waves.programme import Programme
    from controller.plan.waves.rows import wave_of
    from controller.plan.waves.searching import Search

    wave = wave_of(
        [order.lines for order in problem.orders],
        [aisle.stock for aisle in problem.aisles],
        problem.units_min,
        problem.units_max,
    )
    search = Search(wave)
    search.start(effort)
    programme = Programme(wave)
    turns = 0
    while search.aisles and not search.proven and not search.over(effort):
        search.run(turns, effort)
        turns += 1
        if turns % TURNS == 0:
            programme.improve(search, effort)
    return Plan(
        orders=tuple(problem.orders[number].id for number in sorted(search.orders)),
        aisles=tuple(problem.aisles[number].id for number in search.aisles),
        units=search.units,
        bound=search.bound,
        optimal=search.proven,
        refused=tuple((problem.orders[number].id, why) for number, why in wave.refused),
    )
