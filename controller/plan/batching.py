"""Batching: which loads share a cart, so that all tours together are short.

Owns the plan: first come first served is its first answer and no later one is longer. Refuses
loads that no cart takes, each with a reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import TYPE_CHECKING

from controller.plan import Effort, walking
from controller.plan.apart import Pairs, clash, pairs_of
from controller.plan.graphs.graph import Graph
from controller.plan.walks.batch_bound import batches_bound_mm
from controller.plan.walks.rectangle import Layout, Stop, check_stops, depot_distance_mm

if TYPE_CHECKING:
    from controller.plan.tours.batches import Batches, Question

__all__ = ["Cart", "Load", "Plan", "Problem", "Tour", "solve", "warm"]

PARTITION_LOADS_MAX, DEEP_LOADS_MAX = 12, 150
SEARCHED = 2 / 3
WORK_PER_CART = 30
COMPARED = "all carts were compared"
PROGRAMME = "the linear programme over all carts"
FARTHEST = "what lies farthest, by as many carts as it fills"
PRICED_BLOCKS_MAX = 4
NONE: Pairs = frozenset()

Tours = list[int]
Members = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What fills one or more slots of a cart: picked on one tour, due together.

    `goods` names what may be kept apart from other goods.
    """

    id: str
    stops: tuple[Stop, ...]
    volume_ml: int
    mass_g: int
    due_ms: int
    slots: int = 1
    goods: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """What one tour can carry: slots for the loads, volume and mass over all of them."""

    slots: int
    volume_ml: int
    mass_g: int

    def __post_init__(self) -> None:
        if min(self.slots, self.volume_ml, self.mass_g) < 1:
            raise ValueError(f"{self} carries nothing: give at least 1 slot, 1 ml and 1 g")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The loads to pick, and the cart that every tour takes.

    `apart` are pairs of goods that may not share a cart.
    """

    layout: Layout
    cart: Cart
    loads: tuple[Load, ...]
    apart: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for load in self.loads:
            if load.id in seen:
                raise ValueError(f"load {load.id!r} is given twice: give each id once")
            if min(load.volume_ml, load.mass_g, load.slots) < 0:
                raise ValueError(f"load {load.id!r} is smaller than nothing: give 0 or more")
            seen.add(load.id)
            check_stops(self.layout, load.stops)
        for one, other in self.apart:
            if one == other:
                raise ValueError(f"goods {one!r} is kept apart from itself: give two kinds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """One cart: its loads by due time, and its stops in walking order as (load id, stop index)."""

    loads: tuple[str, ...]
    sequence: tuple[tuple[str, int], ...]
    length_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Tours by their earliest due time; `refused` holds (load id, reason).

    `bound_why` says what no plan can walk less than: "all carts were compared", "the linear
    programme over all carts", or "what lies farthest, by as many carts as it fills".
    """

    tours: tuple[Tour, ...]
    total_mm: int
    first_come_mm: int
    bound_mm: int
    bound_why: str
    refused: tuple[tuple[str, str], ...]


def solve(problem: Problem, effort: Effort, *, deep: bool = False) -> Plan:
    """Tours over all loads that fit the cart, never longer in sum than first come first served.

    Up to twelve loads are shared out by enumeration and the plan is proven the shortest. `deep`
    keeps a third of the effort for a choice among all carts that up to 150 loads can fill, or
    those met in searching where they are too many; of all of them it also proves a bound.
    Units: one unit of work is 150 transitions of the tour programme in sixteen lanes, about half
    a microsecond; savings and exchanges share the effort.
    Source: Clarke & Wright 1964; Kirkpatrick, Gelatt & Vecchi 1983.
    """
    reasons = {load.id: _reason(load, problem.cart) for load in problem.loads}
    refused = tuple((id_, reason) for id_, reason in sorted(reasons.items()) if reason)
    taken = [load for load in problem.loads if not reasons[load.id]]
    loads = sorted(taken, key=lambda load: (load.due_ms, load.id))
    if not loads:
        return Plan(
            tours=(), total_mm=0, first_come_mm=0, bound_mm=0, bound_why=COMPARED, refused=refused
        )
    from controller.plan.tours.batches import Batches

    question = _question(problem, loads)
    batches = Batches(question)
    exact = question.layout == problem.layout
    first = _first_come(problem, loads)
    best, proven_mm = _best(batches, first, effort, deep)
    if exact:
        first_come_mm = sum(batches.lengths(first))
        tours = _walked(problem.layout, loads, best)
    else:
        tours, first_tours = (_walked(problem.layout, loads, each) for each in (best, first))
        first_come_mm = sum(tour.length_mm for tour in first_tours)
        tours = min(tours, first_tours, key=lambda walked: sum(tour.length_mm for tour in walked))
    total = sum(tour.length_mm for tour in tours)
    rough = _bound_mm(problem, loads, batches, exact)
    bound = max(rough, proven_mm) if exact else rough
    why = COMPARED if bound >= total else PROGRAMME if bound > rough else FARTHEST
    return Plan(
        tours=tuple(tours),
        total_mm=total,
        first_come_mm=first_come_mm,
        bound_mm=min(bound, total),
        bound_why=why,
        refused=refused,
    )


def admits_deep(problem: Problem, effort: Effort) -> bool:
    """Whether all carts that the loads can fill are few enough to be priced within an effort."""
    loads = len(problem.loads)
    sizes = range(1, min(loads, problem.cart.slots) + 1)
    return (
        PARTITION_LOADS_MAX < loads <= DEEP_LOADS_MAX
        and sum(comb(loads, size) for size in sizes) * WORK_PER_CART <= effort.work
    )


def warm() -> None:
    """Loads the compiled search, or compiles it once for this installation."""
    layout = Layout(aisles=2, block_lengths_mm=(1,), aisle_pitch_mm=1, depot_aisle=0)
    stop = Stop(aisle=1, block=0, y_mm=1)
    loads = tuple(
        Load(id=f"{number:02}", stops=(stop,), volume_ml=1, mass_g=1, due_ms=0)
        for number in range(PARTITION_LOADS_MAX + 1)
    )
    cart = Cart(slots=2, volume_ml=9, mass_g=9)
    problem = Problem(layout=layout, cart=cart, loads=loads)
    solve(problem, Effort(work=1_000))
    solve(replace(problem, loads=loads[:3]), Effort())


def _reason(load: Load, cart: Cart) -> str:
    if load.slots > cart.slots:
        return f"needs {load.slots} slots, the cart has {cart.slots}"
    if load.volume_ml > cart.volume_ml:
        return f"needs {load.volume_ml} ml, the cart holds {cart.volume_ml} ml"
    if load.mass_g > cart.mass_g:
        return f"weighs {load.mass_g} g, the cart carries {cart.mass_g} g"
    return ""


def _question(problem: Problem, loads: Sequence[Load]) -> "Question":
    """The problem by numbers, on a layout of so few blocks that its tours can be priced."""
    from controller.plan.tours.batches import Question

    layout, begins = _priced(problem.layout)
    names = sorted({load.goods for load in loads})
    number = {name: place for place, name in enumerate(names)}
    return Question(
        layout=layout,
        visits=[[_moved(stop, begins) for stop in load.stops] for load in loads],
        needs=[(load.slots, load.volume_ml, load.mass_g) for load in loads],
        limits=(problem.cart.slots, problem.cart.volume_ml, problem.cart.mass_g),
        groups=[number[load.goods] for load in loads],
        apart=[(number[a], number[b]) for a, b in problem.apart if {a, b} <= set(names)],
    )


def _priced(layout: Layout) -> tuple[Layout, list[tuple[int, int]]]:
    """A layout with fewer cross-aisles, and for each block where it begins there: (block, y)."""
    lengths = layout.block_lengths_mm
    most = PRICED_BLOCKS_MAX - bool(layout.depot_mm)
    merged = -(-len(lengths) // most)
    begins = []
    for block in range(len(lengths)):
        start = block - block % merged
        begins.append((block // merged, sum(lengths[start:block])))
    rows = [sum(lengths[start : start + merged]) for start in range(0, len(lengths), merged)]
    return replace(layout, block_lengths_mm=tuple(rows)), begins


def _moved(stop: Stop, begins: Sequence[tuple[int, int]]) -> Stop:
    block, y_mm = begins[stop.block]
    return Stop(aisle=stop.aisle, block=block, y_mm=y_mm + stop.y_mm)


def first_come(loads: int, fits: Callable[[Members], bool]) -> list[Members]:
    """Carts filled in the order given; one leaves when the next load does not fit."""
    tours: list[Members] = []
    for load in range(loads):
        if tours and fits((*tours[-1], load)):
            tours[-1] = (*tours[-1], load)
        else:
            tours.append((load,))
    return tours


def _first_come(problem: Problem, loads: Sequence[Load]) -> Tours:
    """The tour of each load where carts are filled in due order."""
    pairs = pairs_of(problem.apart)

    def fits(members: Members) -> bool:
        return takes(problem.cart, [loads[load] for load in members], pairs)

    return [nth for nth, held in enumerate(first_come(len(loads), fits)) for _ in held]


def _best(batches: "Batches", first: Tours, effort: Effort, deep: bool) -> tuple[Tours, int]:
    """The tour of each load in the shortest plan found, and a length that none goes below."""
    if len(first) <= PARTITION_LOADS_MAX and effort.work and not effort.should_stop():
        best = batches.partition()
        return best, sum(batches.lengths(best))
    if first[-1] == 0 or effort.should_stop():
        return first, 0
    deep = deep and len(first) <= DEEP_LOADS_MAX
    search = _two_thirds(effort) if deep else effort
    start = min(first, batches.joined(search), key=lambda tours: sum(batches.lengths(tours)))
    best = batches.improved(start, search)
    if not deep:
        return best, 0
    return batches.covered(best, replace(effort, work=max(0, effort.work - batches.spent)))


def _two_thirds(effort: Effort) -> Effort:
    return Effort(
        work=effort.work * 2 // 3,
        should_stop=lambda: effort.should_stop() or effort.gone() >= SEARCHED,
        gone=lambda: effort.gone() / SEARCHED,
    )


def _walked(layout: Layout, loads: Sequence[Load], tours: Tours) -> list[Tour]:
    """The tours walked, by their most urgent load."""
    members: dict[int, list[Load]] = {}
    for load, tour in zip(loads, tours, strict=True):
        members.setdefault(tour, []).append(load)
    return [walked(layout, held, Effort()) for held in members.values()]


def takes(cart: Cart, loads: Sequence[Load], apart: Pairs = NONE) -> bool:
    """Whether the cart has the slots for these loads, carries them, and none is kept apart."""
    goods = {load.goods for load in loads} if apart else ()
    return (
        sum(load.slots for load in loads) <= cart.slots
        and sum(load.volume_ml for load in loads) <= cart.volume_ml
        and sum(load.mass_g for load in loads) <= cart.mass_g
        and not clash(goods, goods, apart)
    )


def walked(layout: Layout | Graph, loads: Sequence[Load], effort: Effort) -> Tour:
    """One cart's tour through all stops of its loads."""
    named = [(load.id, index) for load in loads for index in range(len(load.stops))]
    stops = tuple(stop for load in loads for stop in load.stops)
    walk = walking.solve(walking.Problem(layout=layout, stops=stops), effort)
    return Tour(
        loads=tuple(load.id for load in loads),
        sequence=tuple(named[index] for index in walk.sequence),
        length_mm=walk.length_mm,
    )


def _bound_mm(problem: Problem, loads: Sequence[Load], batches: "Batches", exact: bool) -> int:
    if exact:
        alone = batches.lengths(range(len(loads)))
    else:
        alone = [
            2 * max((depot_distance_mm(problem.layout, stop) for stop in load.stops), default=0)
            for load in loads
        ]
    return batches_bound_mm(
        problem.layout,
        [load.stops for load in loads],
        alone,
        [(load.slots, load.volume_ml, load.mass_g) for load in loads],
        (problem.cart.slots, problem.cart.volume_ml, problem.cart.mass_g),
    )
