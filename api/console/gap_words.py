"""Owns the words for what a shift leaves undone: how much of which job, from when on, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from controller.plan.staffing import Crew, Job, Plan, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Units of a job that are late in the slots from `starts` up to, not with, `ends`."""

    job: str
    starts: int
    ends: int
    units: int
    why: str


def gaps(problem: Problem, plan: Plan) -> Iterator[Gap]:
    """Each span in which a job is late, with the most that is late in it."""
    jobs = {job.name: job for job in problem.jobs}
    crews = {crew.job: crew for crew in plan.crews}
    for crew in plan.crews:
        for late, span in groupby(range(problem.slots), key=lambda slot: crew.late[slot] > 0):
            slots = list(span)
            if late:
                yield Gap(
                    job=crew.job,
                    starts=slots[0],
                    ends=slots[-1] + 1,
                    units=max(crew.late[slot] for slot in slots),
                    why=_why(problem, plan, _narrowest(jobs, crews, crew.job, slots[0]), slots[0]),
                )


def _narrowest(
    jobs: Mapping[str, Job], crews: Mapping[str, Crew], late: str, slot: int
) -> tuple[str, int]:
    """Where most work lies at the end of a slot, of a job and those before it; how many units."""
    lies: dict[str, int] = {}
    name = late
    while name:
        before = next((job.name for job in jobs.values() if job.feeds == name), "")
        came = sum(jobs[name].arrives[: slot + 1])
        came += sum(crews[before].done[:slot]) if before else 0
        lies[name] = came - sum(crews[name].done[: slot + 1])
        name = before
    worst = max(lies, key=lambda each: lies[each] * jobs[each].unit_ms)
    return worst, lies[worst]


def _why(problem: Problem, plan: Plan, narrow: tuple[str, int], slot: int) -> str:
    """Who could do the job at which the work lies, and what they do then."""
    job, lie = narrow
    if lie <= 0:
        return "it comes too late to be done in time"
    able = [each for each in problem.people if job in each.skills]
    here = [each.name for each in able if each.works(slot)]
    said = f"{lie} lie at {job.replace('_', ' ')}: "
    if not here:
        return said + (
            f"none of the {len(able)} who can do it works" if able else "nobody can do it"
        )
    busy = {each.person: each.job for each in plan.stints if each.starts <= slot < each.ends}
    at_it = sum(1 for name in here if busy.get(name) == job)
    others = sorted({busy[name] for name in here if busy.get(name, job) != job})
    said += f"{at_it} of the {len(here)} who can do it are at it"
    return said + (f", others at {', '.join(others)}" if others else "").replace("_", " ")
