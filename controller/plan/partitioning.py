"""Partitioning: the provably cheapest cartons for an order of a few units.

Owns the set partition over all groups of units. Each group starts at the cheapest carton that
nothing rules out; only the groups of the cheapest partition are put to the oracle, and an answer
"impossible" raises the group's price, until the cheapest partition is known to fit.
It refuses more units than `UNITS_MAX`, because the groups double with every unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan.dividing import Part
from controller.plan.fitting import Lot, holds
from controller.plan.packages import Carton, Placement, carton_cents
from controller.plan.proving import Oracle
from controller.plan.stacking import Load

Counts = tuple[int, ...]
"""Units of each lot in a group; equal units make equal groups."""

NEVER_CENTS = 10**12
FEWER = 64
"""Factor on cents, so that one more carton decides between equal costs."""


@dataclass(slots=True, kw_only=True)
class Group:
    """Units that may share a carton, with the cartons still open, dearest first."""

    lots: list[Lot]
    options: list[tuple[int, Carton]]
    placements: tuple[Placement, ...] = ()

    @property
    def cents(self) -> int:
        """The least that this group may cost as far as is known."""
        return self.options[-1][0] if self.options else NEVER_CENTS

    def part(self) -> Part:
        """The group in the carton that the oracle found for it."""
        cents, carton = self.options[-1]
        lots = tuple(self.lots)
        return Part(carton=carton, lots=lots, placements=self.placements, cents=cents)


def partition(oracle: Oracle, lots: Sequence[Lot]) -> tuple[list[Part], int]:
    """The cheapest parts found and a cost that no packing goes under."""
    counts = _counts(lots)
    groups = _groups(oracle, lots, set(counts[1:]))
    bound_cents = None
    while True:
        cheapest = [groups[counts[mask]] for mask in _cheapest(counts, groups)]
        asked = next((group for group in cheapest if not group.placements), None)
        cost_cents = sum(group.cents for group in cheapest)
        if asked is None:
            parts = [group.part() for group in cheapest]
            return parts, cost_cents if bound_cents is None else bound_cents
        fit = oracle.ask(asked.options[-1][1], asked.lots)
        if fit.placements:
            asked.placements = fit.placements
            continue
        if not fit.impossible and bound_cents is None:
            bound_cents = cost_cents
        asked.options.pop()


def _counts(lots: Sequence[Lot]) -> list[Counts]:
    """The counts of each set of units, by bit mask."""
    kinds = [kind for kind, (_, qty) in enumerate(lots) for _ in range(qty)]
    counts: list[Counts] = [(0,) * len(lots)]
    for kind in kinds:
        counts += [(*c[:kind], c[kind] + 1, *c[kind + 1 :]) for c in counts]
    return counts


def _groups(oracle: Oracle, lots: Sequence[Lot], keys: set[Counts]) -> dict[Counts, Group]:
    holding = [[holds(carton, item) for item, _ in lots] for carton in oracle.problem.cartons]
    groups = {}
    for key in sorted(keys):
        chosen = [(item, qty) for (item, _), qty in zip(lots, key, strict=True) if qty]
        kinds = [kind for kind, qty in enumerate(key) if qty]
        cartons = [
            carton
            for carton, held in zip(oracle.problem.cartons, holding, strict=True)
            if all(held[kind] for kind in kinds)
        ]
        groups[key] = Group(lots=chosen, options=_options(oracle, cartons, chosen))
    return groups


def _options(
    oracle: Oracle, cartons: Sequence[Carton], lots: Sequence[tuple[Load, int]]
) -> list[tuple[int, Carton]]:
    mass_g = sum(item.piece.mass_g * qty for item, qty in lots)
    volume_mm3 = 100 * sum(item.volume_mm3 * qty for item, qty in lots)
    fill_percent, tariff = oracle.problem.fill_percent, oracle.problem.tariff
    options = [
        (carton_cents(tariff, carton, mass_g), carton)
        for carton in cartons
        if mass_g <= carton.mass_max_g and volume_mm3 <= carton.room_mm3 * fill_percent
    ]
    return sorted(options, key=lambda option: (option[0], option[1].code), reverse=True)


def _cheapest(counts: Sequence[Counts], groups: dict[Counts, Group]) -> list[int]:
    """Bit masks of the cheapest partition; of equal costs the one with fewer cartons."""
    price = [0] + [groups[key].cents * FEWER + 1 for key in counts[1:]]
    cost, last = [0] * len(counts), [0] * len(counts)
    for mask in range(1, len(counts)):
        lowest = mask & -mask
        others = rest = mask ^ lowest
        cost[mask], last[mask] = price[mask], mask
        while rest:
            if price[mask ^ rest] + cost[rest] < cost[mask]:
                cost[mask], last[mask] = price[mask ^ rest] + cost[rest], mask ^ rest
            rest = (rest - 1) & others
    masks, left = [], len(counts) - 1
    while left:
        masks.append(last[left])
        left ^= last[left]
    return masks
