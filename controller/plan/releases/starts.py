"""Owns the order in which tours start where aisles are narrow, and what is said of it.

Refuses to reorder tours of earlier plans: they start when they were said to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.messages import PlannedPick
from controller.plan import spreading
from controller.plan.cutting import Problem
from controller.plan.streams.problem import Stream

MINUTE_MS = 60_000
AHEAD = -1  # the number of tours of earlier plans


@dataclass(frozen=True, slots=True)
class Start:
    """A tour, by number, starts as if it were due at `go_ms`; `why` it passes others, or ""."""

    tour: int
    go_ms: int
    why: str = ""


def starts(problem: Problem, tours: Sequence[Sequence[PlannedPick]]) -> list[Start]:
    """When tours start, which are given by their picks; in this order where aisles are narrow.

    Those that pass others have the due times of their places.
    """
    of_order = {need.order: need.due_ms for need in problem.needs}
    due_ms = [min(of_order[pick.order] for pick in picks) for picks in tours]
    if problem.ahead is None or problem.stream is None:
        return [Start(number, due) for number, due in enumerate(due_ms)]
    stop_of = {row.place: row.stop for row in problem.rows}
    listed: list[tuple[int, int, spreading.Tour]]
    listed = [(each.go_ms, AHEAD, each) for each in problem.ahead]
    for number, (due, picks) in enumerate(zip(due_ms, tours, strict=True)):
        stops = tuple(stop_of[pick.place] for pick in picks)
        listed.append((due, number, spreading.Tour(stops=stops, due_ms=due)))
    listed.sort(key=lambda each: each[:2])
    plan = spreading.solve(
        spreading.Problem(
            layout=problem.layout,
            tours=tuple(tour for _, _, tour in listed),
            pickers_ms=_free_ms(problem, problem.stream),
            now_ms=problem.stream.now_ms,
            pace=problem.stream.pace,
            under_way=tuple((each.here, *each.rest) for each in problem.running),
        )
    )
    return [
        Start(listed[at][1], listed[place][0], _why(plan, place - at))
        for place, at in enumerate(plan.sequence)
        if listed[at][1] != AHEAD
    ]


def _free_ms(problem: Problem, stream: Stream) -> tuple[int, ...]:
    """When each picker has done the tour that is being walked."""
    busy = [each.done_ms for each in problem.running]
    return (*busy, *[stream.now_ms] * (len(stream.pickers_ms) - len(busy)))


def _why(plan: spreading.Plan, later: int) -> str:
    if not later:
        return ""
    least, most = (each // MINUTE_MS for each in (plan.waiting_ms, plan.unspread_ms))
    way = "later" if later > 0 else "earlier"
    return (
        f"starts {abs(later)} places {way} than by due time: "
        f"in narrow aisles carts wait {least} min, not {most}"
    )
