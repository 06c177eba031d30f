"""Joining: which tour that is being walked an urgent order should join, and what that costs.

Owns the offers: the way that each tour would be longer, when it would be done, and who would be
late for it. Refuses tours on which the loads have no slot, goods that are kept apart from theirs
or lie in a zone that the cart has left, and what cannot be reached.
"""

from dataclasses import dataclass

from controller.plan import replanning
from controller.plan.apart import Pairs, clash
from controller.plan.graphs.graph import Graph
from controller.plan.streams.problem import Pace
from controller.plan.walks.rectangle import Layout, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A tour under way: where its picker stands, the stops that follow, and room on the cart.

    `kinds` are those of its goods that are kept apart from others; `zone` is the one in which the
    cart is (0: it passes through none); `no` is why nothing may join.
    """

    tour: int
    here: Stop
    rest: tuple[Stop, ...]
    slots: int
    due_ms: int
    left_mm: int
    done_ms: int
    kinds: frozenset[str] = frozenset()
    zone: int = 0
    no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Loads, with the stops of their picks in sum, that want to join one of the tours.

    `zone` is the first one in which something of theirs lies; 0: in none.
    """

    layout: Layout | Graph
    tours: tuple[Running, ...]
    stops: tuple[Stop, ...]
    loads: int
    due_ms: int
    pace: Pace
    kinds: frozenset[str] = frozenset()
    apart: Pairs = frozenset()
    zone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`late_ms`: so much later than due are orders of the tour that would not have been late."""

    tour: int
    extra_mm: int
    done_ms: int
    late_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Offers, the best first; `refused` holds (tour, reason)."""

    offers: tuple[Offer, ...]
    refused: tuple[tuple[int, str], ...]


def solve(problem: Problem) -> Plan:
    """Tours that make nobody late come first, then those that are in time, then the nearest."""
    reasons = [(each.tour, _why_not(problem, each)) for each in problem.tours]
    no = dict(reasons)
    offers = [_offer(problem, each) for each in problem.tours if not no[each.tour]]
    offers.sort(
        key=lambda each: (
            each.late_ms,
            max(0, each.done_ms - problem.due_ms),
            each.extra_mm,
            each.tour,
        )
    )
    return Plan(offers=tuple(offers), refused=tuple(each for each in reasons if each[1]))


def _why_not(problem: Problem, running: Running) -> str:
    if running.no:
        return running.no
    if running.slots < problem.loads:
        return "no_slot_free"
    if clash(running.kinds, problem.kinds, problem.apart):
        return "goods_kept_apart"
    if 0 < problem.zone < running.zone:
        return "goods_in_a_zone_behind_the_cart"
    return ""


def _offer(problem: Problem, running: Running) -> Offer:
    walk = replanning.solve(
        replanning.Problem(
            layout=problem.layout,
            here=running.here,
            rest=running.rest,
            added=problem.stops,
            free=False,
        )
    )
    extra_mm = walk.length_mm - running.left_mm
    longer_ms = problem.pace.duration_ms(extra_mm, len(problem.stops)) - problem.pace.tour_ms
    done_ms = running.done_ms + longer_ms
    return Offer(
        tour=running.tour,
        extra_mm=extra_mm,
        done_ms=done_ms,
        late_ms=max(0, done_ms - max(running.due_ms, running.done_ms)),
    )
