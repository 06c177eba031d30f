"""The search for batches: savings over candidate lists, then ruin and recreate.

Owns the moves. Refuses to keep a solution that is worse than the one it was given, and to draw
from chance: its numbers come from a fixed sequence.

Source: Clarke & Wright 1964; Schrimpf et al. 2000; threshold: Dueck & Scheuer 1990.
"""

from collections.abc import Sequence
from heapq import heappop, heappush, nlargest, nsmallest

from controller.plan import Effort
from controller.plan._batch_pricing import Members, Pricing, Shape

NEIGHBOURS = 10
MERGES_PRICED = 10
PLACES_PRICED = 3
RUIN_MAX = 10
THRESHOLD_PER_MILLE = 20


class Draws:
    """A fixed sequence of numbers. Source: Knuth, MMIX."""

    def __init__(self) -> None:
        self._state = 1

    def below(self, end: int) -> int:
        """The next number from 0 to end - 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self._state >> 33) % end


def neighbours(pricing: Pricing) -> list[list[int]]:
    """For each load the others that seem to save most on a common tour, best first."""
    shapes = pricing.shapes
    alone = [pricing.rough_mm(shape, shape) for shape in shapes]
    lists = []
    for load, shape in enumerate(shapes):
        savings = [
            (alone[other] - pricing.rough_mm(shape, with_shape), -other)
            for other, with_shape in enumerate(shapes)
            if other != load
        ]
        lists.append([-other for _, other in nlargest(NEIGHBOURS, savings)])
    return lists


def savings_units(pricing: Pricing) -> int:
    """The work that savings on exact prices take, roughly."""
    loads, layout = len(pricing.visits), pricing.layout
    entered = sum(len({aisle for aisle, _ in visit}) for visit in pricing.visits)
    aisles = min(layout.aisles, entered * pricing.limits[0] // (2 * loads) + 1)
    return loads * (NEIGHBOURS + MERGES_PRICED) * pricing.units(aisles)


def by_savings(pricing: Pricing, near: list[list[int]], effort: Effort) -> list[Members]:
    """Merge the two tours that save most, from one tour a load, until nothing is saved."""
    tours: dict[int, Members] = {load: (load,) for load in range(len(near))}
    heap: list[tuple[int, int, int]] = []

    def offer(tour: int, others: Sequence[int]) -> None:
        for other in others:
            members = _joined(tours[tour], tours[other])
            apart = pricing.price_mm(tours[tour]) + pricing.price_mm(tours[other])
            saving = apart - pricing.price_mm(members)
            if saving > 0:
                heappush(heap, (-saving, tour, other))

    for load, others in enumerate(near):
        if _over(pricing, effort):
            break
        once = [other for other in others if other > load or load not in near[other]]
        offer(load, [other for other in once if pricing.fits((load, other))])
    newest = len(near)
    while heap and not _over(pricing, effort):
        _, a, b = heappop(heap)
        if a not in tours or b not in tours:
            continue
        members = _joined(tours.pop(a), tours.pop(b))
        roomy = _roomy(pricing, tours, members)
        tours[newest] = members
        offer(newest, _least_added(pricing, pricing.shape(members), roomy, MERGES_PRICED))
        newest += 1
    return list(tours.values())


def _over(pricing: Pricing, effort: Effort) -> bool:
    return pricing.spent >= effort.work or effort.should_stop()


def _joined(a: Members, b: Members) -> Members:
    return tuple(sorted(a + b))


def _roomy(pricing: Pricing, tours: dict[int, Members], members: Members) -> dict[int, Members]:
    """The tours whose carts also take these members."""
    most = pricing.limits[0] - len(members)
    pricing.spent += 1 + len(tours) // 20
    return {
        key: tour
        for key, tour in tours.items()
        if len(tour) <= most and pricing.fits(tour + members)
    }


def _least_added(
    pricing: Pricing, shape: Shape, tours: dict[int, Members], count: int
) -> list[int]:
    """The few tours that seem to get least longer by a part of this shape, best first."""
    pricing.spent += len(tours) // 8

    def added(tour: int) -> tuple[int, int]:
        other = pricing.shape(tours[tour])
        return pricing.rough_mm(shape, other) - pricing.rough_mm(other, other), tour

    return nsmallest(count, tours, key=added)


def improved(
    pricing: Pricing, tours: Sequence[Members], near: list[list[int]], effort: Effort
) -> list[Members]:
    """Take a few related loads out and put each where it is cheapest, while work is left.

    A longer solution is accepted up to a threshold that sinks to nothing; the shortest is kept.
    """
    draws, current = Draws(), list(tours)
    length = best_length = pricing.total_mm(tours)
    best, begun = current, pricing.spent
    slack = length * THRESHOLD_PER_MILLE // (1_000 * max(1, len(tours)))
    while not _over(pricing, effort):
        pricing.spent += 1 + len(current) // 10
        trial = _recreated(pricing, current, near, draws)
        trial_length = pricing.total_mm(trial)
        left = effort.work - pricing.spent
        if trial_length <= length + slack * left // (effort.work - begun):
            current, length = trial, trial_length
        if length < best_length:
            best, best_length = current, length
    return best


def _recreated(
    pricing: Pricing, tours: Sequence[Members], near: list[list[int]], draws: Draws
) -> list[Members]:
    seed = draws.below(len(near))
    many = 1 + draws.below(RUIN_MAX)
    removed = [seed, *[load for load in near[seed] if draws.below(2)][:many]]
    gone = set(removed)
    trial = [tuple([load for load in tour if load not in gone]) for tour in tours]
    order = sorted(removed, key=lambda load: (-pricing.price_mm((load,)), load))
    if draws.below(2):
        order = order[::-1]
    for load in order:
        place = _cheapest_place(pricing, trial, load)
        trial[place : place + 1] = [_joined((*trial, ())[place], (load,))]
    return [tour for tour in trial if tour]


def _cheapest_place(pricing: Pricing, tours: Sequence[Members], load: int) -> int:
    """The tour that gets least longer by the load; one past the last means a tour of its own."""
    roomy = _roomy(pricing, dict(enumerate(tours)), (load,))
    prices = [(pricing.price_mm((load,)), len(tours))]
    for place in _least_added(pricing, pricing.shapes[load], roomy, PLACES_PRICED):
        joined = pricing.price_mm(_joined(tours[place], (load,)))
        prices.append((joined - pricing.price_mm(tours[place]), place))
    return min(prices)[1]
