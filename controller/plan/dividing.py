"""Dividing: fills cartons one after another, and divides anew what two cartons hold.

Owns the heuristic answers for orders too large for a proof. It refuses to prove anything and to
spend more than the oracle's effort.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from controller.plan.fitting import (
    Lot,
    Order,
    by_face,
    by_length,
    by_price,
    by_volume,
    in_order,
    mass_of,
    may_fit,
    smallest,
)
from controller.plan.packages import Carton, Packed, Placement, Problem, carton_cents
from controller.plan.proving import LOT_WORK, Oracle
from controller.plan.stacking import Rule, Stack, deep, flush

MISSES_MAX = 24
"""Lots that may find no place before a carton counts as full."""
DIVISIONS: tuple[tuple[Order, Rule], ...] = (
    (by_volume, flush),
    (by_face, flush),
    (by_volume, deep),
    (by_length, flush),
    (smallest, flush),
    (by_length, deep),
    (by_face, deep),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One carton with lots and their places."""

    carton: Carton
    lots: tuple[Lot, ...]
    placements: tuple[Placement, ...]
    cents: int

    def packed(self) -> Packed:
        """The part as a planned carton."""
        return Packed(
            carton=self.carton.code,
            contents=tuple((item.piece.ref, qty) for item, qty in self.lots),
            mass_g=mass_of(self.lots) + self.carton.tare_g,
            placements=self.placements,
        )


def total(parts: Sequence[Part]) -> int:
    """What parts cost together in cents."""
    return sum(part.cents for part in parts)


def together(oracle: Oracle, lots: Sequence[Lot], limit_cents: int) -> Part | None:
    """The cheapest carton found for all lots, below a limit."""
    for cents, carton in by_price(oracle.problem, lots):
        if cents >= limit_cents:
            break
        fit = oracle.ask(carton, lots)
        if fit.placements:
            return Part(carton=carton, lots=tuple(lots), placements=fit.placements, cents=cents)
    return None


def by_rate(problem: Problem) -> list[Carton]:
    """Cartons by the price of their volume when empty, cheapest room first."""

    def rate(carton: Carton) -> tuple[Fraction, str]:
        cents = carton_cents(problem.tariff, carton, 0)
        return Fraction(cents, carton.room_mm3), carton.code

    return sorted(problem.cartons, key=rate)


def one_after_another(oracle: Oracle, lots: Sequence[Lot], lead: Carton) -> list[Part]:
    """Fill cartons of the lead type while they hold the largest unit, then shrink each."""
    rates = [lead, *by_rate(oracle.problem)]
    rest = in_order(lots, by_volume)
    parts: list[Part] = []
    while rest:
        first = [(rest[0][0], 1)]
        carton = next(c for c in rates if may_fit(c, first, oracle.problem.fill_percent))
        part = _fill(oracle, carton, rest, flush)
        wanted = {item.piece.ref: qty for item, qty in rest}
        times = min(wanted[item.piece.ref] // qty for item, qty in part.lots)
        parts += [together(oracle, part.lots, part.cents) or part] * times
        rest = _without(rest, part.lots, times)
    return parts


def _fill(oracle: Oracle, carton: Carton, lots: Sequence[Lot], rule: Rule) -> Part:
    stack = Stack.empty(carton, oracle.problem.fill_percent)
    taken: list[Lot] = []
    misses = tries = 0
    for item, qty in lots:
        if item.volume_mm3 > stack.volume_left_mm3:
            continue
        found = stack.add(item, qty, rule)
        tries += 1
        if found:
            taken.append((item, found))
        misses += not found
        if misses > MISSES_MAX:
            break
    oracle.spend(LOT_WORK * tries)
    taken.sort(key=lambda lot: lot[0].piece.ref)
    cents = carton_cents(oracle.problem.tariff, carton, mass_of(taken))
    placements = tuple(stack.placements)
    return Part(carton=carton, lots=tuple(taken), placements=placements, cents=cents)


def _without(lots: Sequence[Lot], taken: Sequence[Lot], times: int = 1) -> list[Lot]:
    used = {item.piece.ref: qty * times for item, qty in taken}
    left = [(item, qty - used.get(item.piece.ref, 0)) for item, qty in lots]
    return [(item, qty) for item, qty in left if qty]


def improve(oracle: Oracle, parts: Sequence[Part]) -> list[Part]:
    """Divide two parts anew as long as that saves money."""
    parts = list(parts)
    settled: set[tuple[tuple[str, int], ...]] = set()
    improved = True
    while improved and not oracle.out():
        improved = False
        for a, b in combinations(range(len(parts)), 2):
            lots = _merged(parts[a], parts[b])
            key = tuple((item.piece.ref, qty) for item, qty in lots)
            if key in settled:
                continue
            settled.add(key)
            better = _divide(oracle, lots, parts[a].cents + parts[b].cents)
            if better:
                parts = [part for at, part in enumerate(parts) if at not in (a, b)] + better
                improved = True
                break
    return parts


def _merged(one: Part, other: Part) -> list[Lot]:
    loads = {item.piece.ref: item for item, _ in one.lots + other.lots}
    counts: Counter[str] = Counter()
    for item, qty in one.lots + other.lots:
        counts[item.piece.ref] += qty
    return [(loads[ref], counts[ref]) for ref in sorted(counts)]


def _divide(oracle: Oracle, lots: Sequence[Lot], limit_cents: int) -> list[Part]:
    """One or two cartons cheaper than the limit, or nothing."""
    best: list[Part] = []
    one = together(oracle, lots, limit_cents)
    if one:
        best, limit_cents = [one], one.cents
    least = min(carton_cents(oracle.problem.tariff, c, 0) for c in oracle.problem.cartons)
    for order, rule in DIVISIONS:
        offered = in_order(lots, order)
        for lead in oracle.problem.cartons:
            if oracle.out():
                return best
            if carton_cents(oracle.problem.tariff, lead, 0) + least >= limit_cents:
                continue
            part = _fill(oracle, lead, offered, rule)
            rest = sorted(_without(lots, part.lots), key=lambda lot: lot[0].piece.ref)
            if not part.lots or not rest:
                continue
            other = together(oracle, rest, limit_cents - part.cents)
            if other:
                best = [together(oracle, part.lots, part.cents) or part, other]
                limit_cents = total(best)
    return best
