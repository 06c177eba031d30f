"""Owns the console's routes about staffing: people by job and quarter hour, from when it is asked.

A plan is an answer and changes nothing: who is there is told with the question.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field

from api.console.desk import Open
from api.console.gap_words import Gap, gaps
from api.fields import Code, Said
from api.solved import solved
from controller.errors import Refused
from controller.plan import Effort, staffing
from controller.views import workload
from controller.views.forecast import SLOT_MS
from controller.views.standards import USUAL_MS, Standard

router = APIRouter(prefix="/staffing")

WORK: Final = 600_000
QUARTERS: Final = 4
Time = Annotated[int, Field(ge=0, le=2**52, examples=[1_767_600_000_000])]
_CREW: Final[dict[str, Any]] = {
    "job": "picking",
    "people": [1, 1, 1, 1],
    "done": [22, 22, 22, 10],
    "late": [0, 0, 0, 0],
    "why": "76 units of 40 s in 1.00 hours; 84% of that time is work",
}
_EXAMPLE: Final[dict[str, Any]] = {
    "starts_ms": 1_767_600_000_000,
    "slot_ms": 900_000,
    "plan": {
        "stints": [{"person": "PICKER-001", "job": "picking", "starts": 0, "ends": 4}],
        "crews": [_CREW],
        "late": 0,
        "late_bound": 0,
        "worked": 4,
        "worked_bound": 4,
        "changes": 1,
        "proven": True,
    },
    "jobs": [
        {
            "name": "picking",
            "unit_ms": 40_000,
            "arrives": [70, 2, 2, 2],
            "due": [],
            "feeds": "packing",
            "places_max": 0,
        }
    ],
    "people": [
        {"name": "PICKER-001", "skills": ["picking"], "starts": 0, "ends": 4, "breaks": []}
    ],
    "forecast": [0, 2, 2, 2],
    "gaps": [],
    "standards": [
        {"job": "picking", "unit_ms": 40_000, "usual_ms": 40_000, "learned_from": 0},
    ],
}


class Present(Said):
    """Somebody who is there; `ends_ms` 0 is to the end. A break is a quarter of an hour."""

    name: Annotated[Code, Field(examples=["PICKER-001"])]
    jobs: Annotated[list[Code], Field(min_length=1, max_length=20, examples=[["picking"]])]
    starts_ms: Time = 0
    ends_ms: Time = 0
    breaks_ms: Annotated[list[Time], Field(max_length=96)] = []


class Wish(Said):
    """`starts_ms` 0 is now; no people named: all workers of the site, all the time."""

    starts_ms: Time = 0
    hours: Annotated[int, Field(ge=1, le=24)] = 8
    stay_minutes: Annotated[int, Field(ge=15, le=480)] = 60
    factor_percent: Annotated[int, Field(ge=0, le=1_000)] = 100
    people: Annotated[list[Present], Field(max_length=500)] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Slots are counted from `starts_ms`; standards are of teams, never of one person.

    Shapes: `forecast` is the order lines of each slot that are still to be ordered.
    """

    starts_ms: int
    slot_ms: int
    plan: staffing.Plan
    jobs: tuple[staffing.Job, ...]
    people: tuple[staffing.Person, ...]
    forecast: tuple[int, ...]
    gaps: tuple[Gap, ...]
    standards: tuple[Standard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All workers of the floor with the jobs of their role, and all jobs that there are."""

    people: tuple[staffing.Person, ...]
    jobs: tuple[str, ...]


@router.get("/people")
async def people(console: Open) -> Roster:
    """Who may be planned, and for what."""
    found = await console.runtime.desk.read(workload.everybody, 1)
    return Roster(people=found, jobs=tuple(USUAL_MS))


@router.post("", responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}})
async def plan(given: Wish, console: Open) -> Staffing:
    """Who does which job in each quarter of an hour: lateness first, then hours."""
    now_ms = console.runtime.clock.now_ms()
    starts_ms = -(-(given.starts_ms or now_ms) // SLOT_MS) * SLOT_MS
    span = workload.Span(starts_ms, given.hours * QUARTERS)
    shift = await console.runtime.desk.read(
        workload.shift,
        now_ms,
        span,
        _persons(given.people, span),
        -(-given.stay_minutes * 60_000 // SLOT_MS),
        given.factor_percent,
    )
    problem = shift.problem
    if problem.idle:
        found = staffing.solve(problem, Effort(work=0))
    else:
        found = await solved(staffing.solve, problem, Effort(work=WORK))
    return Staffing(
        starts_ms=starts_ms,
        slot_ms=SLOT_MS,
        plan=found,
        jobs=problem.jobs,
        people=problem.people,
        forecast=shift.forecast,
        gaps=tuple(gaps(problem, found)),
        standards=shift.standards,
    )


def _persons(given: list[Present], span: workload.Span) -> tuple[staffing.Person, ...]:
    """Raises: Refused for a job that there is not, and for somebody named twice."""
    seen: set[str] = set()
    for each in given:
        unknown = [job for job in each.jobs if job not in USUAL_MS]
        if unknown:
            fix = f"write some of {' '.join(USUAL_MS)}"
            raise Refused("unknown_job", person=each.name, job=unknown[0], fix=fix)
        if each.name in seen:
            raise Refused("named_twice", person=each.name, fix="name each person once")
        seen.add(each.name)
    return tuple(
        staffing.Person(
            name=each.name,
            skills=tuple(dict.fromkeys(each.jobs)),
            starts=min(span.slots, span.slot(each.starts_ms)),
            ends=min(span.slots, span.slot(each.ends_ms)) if each.ends_ms else span.slots,
            breaks=tuple(sorted({span.slot(at_ms) for at_ms in each.breaks_ms})),
        )
        for each in given
    )
