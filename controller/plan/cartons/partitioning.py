"""Partitioning: the provably cheapest cartons for an order of a few lots.

Owns the set partition over all groups of lots. Each group starts at the cheapest carton that is
not out of the question at sight; only groups of the cheapest partition are asked about, and an
answer "impossible" raises the group's price, until the cheapest partition is known to fit.
It refuses many lots, because the groups double with every one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from controller.plan.cartons.filling import NEVER
from controller.plan.cartons.parts import Counts, Part
from controller.plan.cartons.searching import Search

FEWER = 64
"""Factor on cents, so that one carton less decides between equal costs."""


@dataclass(slots=True)
class Group:
    """Lots that may share a carton, with the cartons still open, dearest first."""

    counts: Counts
    options: list[tuple[int, int]]
    volume_mm3: int
    part: Part | None = None

    @property
    def cents(self) -> int:
        """The least that this group may cost as far as is known."""
        return self.options[-1][0] if self.options else NEVER


@dataclass(slots=True)
class Asked:
    """What came out: parts or nothing better, and the cost that no answer goes under."""

    parts: list[Part] = field(default_factory=list)
    bound_cents: int = 0


Answer = tuple[Part | None, bool]
"""The part, or whether it is impossible."""


def partition(
    search: Search, known: Sequence[Part], ask: Callable[[int, Counts, int], Answer]
) -> Asked:
    """The cheapest parts found for less than those known, and the bound.

    `ask` answers whether counts of lots fit a carton.
    """
    counts = _counts([lot.count for lot in search.lots])
    groups = _groups(search, counts)
    for part in known:
        groups[part.counts].part = part
    beat, bound = sum(part.cents for part in known) or NEVER, 0
    while True:
        cheapest = [groups[counts[mask]] for mask in _cheapest(search, counts, groups)]
        cost = sum(group.cents for group in cheapest)
        if cost >= beat:
            return Asked(bound_cents=bound or beat)
        open_groups = [group for group in cheapest if not _settled(group)]
        if not open_groups:
            return Asked([group.part for group in cheapest if group.part], bound or cost)
        group = max(open_groups, key=lambda each: each.volume_mm3)
        cents, carton = group.options[-1]
        fitting, impossible = ask(carton, group.counts, cents)
        if fitting:
            group.part = fitting
            continue
        group.options.pop()
        if not impossible:
            bound = bound or cost


def _settled(group: Group) -> bool:
    return group.part is not None and group.part.cents <= group.cents


def _counts(lots: Sequence[int]) -> list[Counts]:
    """The counts of each set of lots, by bit mask."""
    kinds = [kind for kind, qty in enumerate(lots) for _ in range(qty)]
    counts: list[Counts] = [(0,) * len(lots)]
    for kind in kinds:
        counts += [(*c[:kind], c[kind] + 1, *c[kind + 1 :]) for c in counts]
    return counts


def _groups(search: Search, counts: Sequence[Counts]) -> dict[Counts, Group]:
    keys = sorted(set(counts[1:]))
    groups = {}
    for key, row, volume_mm3 in zip(keys, *search.options(keys), strict=True):
        options = [(cents, carton) for carton, cents in enumerate(row) if cents < NEVER]
        groups[key] = Group(key, sorted(options, reverse=True), volume_mm3)
    return groups


def _cheapest(search: Search, counts: Sequence[Counts], groups: dict[Counts, Group]) -> list[int]:
    """Bit masks of the cheapest partition; of equal costs the one with fewer cartons."""
    prices = np.array([0] + [groups[key].cents * FEWER + 1 for key in counts[1:]], np.int64)
    cost, last = np.zeros(len(counts), np.int64), np.zeros(len(counts), np.int64)
    search.kernels["cheapest_split"](prices, cost, last)
    masks, left = [], len(counts) - 1
    while left:
        masks.append(int(last[left]))
        left ^= masks[-1]
    return masks
