"""What no choice undercuts once the tier of every carrier is supposed, by charges on full pickups.

Owns the Lagrangean bound: each parcel takes its cheapest option as charged; a pickup or carrier
with too many parcels is charged and one with too few is granted, one after the other, until that
raises the bound no more. Parcels that no pickup has room for are granted what they cost. Refuses
to choose: of parcels that cost the same with two carriers all may be counted for one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from controller.plan import never
from controller.plan.pickups.assigning import Supposed, nowhere_cents
from controller.plan.pickups.prices import Ints, Prices

ROUNDS_MAX = 30
FLAT_PPM = 20  # a round that raises the bound by less is the last


class Limit(NamedTuple):
    """Parcels of a pickup or carrier, or nowhere: each under `wanted` costs a fee.

    `open_` limits never bind.
    """

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
    pickups, nowhere = len(prices.capacity), charges[-1] if charges else 0
    of_pickups = np.array([*charges[:pickups], 0], dtype=np.int64)
    of_carriers = np.array(charges[pickups:-1], dtype=np.int64)
    cents = prices.at(supposed.tiers) + of_pickups[prices.pickup] + of_carriers[prices.carrier]
    best = np.full(prices.count, nowhere_cents(prices) + nowhere, dtype=np.int64)
    np.minimum.at(best, prices.parcel, cents)
    return np.asarray(cents - best[prices.parcel])


class Group(NamedTuple):
    """The parcels that have an option within a limit, and where their costs stand.

    Shapes: within and beside have a column for each of these parcels.
    """

    parcels: Ints
    within: Ints
    beside: Ints


class Bounds:
    """All options by parcel, asked for many suppositions.

    Limits are those of pickups, then those of carriers, then nowhere: at least `left_out` parcels
    stay there in any case. Shapes: costs stand as (options and nowhere, parcels), flat, and far
    too much behind them.
    """

    def __init__(
        self, prices: Prices, left_out: int = 0, should_stop: Callable[[], bool] = never
    ) -> None:
        self._prices, self._left_out, self._should_stop = prices, left_out, should_stop
        nth = np.arange(len(prices.parcel)) - prices.first[prices.parcel]
        self._shape = (int(nth.max(initial=-1)) + 2, prices.count)
        self._at = nth * prices.count + prices.parcel
        self._carrier = np.full(self._shape[0] * prices.count, len(prices.ladders))
        self._carrier[self._at] = prices.carrier
        pickups = [prices.pickup == at for at in range(len(prices.capacity))]
        carriers = [prices.carrier == at for at in range(len(prices.ladders))]
        nowhere = np.zeros(len(prices.parcel), dtype=np.bool_)
        self._groups = [
            *(self._group(each, [], [self._nowhere_at]) for each in (*pickups, *carriers)),
            self._group(nowhere, [self._nowhere_at], []),
        ]
        self._nowhere = nowhere_cents(prices)

    @property
    def _nowhere_at(self) -> Ints:
        return np.arange(self._prices.count) + (self._shape[0] - 1) * self._prices.count

    def _group(self, inside: NDArray[np.bool_], within: list[Ints], beside: list[Ints]) -> Group:
        count = self._prices.count
        has = np.full(count, bool(within))
        has[self._prices.parcel[inside]] = True
        parcels = np.flatnonzero(has)
        column = np.cumsum(has) - 1

        def stacked(at: Ints, rows: list[Ints]) -> Ints:
            """The places of options by parcel, the first ones on top; the last place fills up."""
            of = self._prices.parcel[at]
            nth = np.arange(len(of)) - np.searchsorted(of, of)
            made = np.full((int(nth.max(initial=0)) + 1, len(parcels)), self._carrier.size)
            made[nth, column[of]] = self._at[at]
            return np.concatenate([made, *(row[parcels][None] for row in rows)])

        others = ~inside & has[self._prices.parcel]
        return Group(
            parcels,
            stacked(np.flatnonzero(inside), within),
            stacked(np.flatnonzero(others), beside),
        )

    def of(self, supposed: Supposed, charges: Sequence[int], enough: int) -> Bound | None:
        """The bound, from the charges of a like supposition or (); None where no choice is so.

        It is not raised further than `enough`, nor after the time to stop.
        """
        limits = [*self._limits(supposed)]
        lacking = any(limit.least > limit.most for limit in limits)
        if lacking or sum(supposed.least) > self._prices.count:
            return None
        cents = np.full(self._carrier.size + 1, 8 * self._nowhere, dtype=np.int64)
        cents[self._at] = self._prices.at(supposed.tiers)
        cents[self._nowhere_at] = self._nowhere
        ascent = Ascent(cents, self._shape, limits, self._groups)
        ascent.move(charges or [0] * len(limits))
        fixed = self._prices.sent_at(supposed.tiers)
        ascent.rise(enough - fixed, self._should_stop)
        taken = self._carrier.reshape(self._shape)[ascent.taken(), np.arange(self._prices.count)]
        counts = np.bincount(taken, minlength=len(self._prices.ladders) + 1)[:-1]
        return Bound(ascent.value + fixed, tuple(ascent.charges), counts.tolist())

    def _limits(self, supposed: Supposed) -> Iterator[Limit]:
        reaches = iter([len(each.parcels) for each in self._groups])
        for room in self._prices.capacity.tolist():
            reach = next(reaches)
            yield Limit(0, min(room, reach), 0, 0, room >= reach)
        for least, most, (wanted, fee) in zip(
            supposed.least, supposed.most, self._prices.held, strict=True
        ):
            reach = next(reaches)
            binds = reach and (least or most < reach or (wanted and fee))
            yield Limit(least, min(most, reach), wanted, fee, not binds)
        yield Limit(self._left_out, self._prices.count, 0, 0, not self._left_out)


class Ascent:
    """Charges on the way up, with what each option costs at them.

    Source: dual coordinate ascent with the strides of Hooke & Jeeves 1961.
    """

    def __init__(
        self,
        cents: Ints,
        shape: tuple[int, int],
        limits: Sequence[Limit],
        groups: Sequence[Group],
    ) -> None:
        self._cents, self._limits, self._groups = cents, limits, groups
        self._by_parcel = cents[:-1].reshape(shape)
        self._best = self._by_parcel.min(axis=0)
        self.charges = [0] * len(limits)
        self._of_limits = [limit.cents(0) for limit in limits]
        self.value = 0

    def taken(self) -> Ints:
        """Which row each parcel takes."""
        return np.asarray(self._by_parcel.argmin(axis=0))

    def rise(self, enough: int, should_stop: Callable[[], bool]) -> None:
        """Round after round, until one changes little, the bound is enough, or time is over."""
        binding = [at for at, limit in enumerate(self._limits) if not limit.open_]
        for _ in range(ROUNDS_MAX):
            value, charges = self.value, list(self.charges)
            for at in reversed(binding):
                if self.value < enough:
                    self._balance(at)
            steps = [now - then for now, then in zip(self.charges, charges, strict=True)]
            self._stride(steps, enough)
            little = self.value - value <= value * FLAT_PPM // 1_000_000
            if little or self.value >= enough or should_stop():
                break

    def move(self, steps: Sequence[int]) -> None:
        """Change all charges by so much."""
        for at, step in enumerate(steps):
            if step:
                self._charge(at, self._cents.take(self._groups[at].within), step)
        self._best = self._by_parcel.min(axis=0)
        self.value = int(self._best.sum()) + sum(self._of_limits)

    def _charge(self, at: int, mine: Ints, step: int) -> None:
        far = self._cents[-1]
        self._cents[self._groups[at].within] = mine + step
        self._cents[-1] = far
        self.charges[at] += step
        self._of_limits[at] = self._limits[at].cents(self.charges[at])

    def _balance(self, at: int) -> None:
        """Charge one limit as it needs, all others being as they are."""
        parcels, within, beside = self._groups[at]
        mine = self._cents.take(within)
        cheapest, other = mine.min(axis=0), self._best[parcels]
        self.value -= self._of_limits[at] + int(other.sum())
        here = np.flatnonzero(cheapest == other)
        other[here] = self._cents.take(beside[:, here]).min(axis=0)
        more = cheapest - other - self.charges[at]
        charge = self._limits[at].charge(more)
        self._charge(at, mine, charge - self.charges[at])
        best = other + np.minimum(more + charge, 0)
        self._best[parcels] = best
        self.value += self._of_limits[at] + int(best.sum())

    def _stride(self, steps: Sequence[int], enough: int) -> None:
        """Further the same way, twice as far each time, while that raises the bound."""
        while any(steps) and self.value < enough:
            value = self.value
            self.move(steps)
            if self.value <= value:
                self.move([-step for step in steps])
                break
            steps = [2 * step for step in steps]
