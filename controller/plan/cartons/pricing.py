"""Pricing: groups of lots by carton, and the cheapest partition of a few lots by such prices.

Owns the two loops that a proof of the cheapest partition needs. Refuses to know what fits.
"""

from controller.plan.cartons.arrays import Ints, Question
from controller.plan.cartons.filling import MAY, NEVER, may_fit, price, totals
from controller.plan.cartons.kernels import entry


@entry
def cheapest_split(prices: Ints, cost: Ints, last: Ints) -> None:
    """The cheapest partition of every set of lots by the prices of groups.

    Shapes: all by bit mask; last is the group with the lowest lot.
    """
    for mask in range(1, len(prices)):
        lowest = mask & -mask
        others = rest = mask ^ lowest
        cost[mask], last[mask] = prices[mask], mask
        while rest:
            if prices[mask ^ rest] + cost[rest] < cost[mask]:
                cost[mask], last[mask] = prices[mask ^ rest] + cost[rest], mask ^ rest
            rest = (rest - 1) & others


@entry
def group_prices(question: Question, counts: Ints, prices: Ints, volumes: Ints) -> None:
    """What each group costs in each carton, `NEVER` where that is out of the question at sight.

    Shapes: counts (groups, lots); prices (groups, cartons); volumes (groups,).
    """
    for group in range(len(counts)):
        sums = totals(question, counts[group])
        volumes[group] = sums[1]
        for carton in range(len(question.cartons)):
            prices[group, carton] = NEVER
            if may_fit(question, carton, counts[group], sums) == MAY:
                prices[group, carton] = price(question, carton, sums[0], sums[1])
