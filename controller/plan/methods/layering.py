"""Layering: a tour that fills cartons from the bottom, as far as its way allows.

Owns the exchange of a little walking for picks in the sequence of packing: the tour the other way
round, which costs nothing, then picks moved before or behind others while the tour stays within
its limit. Refuses to pass that limit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from controller.plan.graphs.distances import length_of
from controller.plan.graphs.graph import Graph
from controller.plan.walks.rectangle import Layout, Stop

MOVES_MAX = 60

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Picks by index; `before` are pairs of which the first should be made first."""

    layout: Layout | Graph
    stops: tuple[Stop, ...]
    before: tuple[tuple[int, int], ...]
    limit_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The picks in their order; `broken` pairs are still the wrong way round."""

    sequence: Order
    length_mm: int
    broken: int


def solve(problem: Problem, sequence: Sequence[int]) -> Plan:
    """A sequence with no more broken pairs than the given one, and not longer than the limit.

    A given sequence that is longer than the limit is only turned round.
    """

    def price(order: Order) -> tuple[int, int]:
        return broken(problem, order), length_of(problem.layout, problem.stops, order)

    first = tuple(sequence)
    best = (price(first), first)
    turned = (price(first[::-1]), first[::-1])
    if turned[0] < best[0] and turned[0][1] <= max(problem.limit_mm, best[0][1]):
        best = turned
    for _ in range(MOVES_MAX):
        better = _better(problem, best, price)
        if better is None:
            break
        best = better
    (left, length_mm), order = best
    return Plan(sequence=order, length_mm=length_mm, broken=left)


def broken(problem: Problem, order: Sequence[int]) -> int:
    """How many pairs are the wrong way round."""
    at = {pick: place for place, pick in enumerate(order)}
    return sum(at[low] > at[high] for low, high in problem.before)


Priced = tuple[tuple[int, int], Order]


def _better(
    problem: Problem, best: Priced, price: Callable[[Order], tuple[int, int]]
) -> Priced | None:
    """The best move of one pick of a broken pair past the other one."""
    (left, _), order = best
    at = {pick: place for place, pick in enumerate(order)}
    moves = []
    for low, high in problem.before:
        if at[low] > at[high]:
            moves += [_moved(order, low, at[high]), _moved(order, high, at[low])]
    priced = [(price(each), each) for each in dict.fromkeys(moves)]
    within = [each for each in priced if each[0][1] <= problem.limit_mm and each[0][0] < left]
    return min(within, default=None)


def _moved(order: Order, pick: int, to: int) -> Order:
    rest = [each for each in order if each != pick]
    return (*rest[:to], pick, *rest[to:])
