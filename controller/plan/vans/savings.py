"""The tours that a plain method makes: two are joined where that saves most.

Owns this baseline, against which planned tours are told. Refuses to rest and to load anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from controller.plan import Effort
from controller.plan.vans import checking, resting
from controller.plan.vans.problem import Matrix, Problem, Stop, Tour, Vans

Trip = tuple[Stop, ...]

ENDLESS: Final = 1 << 60
WALK: Final = 4
"""Units of work of a trip that is driven to see whether it can be."""


@dataclass(slots=True)
class Spent:
    """What of an effort is gone for a baseline, in units of the search of tours."""

    effort: Effort
    work: int = 0

    def over(self) -> bool:
        return self.work > self.effort.work or self.effort.should_stop()


def tours(problem: Problem, spent: Spent | None = None) -> tuple[Tour, ...]:
    """Vans alike get what is waiting, by savings; what then waits is put where it adds least.

    None are made where the effort is over before.

    Source: Clarke & Wright 1964, with trips turned round where that fits.
    """
    spent = spent or Spent(Effort(work=ENDLESS))
    waiting = {stop.id: stop for stop in problem.stops}
    made: list[tuple[_Fleet, Trip]] = []
    for fleet in _fleets(problem, spent):
        trips = sorted(fleet.joined(tuple(waiting.values())), key=len, reverse=True)
        for trip in trips[: len(fleet.kinds)]:
            made.append((fleet, trip))
            for stop in trip:
                del waiting[stop.id]
    for stop in waiting.values():
        if not spent.over():
            _add(made, stop)
    if spent.over():
        return ()
    kinds = {fleet.vans.kind: iter(fleet.kinds) for fleet, _ in made}
    return tuple(fleet.tour(trip, next(kinds[fleet.vans.kind])) for fleet, trip in made)


def _fleets(problem: Problem, spent: Spent) -> list["_Fleet"]:
    alike: dict[Vans, list[str]] = {}
    for vans in problem.vans:
        alike.setdefault(replace(vans, kind="", count=1), []).extend([vans.kind] * vans.count)
    return [
        _Fleet(problem, replace(vans, kind=kinds[0]), kinds, spent)
        for vans, kinds in alike.items()
        if kinds
    ]


def _add(made: list[tuple["_Fleet", Trip]], stop: Stop) -> None:
    """Puts a stop into the trip that it makes dearer by least, if it fits into one."""
    offers = (
        (driven.cost - before, number, nth, longer)
        for number, (fleet, trip) in enumerate(made)
        for before in (fleet.driven(trip).cost,)
        for nth in range(len(trip) + 1)
        for longer in ((*trip[:nth], stop, *trip[nth:]),)
        if not (driven := fleet.driven(longer)).faults
    )
    best = min(offers, key=lambda each: each[:3], default=None)
    if best is not None:
        _, number, _, trip = best
        made[number] = (made[number][0], trip)


@dataclass(frozen=True, slots=True, eq=False)
class _Fleet:
    """Vans that differ in nothing but their names."""

    problem: Problem
    vans: Vans
    kinds: list[str]
    spent: Spent

    def joined(self, stops: Sequence[Stop]) -> list[Trip]:
        """Trips of stops that these vans can serve, joined while any two can be."""
        alone = [stop for stop in stops if self.serves((stop,))]
        trips: dict[str, Trip] = {stop.id: (stop,) for stop in alone}
        saved = self._saved(alone)
        for pair in np.argsort(-saved, axis=None, kind="stable"):
            one, other = divmod(int(pair), len(alone))
            if saved[one, other] <= 0 or self.spent.over():
                break
            first, then = trips[alone[one].id], trips[alone[other].id]
            if first is then or not _ends(first, alone[one]) or not _ends(then, alone[other]):
                continue
            if first[-1] is not alone[one]:
                first = first[::-1]
            if then[0] is not alone[other]:
                then = then[::-1]
            if self.serves(both := first + then):
                trips.update((stop.id, both) for stop in both)
        return list({trip[0].id: trip for trip in trips.values()}.values())

    def _saved(self, stops: Sequence[Stop]) -> Matrix:
        """What a way from stop to stop saves against going home and out again."""
        depots = {depot.id: depot.at for depot in self.problem.depots}
        start, end = depots[self.vans.depot], depots[self.vans.end_depot or self.vans.depot]
        ways = self.vans.metre_cost * self.problem.distance_m
        ways = ways + self.vans.second_cost * self.problem.duration_s
        at = [stop.at for stop in stops]
        saved: Matrix = ways[at, end][:, None] + ways[start, at] - ways[np.ix_(at, at)]
        saved += self.vans.fixed_cost
        np.fill_diagonal(saved, 0)
        return saved

    def serves(self, trip: Trip) -> bool:
        return not self.driven(trip).faults

    def tour(self, trip: Trip, kind: str) -> Tour:
        """The trip, begun as late as it may be."""
        times = resting.fitted(self.problem, self.vans, trip, resting.NONE)
        assert times is not None
        return Tour(kind=kind, trips=(tuple(stop.id for stop in trip),), starts_s=times.starts_s)

    def driven(self, trip: Trip) -> checking.Driven:
        self.spent.work += WALK
        starts_s = max([self.vans.starts_s, *(stop.ready_s for stop in trip)])
        return checking.walk(self.problem, self.vans, starts_s, [trip])


def _ends(trip: Trip, stop: Stop) -> bool:
    return stop is trip[0] or stop is trip[-1]
