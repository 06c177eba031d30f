"""Which tiers to reach: a search that supposes tiers, assigns, and divides where it was wrong.

Owns the tree. An open question supposes each carrier in the best tier of a range, which no answer
in that range undercuts; where the answer falls short of a supposed tier, one branch forces that
many parcels onto the carrier and the other rules the tier out. Refuses nothing.
"""

from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count

from controller.plan import Effort
from controller.plan.pickups.assigning import Assignment, Supposed, assign, nowhere_cents
from controller.plan.pickups.prices import Ints, Prices


@dataclass(slots=True)
class Best:
    """The best choice so far; nothing costs less than `bound` (both count what is left out)."""

    chosen: Ints
    value: int
    bound: int
    assignments: int = 0


def search(prices: Prices, start: Ints, effort: Effort) -> Best:
    """The cheapest choice, optimal unless the effort runs out first.

    Units: an assignment costs one unit of work per 100 options.
    """
    best = Best(start, _value(prices, start), bound=0)
    ids = count()
    root = Supposed(
        tiers=tuple(len(ladder.starts) - 1 for ladder in prices.ladders),
        least=(0,) * len(prices.ladders),
        most=tuple(min(prices.count, each) for each in prices.most),
    )
    open_: list[tuple[int, int, Supposed, Assignment]] = []
    _ask(prices, root, best, open_, next(ids))
    work = effort.work
    while open_ and open_[0][0] < best.value:
        work -= len(prices.parcel) // 100 + 1
        if work < 0 or effort.should_stop():
            break
        _, _, supposed, found = heappop(open_)
        for half in _halves(prices, supposed, prices.counts(found.chosen)):
            _ask(prices, half, best, open_, next(ids))
    best.bound = min([best.value, *(value for value, *_ in open_[:1])])
    return best


def _value(prices: Prices, chosen: Ints) -> int:
    return prices.cost_cents(chosen) + int((chosen < 0).sum()) * nowhere_cents(prices)


def _ask(
    prices: Prices,
    supposed: Supposed,
    best: Best,
    open_: list[tuple[int, int, Supposed, Assignment]],
    number: int,
) -> None:
    found = assign(prices, supposed)
    best.assignments += 1
    if found is None or found.value >= best.value:
        return
    real = _value(prices, found.chosen)
    if real < best.value:
        best.chosen, best.value = found.chosen, real
    if found.value < best.value:
        heappush(open_, (found.value, number, supposed, found))


def _halves(prices: Prices, supposed: Supposed, counts: list[int]) -> tuple[Supposed, Supposed]:
    """The two questions about the carrier that falls shortest of its supposed tier."""
    shortest = max(
        range(len(counts)),
        key=lambda at: prices.ladders[at].starts[supposed.tiers[at]] - counts[at],
    )
    tier = supposed.tiers[shortest]
    start = prices.ladders[shortest].starts[tier]

    def put(row: tuple[int, ...], value: int) -> tuple[int, ...]:
        return (*row[:shortest], value, *row[shortest + 1 :])

    forced = replace(supposed, least=put(supposed.least, start))
    without = replace(
        supposed,
        tiers=put(supposed.tiers, tier - 1),
        most=put(supposed.most, min(supposed.most[shortest], start - 1)),
    )
    return forced, without
