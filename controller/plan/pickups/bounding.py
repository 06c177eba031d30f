"""What no choice undercuts once the tier of every carrier is supposed, by charges on full pickups.

Owns the Lagrangean bound: each parcel takes its cheapest option as charged; a pickup or carrier
with too many parcels is charged and one with too few is granted, one after the other, until that
raises the bound no more. Refuses to choose: of parcels that cost the same with two carriers all
may be counted for one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from controller.plan.pickups.assigning import Supposed, nowhere_cents
from controller.plan.pickups.prices import Ints, Prices

ROUNDS_MAX = 30
FLAT_PPM = 20  # a round that raises the bound by less is the last


class Limit(NamedTuple):
    """Parcels in some cells: each under `wanted` costs a fee; `open_` limits never bind."""

    least: int
    most: int
    wanted: int
    fee: int
    open_: bool

    def cents(self, charge: int) -> int:
        """What it costs at least when each of its parcels brings the charge."""
        counts = {self.least, self.most, min(self.most, max(self.least, self.wanted))}
        return min(self.fee * max(0, self.wanted - n) - charge * n for n in counts)

    def charge(self, more: Ints) -> int:
        """What brings as many parcels as it takes; `more` is what each costs more within it."""

        def nth(count: int) -> int:
            return -int(np.partition(more, count - 1)[count - 1])

        inside = int((more < 0).sum())
        if inside > self.most:
            return nth(self.most + 1)
        wanted = min(self.wanted, self.most) if self.fee else 0
        grant = max(nth(wanted), -self.fee) if wanted > inside else 0
        return min(grant, nth(self.least)) if self.least > inside else grant


@dataclass(frozen=True, slots=True)
class Bound:
    """No assignment has a smaller value; with these charges carriers get about so many parcels."""

    value: int
    charges: tuple[int, ...]
    counts: list[int]


def slacks(prices: Prices, supposed: Supposed, charges: Sequence[int]) -> Ints:
    """What each option costs more than the best one of its parcel, as charged."""
    of_pickups = np.array([*charges[: len(prices.capacity)], 0], dtype=np.int64)
    of_carriers = np.array(charges[len(prices.capacity) :], dtype=np.int64)
    cents = prices.at(supposed.tiers) + of_pickups[prices.pickup] + of_carriers[prices.carrier]
    best = np.full(prices.count, nowhere_cents(prices), dtype=np.int64)
    np.minimum.at(best, prices.parcel, cents)
    return np.asarray(cents - best[prices.parcel])


class Bounds:
    """The options of all parcels by cell, a carrier and a pickup, asked for many suppositions.

    Limits are those of pickups, then those of carriers. The last cell is nowhere.
    """

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        cells, self._cell = np.unique(prices.cells, return_inverse=True)
        carrier, pickup = np.divmod(cells, len(prices.capacity) + 1)
        self._carrier = np.append(carrier, len(prices.ladders))
        pickups = [pickup == at + 1 for at in range(len(prices.capacity))]
        carriers = [carrier == at for at in range(len(prices.ladders))]
        within = [np.append(each, False) for each in (*pickups, *carriers)]
        self._within = [np.flatnonzero(each) for each in within]
        self._beside = [np.flatnonzero(~each) for each in within]
        self._has = [self._reach(each) for each in within]
        self._nowhere = nowhere_cents(prices)
        self._rows: dict[tuple[int, int], Ints] = {}

    def of(self, supposed: Supposed, charges: Sequence[int], enough: int) -> Bound | None:
        """The bound, from the charges of a like supposition or (); None where no choice is so.

        It is not raised further than `enough`.
        """
        limits = [*self._limits(supposed)]
        lacking = any(limit.least > limit.most for limit in limits)
        if lacking or sum(supposed.least) > self._prices.count:
            return None
        ascent = Ascent(self._cents(supposed), limits, self._within, self._beside)
        ascent.move(charges or [0] * len(limits))
        fixed = self._prices.sent_at(supposed.tiers)
        ascent.rise(enough - fixed)
        taken = self._carrier[ascent.cents.argmin(axis=0)]
        counts = np.bincount(taken, minlength=len(self._prices.ladders) + 1)[:-1]
        return Bound(ascent.value + fixed, tuple(ascent.charges), counts.tolist())

    def _limits(self, supposed: Supposed) -> Iterator[Limit]:
        has = iter(self._has)
        for room in self._prices.capacity.tolist():
            reach = next(has)
            yield Limit(0, min(room, reach), 0, 0, room >= reach)
        for least, most, (wanted, fee) in zip(
            supposed.least, supposed.most, self._prices.held, strict=True
        ):
            reach = next(has)
            binds = reach and (least or most < reach or (wanted and fee))
            yield Limit(least, min(most, reach), wanted, fee, not binds)

    def _reach(self, within: Ints) -> int:
        """How many parcels have an option in these cells."""
        return len(np.unique(self._prices.parcel[within[self._cell]]))

    def _cents(self, supposed: Supposed) -> Ints:
        """Shapes: (cells, parcels)."""
        rows = [self._row(carrier, tier) for carrier, tier in enumerate(supposed.tiers)]
        nowhere = np.full((1, self._prices.count), self._nowhere, dtype=np.int64)
        return np.concatenate([*rows, nowhere])

    def _row(self, carrier: int, tier: int) -> Ints:
        """The cells of a carrier in a tier; far too much where a parcel has no option."""
        found = self._rows.get((carrier, tier))
        if found is None:
            cells = np.flatnonzero(self._carrier == carrier)
            options = np.flatnonzero(self._prices.carrier == carrier)
            tiers = [tier if at == carrier else 0 for at in range(len(self._prices.ladders))]
            shape = (len(cells), self._prices.count)
            found = np.full(shape, 8 * self._nowhere, dtype=np.int64)
            at = (np.searchsorted(cells, self._cell[options]), self._prices.parcel[options])
            np.minimum.at(found, at, self._prices.at(tiers)[options])
            self._rows[carrier, tier] = found
        return found


class Ascent:
    """Charges on the way up, with what each cell costs each parcel at them.

    Shapes: cents (cells, parcels). Source: dual coordinate ascent with the strides of Hooke &
    Jeeves 1961.
    """

    def __init__(
        self, cents: Ints, limits: Sequence[Limit], within: Sequence[Ints], beside: Sequence[Ints]
    ) -> None:
        self.cents, self._limits, self._within, self._beside = cents, limits, within, beside
        self.charges = [0] * len(limits)
        self._of_limits = [limit.cents(0) for limit in limits]
        self.value = 0

    def rise(self, enough: int) -> None:
        """Round after round, until one changes little or the bound is enough."""
        for _ in range(ROUNDS_MAX):
            value, charges = self.value, list(self.charges)
            for at, limit in enumerate(self._limits):
                if not limit.open_ and self.value < enough:
                    self._balance(at)
            steps = [now - then for now, then in zip(self.charges, charges, strict=True)]
            self._stride(steps, enough)
            if self.value >= enough or self.value - value <= value * FLAT_PPM // 1_000_000:
                break

    def move(self, steps: Sequence[int]) -> None:
        """Change all charges by so much."""
        for at, step in enumerate(steps):
            if step:
                self._charge(at, step)
        self.value = int(self.cents.min(axis=0).sum()) + sum(self._of_limits)

    def _charge(self, at: int, step: int) -> None:
        self.cents[self._within[at]] += step
        self.charges[at] += step
        self._of_limits[at] = self._limits[at].cents(self.charges[at])

    def _balance(self, at: int) -> None:
        """Charge one limit as it needs, all others being as they are."""
        other = self.cents[self._beside[at]].min(axis=0)
        more = self.cents[self._within[at]].min(axis=0) - other - self.charges[at]
        charge = self._limits[at].charge(more)
        self._charge(at, charge - self.charges[at])
        self.value = int(other.sum() + np.minimum(more + charge, 0).sum()) + sum(self._of_limits)

    def _stride(self, steps: Sequence[int], enough: int) -> None:
        """Further the same way, twice as far each time, while that raises the bound."""
        while any(steps) and self.value < enough:
            value = self.value
            self.move(steps)
            if self.value <= value:
                self.move([-step for step in steps])
                break
            steps = [2 * step for step in steps]
