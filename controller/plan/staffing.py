"""Staffing: how many people do which job in each quarter of an hour of a shift.

Owns the plan: lateness first, then time worked, then changes of job. People of equal skills, hours
and breaks are one group, so it is planned in numbers and then told by name. Refuses to make people
faster than the standards that it is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from controller.plan import Effort
from controller.plan.shifts.crews import told_by_name
from controller.plan.shifts.model import solved
from controller.plan.shifts.shift import (
    Job,
    Person,
    Problem,
    Stint,
    done_units,
    late_of,
    late_units,
)

__all__ = [
    "Crew", "Job", "Person", "Plan", "Problem", "Stint", "done_units", "late_units", "solve",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A job over the shift. Shapes: people, units done and units late for each slot."""

    job: str
    people: tuple[int, ...]
    done: tuple[int, ...]
    late: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`late` is units late summed over slots, `worked` is slots of people, `changes` stints."""

    stints: tuple[Stint, ...]
    crews: tuple[Crew, ...]
    late: int
    late_bound: int
    worked: int
    worked_bound: int
    changes: int
    proven: bool


def solve(problem: Problem, effort: Effort) -> Plan:
    """Who does what when; the whole effort is shared by lateness, time worked and changes.

    Units: one unit of work is 0.00001 of CP-SAT's deterministic second.
    """
    found = solved(problem, effort)
    stints = told_by_name(problem, found.by_group)
    counts = found.by_job
    done = done_units(problem, counts)
    crews = tuple(
        Crew(
            job=job.name,
            people=tuple(counts[job.name, slot] for slot in range(problem.slots)),
            done=done[job.name],
            late=late_of(job, done[job.name]),
            why=_why(problem, job, done[job.name], counts),
        )
        for job in problem.jobs
    )
    return Plan(
        stints=stints,
        crews=crews,
        late=sum(sum(crew.late) for crew in crews),
        late_bound=found.late_bound,
        worked=sum(sum(crew.people) for crew in crews),
        worked_bound=found.worked_bound,
        changes=len(stints),
        proven=found.proven,
    )


def _why(
    problem: Problem, job: Job, done: Sequence[int], counts: Mapping[tuple[str, int], int]
) -> str:
    total = sum(done)
    worked = sum(counts.get((job.name, slot), 0) for slot in range(problem.slots))
    hours = worked * problem.slot_ms / 3_600_000
    able = worked * problem.slot_ms // job.unit_ms
    words = [f"{total} units of {job.unit_ms / 1000:.0f} s in {hours:.2f} hours"]
    if able:
        words.append(f"{100 * total // able}% of that time is work")
    late = late_of(job, done)
    if any(late):
        first = next(slot for slot, units in enumerate(late) if units)
        skilled = sum(1 for person in problem.people if job.name in person.skills)
        words.append(f"late from slot {first} on: {skilled} people can do it")
    elif job.due and job.due[-1]:
        words.append(f"all {job.due[-1]} that are due are in time")
    return "; ".join(words)
