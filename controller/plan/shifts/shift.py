"""A shift: its jobs, what flows between them, its people, and what so many people get done.

Owns the data of staffing and the flow of units. Refuses jobs and people that do not fit together,
naming what to give instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work in units (order lines, receipt lines, ...) that takes `unit_ms` of one person each.

    Shapes: `arrives` is the units that come in each slot, at its start; `due` is how many of all
    units must be done by the end of each slot. What is done flows into the job `feeds`, where it
    can be worked on from the next slot on; `places_max` people find room, 0 is any number.
    """

    name: str
    unit_ms: int
    arrives: tuple[int, ...]
    due: tuple[int, ...] = ()
    feeds: str = ""
    places_max: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Works in the slots from `starts` up to, not with, `ends`, apart from those of `breaks`."""

    name: str
    skills: tuple[str, ...]
    starts: int
    ends: int
    breaks: tuple[int, ...] = ()

    def works(self, slot: int) -> bool:
        return self.starts <= slot < self.ends and slot not in self.breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A shift of so many slots; who begins a job stays at it for `stay_slots` at least."""

    slots: int
    slot_ms: int
    jobs: tuple[Job, ...]
    people: tuple[Person, ...]
    stay_slots: int = 4

    def __post_init__(self) -> None:
        if min(self.slots, self.slot_ms, self.stay_slots) < 1:
            raise ValueError("slots, slot_ms and stay_slots: give at least 1 of each")
        names = [job.name for job in self.jobs]
        for named in (names, [person.name for person in self.people]):
            if len(set(named)) < len(named):
                raise ValueError(f"{sorted(named)} names something twice: give each name once")
        for job in self.jobs:
            self._check_job(job, names)
        for person in self.people:
            unknown = sorted({*person.skills} - {*names})
            if unknown:
                raise ValueError(f"{person.name} can do {unknown}: give these jobs, too")

    @property
    def idle(self) -> bool:
        """Whether there is nothing to decide: no work, or nobody to do it."""
        return not self.people or not any(sum(job.arrives) for job in self.jobs)

    def _check_job(self, job: Job, names: Sequence[str]) -> None:
        if job.unit_ms < 1 or len(job.arrives) != self.slots:
            raise ValueError(f"{job.name}: give 1 ms or more, and arrivals for every slot")
        if job.due and len(job.due) != self.slots:
            raise ValueError(f"{job.name}: give what is due by the end of every slot")
        if min(job.arrives) < 0 or any(b < a for a, b in zip(job.due, job.due[1:], strict=False)):
            raise ValueError(f"{job.name}: arrivals of 0 or more, and due units that only grow")
        after, seen = job.feeds, {job.name}
        while after:
            if after not in names or after in seen:
                raise ValueError(f"{job.name} feeds {after}: name another job, not in a circle")
            seen.add(after)
            after = next(each.feeds for each in self.jobs if each.name == after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """One person at one job, from a slot up to, not with, another; breaks lie in between."""

    person: str
    job: str
    starts: int
    ends: int


def done_units(
    problem: Problem, counts: Mapping[tuple[str, int], int]
) -> dict[str, tuple[int, ...]]:
    """What so many people do in each slot: all that lies there, as far as their time goes.

    Shapes: counts by (job, slot).
    """
    done: dict[str, tuple[int, ...]] = {}
    for job in in_order(problem.jobs):
        arrives = list(job.arrives)
        for feeder in problem.jobs:
            if feeder.feeds == job.name:
                for slot in range(1, problem.slots):
                    arrives[slot] += done[feeder.name][slot - 1]
        waiting, row = 0, []
        for slot in range(problem.slots):
            waiting += arrives[slot]
            able = counts.get((job.name, slot), 0) * problem.slot_ms // job.unit_ms
            row.append(min(waiting, able))
            waiting -= row[-1]
        done[job.name] = tuple(row)
    return done


def in_order(jobs: Sequence[Job]) -> list[Job]:
    """Jobs so that each comes after those that feed it."""
    order: list[Job] = []
    left = list(jobs)
    while left:
        ready = [job for job in left if not any(each.feeds == job.name for each in left)]
        order += ready
        left = [job for job in left if job not in ready]
    return order


def late_of(job: Job, done: Sequence[int]) -> tuple[int, ...]:
    """Units that are late at the end of each slot."""
    if not job.due:
        return (0,) * len(done)
    return tuple(
        max(0, due - so_far) for due, so_far in zip(job.due, accumulate(done), strict=True)
    )


def late_units(problem: Problem, counts: Mapping[tuple[str, int], int]) -> int:
    """Units late at the end of each slot, summed: what so many people leave."""
    done = done_units(problem, counts)
    return sum(sum(late_of(job, done[job.name])) for job in problem.jobs)
