"""Groups of people who can stand in for each other, and the numbers of a plan told by name.

Owns who goes and who stays when fewer are needed: the longest at a job goes first, so that
everybody stays as long as the numbers allow.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from controller.plan.shifts.shift import Problem, Stint


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People of equal skills, hours and breaks; `slots` are those in which they work."""

    names: tuple[str, ...]
    skills: tuple[str, ...]
    slots: tuple[int, ...]


def groups_of(problem: Problem) -> tuple[Group, ...]:
    found: dict[tuple[tuple[str, ...], tuple[int, ...]], list[str]] = {}
    for person in problem.people:
        slots = tuple(slot for slot in range(problem.slots) if person.works(slot))
        found.setdefault((tuple(sorted(person.skills)), slots), []).append(person.name)
    return tuple(
        Group(names=tuple(names), skills=skills, slots=slots)
        for (skills, slots), names in sorted(found.items())
    )


def told_by_name(
    problem: Problem, counts: Mapping[tuple[int, str, int], int]
) -> tuple[Stint, ...]:
    """Stints by person and time. Shapes: counts by (group, job, slot)."""
    stints: list[Stint] = []
    for number, group in enumerate(groups_of(problem)):
        stints += _of_group(number, group, counts)
    return tuple(sorted(stints, key=lambda each: (each.person, each.starts)))


def _of_group(
    number: int, group: Group, counts: Mapping[tuple[int, str, int], int]
) -> list[Stint]:
    free, at = list(group.names), {job: list[tuple[str, int]]() for job in group.skills}
    stints: list[Stint] = []
    last = 0

    def end(job: str, slot: int, keep: int) -> None:
        while len(at[job]) > keep:
            name, since = at[job].pop(0)
            stints.append(Stint(person=name, job=job, starts=since, ends=slot))
            free.append(name)

    for slot in group.slots:
        for job in group.skills:
            end(job, last + 1, counts.get((number, job, slot), 0))
        for job in group.skills:
            while len(at[job]) < counts.get((number, job, slot), 0):
                at[job].append((free.pop(0), slot))
        last = slot
    for job in group.skills:
        end(job, last + 1, 0)
    return stints
