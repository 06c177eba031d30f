"""Staffing: work flows, people stay and take breaks, no enumeration of tiny shifts is better."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, product
from random import Random
from typing import Any

import pytest

from controller.plan import Effort
from controller.plan.staffing import Job, Person, Plan, Problem, done_units, late_units, solve

QUARTER = 900_000
EFFORT = Effort(work=60_000)


def random_problem(seed: int, slots: int = 4, people: int = 2) -> Problem:
    rng = Random(seed)
    arrives = tuple(rng.choice([0, 0, 5, 12]) for _ in range(slots))
    due = [0] * slots
    due[-1] = sum(arrives)
    due[slots // 2] = due[-1] // 2
    for slot in range(1, slots):
        due[slot] = max(due[slot], due[slot - 1])
    jobs = (
        Job(name="pick", unit_ms=rng.choice([90_000, 200_000]), arrives=arrives, feeds="pack"),
        Job(
            name="pack",
            unit_ms=rng.choice([60_000, 150_000]),
            arrives=(rng.choice([0, 3]), *[0] * (slots - 1)),
            due=tuple(due),
            places_max=rng.choice([0, 1]),
        ),
    )
    named = tuple(
        Person(
            name=f"W{n}",
            skills=rng.choice([("pick",), ("pick", "pack"), ("pick", "pack")]),
            starts=rng.choice([0, 0, 1]),
            ends=slots,
            breaks=rng.choice([(), (2,)]),
        )
        for n in range(people)
    )
    return Problem(slots=slots, slot_ms=QUARTER, jobs=jobs, people=named, stay_slots=2)


def rosters(problem: Problem, person: Person) -> Iterator[tuple[str, ...]]:
    """Every way to spend a shift that keeps the stay; "" is free."""
    there = [slot for slot in range(problem.slots) if person.works(slot)]
    for choice in product(("", *person.skills), repeat=len(there)):
        runs = [(job, len(list(same))) for job, same in groupby(choice)]
        short = [n for job, n in runs[:-1] if job and n < problem.stay_slots]
        if not short:
            row = [""] * problem.slots
            for slot, job in zip(there, choice, strict=True):
                row[slot] = job
            yield tuple(row)


def value(problem: Problem, rows: tuple[tuple[str, ...], ...]) -> tuple[int, int, int] | None:
    counts: Counter[tuple[str, int]] = Counter(
        (job, slot) for row in rows for slot, job in enumerate(row) if job
    )
    full = {job.name: job.places_max for job in problem.jobs if job.places_max}
    if any(people > full.get(job, people) for (job, _), people in counts.items()):
        return None
    begun = 0
    for person, row in zip(problem.people, rows, strict=True):
        worked = [job for slot, job in enumerate(row) if person.works(slot)]
        begun += sum(1 for job, _ in groupby(worked) if job)
    return late_units(problem, counts), counts.total(), begun


@pytest.mark.parametrize("seed", range(8))
def test_no_enumeration_is_better(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem, EFFORT)
    every = product(*(list(rosters(problem, person)) for person in problem.people))
    least = min(found for rows in every if (found := value(problem, rows)) is not None)
    assert plan.proven
    assert (plan.late, plan.worked, plan.changes) == least
    assert (plan.late_bound, plan.worked_bound) == least[:2]


def check(problem: Problem, plan: Plan) -> None:
    """What holds of every plan."""
    people = {person.name: person for person in problem.people}
    counts: Counter[tuple[str, int]] = Counter()
    busy: set[tuple[str, int]] = set()
    for stint in plan.stints:
        person = people[stint.person]
        assert stint.job in person.skills
        at = [slot for slot in range(stint.starts, stint.ends) if person.works(slot)]
        last = max(slot for slot in range(problem.slots) if person.works(slot))
        assert len(at) >= problem.stay_slots or stint.ends == last + 1
        for slot in at:
            assert (stint.person, slot) not in busy
            busy.add((stint.person, slot))
            counts[stint.job, slot] += 1
    for crew in plan.crews:
        assert crew.people == tuple(counts[crew.job, slot] for slot in range(problem.slots))
        assert crew.why
    assert plan.late == late_units(problem, counts)
    assert plan.late >= plan.late_bound
    done = done_units(problem, counts)
    assert {crew.job: crew.done for crew in plan.crews} == done


@pytest.mark.parametrize("seed", range(3))
def test_larger_shifts_keep_the_rules_and_repeat_themselves(seed: int) -> None:
    problem = random_problem(seed, slots=12, people=6)
    plan = solve(problem, EFFORT)
    check(problem, plan)
    assert plan == solve(problem, EFFORT)
    check(problem, solve(problem, Effort(work=0)))


def shift(**change: Any) -> Problem:
    """Ten parcels that are due after an hour, and one person for both jobs."""
    jobs = (
        Job(name="pick", unit_ms=180_000, arrives=(10, 0, 0, 0), feeds="pack"),
        Job(name="pack", unit_ms=180_000, arrives=(0, 0, 0, 0), due=(0, 0, 0, 10)),
    )
    ann = Person(name="ANN", skills=("pick", "pack"), starts=0, ends=4)
    given: dict[str, Any] = {
        "slots": 4,
        "slot_ms": QUARTER,
        "jobs": jobs,
        "people": (ann,),
        "stay_slots": 2,
    }
    return Problem(**(given | change))


def test_one_person_picks_and_then_packs_in_time() -> None:
    plan = solve(shift(), EFFORT)
    assert [(each.job, each.starts, each.ends) for each in plan.stints] == [
        ("pick", 0, 2),
        ("pack", 2, 4),
    ]
    assert (plan.late, plan.proven) == (0, True)
    assert plan.crews[1].why == (
        "10 units of 180 s in 0.50 hours; 100% of that time is work; "
        "all 10 that are due are in time"
    )


def test_what_cannot_be_in_time_is_told_with_who_could_do_it() -> None:
    problem = shift()
    slow = replace(problem, jobs=(problem.jobs[0], replace(problem.jobs[1], unit_ms=450_000)))
    plan = solve(slow, EFFORT)
    assert (plan.late, plan.late_bound) == (6, 6)
    assert "late from slot 3 on: 1 people can do it" in plan.crews[1].why


def test_without_people_all_is_late_and_without_work_nobody_is_needed() -> None:
    assert solve(shift(people=()), EFFORT).late == 10
    idle = tuple(replace(job, arrives=(0,) * 4, due=()) for job in shift().jobs)
    assert solve(shift(jobs=idle), EFFORT).stints == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slots": 0}, "give at least 1"),
        ({"people": (Person(name="B", skills=("fly",), starts=0, ends=4),)}, "can do"),
        ({"slots": 5}, "arrivals for every slot"),
        ({"jobs": (Job(name="a", unit_ms=1, arrives=(0,) * 4, feeds="a"),)}, "not in a circle"),
        (
            {"jobs": (Job(name="a", unit_ms=1, arrives=(0,) * 4, due=(2, 1, 1, 1)),)},
            "only grow",
        ),
    ],
)
def test_what_is_given_wrongly_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        shift(**change)
