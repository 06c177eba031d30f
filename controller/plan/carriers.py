"""Carrier choice: which service takes each parcel of a cut-off, at the lowest total cost.

Owns the choice for all parcels together: volume tiers, room of pickups, and parcels promised by
contract. Refuses to price a parcel with a service (`rating` does) and to know labels or accounts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from controller.plan import Effort
from controller.plan.pickups.assigning import nowhere_cents
from controller.plan.pickups.branching import search
from controller.plan.pickups.prices import FREE, Ints, Prices, after, tabulate
from controller.plan.pickups.problem import WHOLE_PPM, Option, Parcel, Problem

__all__ = ["Option", "Parcel", "Plan", "Problem", "cost_cents", "explain", "greedy_cents", "solve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The option of each parcel, or None where every pickup is full.

    `cost_cents` has what contracts want for missing parcels. No choice that ships as many costs
    under `bound_cents`, which is under 0 where more might be shipped. `greedy_cents` is what the
    cheapest rate first would cost. The charges of pickups and carriers are what one parcel more in
    them costs beside its price; under 0: saves.
    """

    chosen: tuple[int | None, ...]
    cost_cents: int
    bound_cents: int
    greedy_cents: int
    tiers: Mapping[str, int]
    pickup_cents: Mapping[str, int] = field(default_factory=dict)
    carrier_cents: Mapping[str, int] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """Whether no choice is cheaper."""
        return self.bound_cents >= self.cost_cents


def solve(problem: Problem, effort: Effort) -> Plan:
    """First as many parcels as possible, then the lowest total cost; equal costs go to the first.

    Source: min-cost flow (Ahuja, Magnanti & Orlin 1993) within a branch and bound over tiers.
    """
    prices = tabulate(problem)
    greedy = _cheapest_first(prices)
    best = search(prices, greedy, effort)
    chosen = best.chosen
    left_out = int((chosen < 0).sum()) * nowhere_cents(prices)
    counts = prices.counts(chosen)
    return Plan(
        chosen=tuple(
            None if option < 0 else int(option - first)
            for option, first in zip(chosen.tolist(), prices.first.tolist(), strict=False)
        ),
        cost_cents=prices.cost_cents(chosen),
        bound_cents=best.bound - left_out,
        greedy_cents=prices.cost_cents(greedy),
        tiers={
            name: ladder.off_ppm[ladder.at(count)]
            for name, ladder, count in zip(prices.carriers, prices.ladders, counts, strict=True)
        },
        pickup_cents=dict(zip(prices.pickups, best.charges, strict=False)),
        carrier_cents=dict(
            zip(prices.carriers, best.charges[len(prices.pickups) :], strict=False)
        ),
    )


def greedy_cents(problem: Problem) -> int:
    """What the cheapest list price first would cost, parcel after parcel."""
    prices = tabulate(problem)
    return prices.cost_cents(_cheapest_first(prices))


def cost_cents(problem: Problem, chosen: Sequence[int | None]) -> int:
    """What a choice costs at the tiers that it reaches, with what contracts want beside."""
    prices = tabulate(problem)
    taken = [
        -1 if at is None else first + at
        for first, at in zip(prices.first.tolist(), chosen, strict=False)
    ]
    return prices.cost_cents(np.array(taken, dtype=np.int64))


def _cheapest_first(prices: Prices) -> Ints:
    """Each parcel in turn takes its cheapest list price whose pickup has room."""
    cents = prices.at([0] * len(prices.ladders)).tolist()
    pickup = prices.pickup.tolist()
    room = prices.capacity.tolist()
    carrier, most = prices.carrier.tolist(), list(prices.most)
    chosen = np.full(prices.count, -1, dtype=np.int64)
    edges = prices.first.tolist()
    for parcel in range(prices.count):
        options = range(edges[parcel], edges[parcel + 1])
        open_ = [
            at for at in options if most[carrier[at]] and (pickup[at] == FREE or room[pickup[at]])
        ]
        if open_:
            best = min(open_, key=cents.__getitem__)
            chosen[parcel] = best
            most[carrier[best]] -= 1
            if pickup[best] != FREE:
                room[pickup[best]] -= 1
    return chosen


def explain(problem: Problem, plan: Plan) -> Iterator[str]:
    """Why each parcel goes as it does: what each other option costs at the tiers reached.

    A cheaper one was left because its pickup or its carrier is full, or because the parcel brings
    a tier or a contract within reach; where the charges say it, with what that is worth.
    """
    taken = [
        None if at is None else parcel.options[at]
        for parcel, at in zip(problem.parcels, plan.chosen, strict=True)
    ]
    used = Counter(option.pickup for option in taken if option)
    got = Counter(option.carrier for option in taken if option)

    def full(option: Option) -> bool:
        room = problem.pickup_capacity.get(option.pickup)
        most = problem.most.get(option.carrier)
        return (room is not None and used[option.pickup] >= room) or (
            most is not None and got[option.carrier] >= most
        )

    def told(option: Option, best: Option | None) -> str:
        cents = _cents(option, plan)
        words = f"{option.service}: {cents} cents"
        if best is not None and cents >= _cents(best, plan):
            return words
        if full(option):
            spared = _charge_cents(option, plan) if best else 0
            also = f": its place saves another {spared} cents" if spared > 0 else ""
            return f"{words}, but full{also}"
        spared = -_charge_cents(best, plan) if best else 0
        why = "but this one brings a tier or a contract"
        also = f" and saves {spared} cents" if spared > 0 else ""
        return f"{words}, {why}{also}"

    for parcel, best in zip(problem.parcels, taken, strict=True):
        yield "; ".join(told(each, best) for each in parcel.options if each is not best)


def _charge_cents(option: Option, plan: Plan) -> int:
    """What one parcel more costs by the pickup and the carrier, beside its price."""
    carrier_cents = plan.carrier_cents.get(option.carrier, 0)
    return carrier_cents + plan.pickup_cents.get(option.pickup, 0)


def _cents(option: Option, plan: Plan) -> int:
    rest_ppm = WHOLE_PPM - plan.tiers[option.carrier]
    return after(option.base_cents, rest_ppm) + option.other_cents
