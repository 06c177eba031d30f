"""Which tiers to reach: a search that supposes tiers, bounds, and divides where it was wrong.

Owns the tree. An open question supposes each carrier in the best tier of a range, which no answer
in that range undercuts; where about too few parcels reach a supposed tier, one branch forces that
many onto the carrier and the other rules the tier out. Only what reaches all its tiers is
assigned. Refuses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count

import numpy as np

from controller.plan import Effort
from controller.plan.pickups.assigning import (
    Assignment,
    Supposed,
    assign,
    fewest_left_out,
    nowhere_cents,
    work_of,
)
from controller.plan.pickups.bounding import Bound, Bounds, slacks
from controller.plan.pickups.prices import Ints, Prices

ENDLESS = 1 << 60
NEAR = 100  # so many options for each limit may take the place of a parcel's best at first


@dataclass(slots=True)
class Best:
    """The best choice so far; nothing costs less than `bound` (both count what is left out).

    `charges` of pickups, then of carriers, are those at which parcels choose so by themselves.
    """

    chosen: Ints
    value: int
    bound: int = 0
    charges: tuple[int, ...] = ()


class Search:
    """The questions that are open, the lowest bound first, and the best answer so far.

    Units: a question costs one unit of work per 100 options, and so does a programme's node.
    """

    def __init__(self, prices: Prices, start: Ints, effort: Effort) -> None:
        self._prices, self._effort = prices, effort
        self._bounds = Bounds(prices, fewest_left_out(prices), effort.should_stop)
        self._ids = count()
        self._open: list[tuple[int, int, Supposed, Bound]] = []
        self._given_up = ENDLESS
        self.best = Best(start, _value(prices, start))
        self._ask(root(prices), ())

    def run(self) -> Best:
        """The cheapest choice, optimal unless the effort runs out first."""
        best = self.best
        while self._open and self._open[0][0] < best.value:
            if not self._spend(work_of(self._prices)) or self._effort.should_stop():
                break
            _, _, supposed, bound = heappop(self._open)
            self._answer(supposed, bound)
        best.bound = min(best.value, self._given_up, *(value for value, *_ in self._open[:1]))
        settled = self._bounds.of(reached(self._prices, best.chosen), (), ENDLESS)
        best.charges = settled.charges if settled else ()
        return best

    def _spend(self, work: int) -> bool:
        """Whether there was so much work left."""
        left = self._effort.work - work
        self._effort = replace(self._effort, work=max(0, left))
        return left >= 0

    def _ask(self, supposed: Supposed, charges: tuple[int, ...]) -> None:
        bound = self._bounds.of(supposed, charges, self.best.value)
        if bound is not None and bound.value < self.best.value:
            heappush(self._open, (bound.value, next(self._ids), supposed, bound))

    def _answer(self, supposed: Supposed, bound: Bound) -> None:
        short = _shortest(self._prices, supposed, bound.counts)
        if short is None:
            found = settle(self._prices, supposed, bound, self._effort)
            if found is None:
                return
            self._spend(found.work)
            real = _value(self._prices, found.chosen)
            if real < self.best.value:
                self.best.chosen, self.best.value = found.chosen, real
            if not found.proven:
                self._given_up = min(self._given_up, bound.value)
                return
            if found.value >= self.best.value:
                return
            short = _shortest(self._prices, supposed, self._prices.counts(found.chosen))
            assert short is not None  # what reaches all its tiers costs what was supposed
        for half in _halves(self._prices, supposed, short):
            self._ask(half, bound.charges)


def search(prices: Prices, start: Ints, effort: Effort) -> Best:
    """The cheapest choice, optimal unless the effort runs out first."""
    return Search(prices, start, effort).run()


def settle(prices: Prices, supposed: Supposed, bound: Bound, effort: Effort) -> Assignment | None:
    """The cheapest assignment, of options that cost little more than a parcel's best as charged.

    It is over once all that was left out costs more than the answer lacks to the bound, or once
    a solver gives up.
    """
    slack = slacks(prices, supposed, bound.charges)
    others = np.sort(slack[slack > 0])
    many = NEAR * len(bound.charges)
    while True:
        near = int(others[:many].max(initial=0))
        found = assign(prices, supposed, np.flatnonzero(slack <= near), effort)
        over = found is not None and (not found.proven or found.value - bound.value <= near)
        if over or many >= len(others):
            return found
        many *= 8


def root(prices: Prices) -> Supposed:
    """Every carrier in its best tier, whatever it gets."""
    return Supposed(
        tiers=tuple(len(ladder.starts) - 1 for ladder in prices.ladders),
        least=(0,) * len(prices.ladders),
        most=tuple(min(prices.count, each) for each in prices.most),
    )


def reached(prices: Prices, chosen: Ints) -> Supposed:
    """Every carrier in the tier that it reaches, and not below."""
    counts = prices.counts(chosen)
    tiers = [ladder.at(n) for ladder, n in zip(prices.ladders, counts, strict=True)]
    starts = (ladder.starts[tier] for ladder, tier in zip(prices.ladders, tiers, strict=True))
    return replace(root(prices), tiers=tuple(tiers), least=tuple(starts))


def _value(prices: Prices, chosen: Ints) -> int:
    return prices.cost_cents(chosen) + int((chosen < 0).sum()) * nowhere_cents(prices)


def _shortest(prices: Prices, supposed: Supposed, counts: Sequence[int]) -> int | None:
    """The carrier that falls shortest of a supposed tier that is not forced, if any does."""
    lacks = {
        at: start - counts[at]
        for at, (ladder, tier) in enumerate(zip(prices.ladders, supposed.tiers, strict=True))
        for start in [ladder.starts[tier]]
        if supposed.least[at] < start and counts[at] < start
    }
    return max(lacks, key=lacks.__getitem__, default=None)


def _halves(prices: Prices, supposed: Supposed, carrier: int) -> tuple[Supposed, Supposed]:
    """The two questions about the tier of a carrier."""
    tier = supposed.tiers[carrier]
    start = prices.ladders[carrier].starts[tier]

    def put(row: tuple[int, ...], value: int) -> tuple[int, ...]:
        return (*row[:carrier], value, *row[carrier + 1 :])

    forced = replace(supposed, least=put(supposed.least, start))
    without = replace(
        supposed,
        tiers=put(supposed.tiers, tier - 1),
        most=put(supposed.most, min(supposed.most[carrier], start - 1)),
    )
    return forced, without
