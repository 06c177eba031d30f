"""The staffing model: numbers of equal people at jobs, in CP-SAT, in three rounds.

Owns the variables and what they must keep: who is there, who stays, and that only what lies there
can be done. Each round keeps what the one before has reached.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from controller.plan import Effort, _cp_sat
from controller.plan.shifts.crews import Group, groups_of
from controller.plan.shifts.shift import Job, Problem, in_order, late_units

Counts = dict[tuple[int, str, int], int]  # (group, job, slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """People of each group at each job and slot, with the bounds of lateness and time."""

    by_group: Counts
    late_bound: int
    worked_bound: int
    proven: bool

    @property
    def by_job(self) -> Counter[tuple[str, int]]:
        """People by (job, slot)."""
        found: Counter[tuple[str, int]] = Counter()
        for (_, job, slot), people in self.by_group.items():
            found[job, slot] += people
        return found


@dataclass(slots=True)
class _Model:
    """The variables by (group, job, slot)."""

    problem: Problem
    groups: tuple[Group, ...]
    model: Any
    people: dict[tuple[int, str, int], Any] = field(default_factory=dict)
    begin: dict[tuple[int, str, int], Any] = field(default_factory=dict)
    late: list[Any] = field(default_factory=list)

    def build(self) -> None:
        for number, group in enumerate(self.groups):
            for job in group.skills:
                self._stays(number, group, job)
            for slot in range(self.problem.slots):
                there = [
                    self.people[number, job, slot]
                    for job in group.skills
                    if (number, job, slot) in self.people
                ]
                if there:
                    self.model.add(sum(there) <= len(group.names))
        for each in self.problem.jobs:
            if each.places_max:
                self._finds_room(each)
        self._flows()

    def _stays(self, number: int, group: Group, job: str) -> None:
        """Who begins stays; a break is no end, and the end of the shift is one."""
        model, most = self.model, len(group.names)
        before: Any = 0
        begun: list[Any] = []
        for slot in group.slots:
            people = self.people[number, job, slot] = model.new_int_var(0, most, "")
            begin = self.begin[number, job, slot] = model.new_int_var(0, most, "")
            model.add(people <= before + begin)
            model.add(begin <= people)
            begun.append(begin)
            model.add(people >= sum(begun[-self.problem.stay_slots :]))
            before = people

    def _finds_room(self, job: Job) -> None:
        for slot in range(self.problem.slots):
            there = self._at(job.name, slot)
            if there:
                self.model.add(sum(there) <= job.places_max)

    def _at(self, job: str, slot: int) -> list[Any]:
        keys = ((number, job, slot) for number in range(len(self.groups)))
        return [self.people[key] for key in keys if key in self.people]

    def _flows(self) -> None:
        """No more is done than lies there, nor than people have the time for."""
        problem, model = self.problem, self.model
        done: dict[tuple[str, int], Any] = {}
        for job in in_order(problem.jobs):
            feeders = [each.name for each in problem.jobs if each.feeds == job.name]
            total = sum(sum(each.arrives) for each in problem.jobs)
            come: Any = 0
            finished: Any = 0
            for slot in range(problem.slots):
                come = come + job.arrives[slot]
                if slot:
                    come = come + sum(done[name, slot - 1] for name in feeders)
                units = done[job.name, slot] = model.new_int_var(0, total, "")
                finished = finished + units
                model.add(finished <= come)
                model.add(units * job.unit_ms <= sum(self._at(job.name, slot)) * problem.slot_ms)
                if job.due and job.due[slot]:
                    late = model.new_int_var(0, job.due[slot], "")
                    model.add(late >= job.due[slot] - finished)
                    self.late.append(late)


def solved(problem: Problem, effort: Effort) -> Found:
    """The best numbers found: lateness first, then slots worked, then stints begun."""
    if problem.idle:
        late = late_units(problem, {})
        return Found(by_group={}, late_bound=late, worked_bound=0, proven=True)
    model = _Model(problem, groups_of(problem), _cp_sat.new_model())
    model.build()
    part = Effort(work=max(1, effort.work // 3), should_stop=effort.should_stop)
    aims: list[Callable[[], Any]] = [
        lambda: sum(model.late),
        lambda: sum(model.people.values()),
        lambda: sum(model.begin.values()),
    ]
    values: Counts = {}
    bounds: list[int] = []
    proven = True
    for aim in aims:
        expression = aim()
        if isinstance(expression, int):
            bounds.append(0)
            continue
        model.model.minimize(expression)
        answer = _cp_sat.run(model.model, part)
        if not answer.found:
            bounds.append(0)
            proven = False
            continue
        values = {key: answer.solver.value(each) for key, each in model.people.items()}
        bounds.append(answer.bound)
        proven = proven and answer.status == "optimal"
        model.model.add(expression <= answer.objective)
        _hint(model, answer)
    return Found(
        by_group={key: n for key, n in values.items() if n},
        late_bound=bounds[0],
        worked_bound=bounds[1],
        proven=proven,
    )


def _hint(model: _Model, answer: _cp_sat.Answer) -> None:
    """The next round begins with what this one has found."""
    model.model.clear_hints()
    for variables in (model.people, model.begin):
        for each in variables.values():
            model.model.add_hint(each, answer.solver.value(each))
