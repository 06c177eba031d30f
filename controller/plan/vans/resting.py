"""When the driver of a tour rests, and what becomes of the times of its stops.

Owns the walk through one sequence of stops with a rest before one of its ways, and the repair of
a sequence that leaves none. Refuses to change which van goes where otherwise: stops only leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from controller.plan.vans.problem import Problem, Stop, Vans


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A tour of more than `after_s` rests once, within a window, for `length_s`.

    It rests `after_s` after its start at the latest, and is back as soon after the rest; 0: no
    tour rests. `due_s` is when the driver of a tour under way must rest.
    """

    after_s: int = 0
    length_s: int = 0
    opens_s: int = 0
    closes_s: int = 1 << 40
    due_s: int = 1 << 40

    def by_s(self, starts_s: int) -> int:
        """When the driver of a tour that starts then must rest, or be back."""
        return min(self.due_s, starts_s + self.after_s)


NONE = Rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """A sequence as it is driven: when it starts, arrives, begins and is back.

    `rest_s` is -1 where nobody rests.
    """

    stops: tuple[Stop, ...]
    starts_s: int
    arrives_s: tuple[int, ...]
    begins_s: tuple[int, ...]
    back_s: int
    distance_m: int
    rest_s: int = -1


@dataclass(frozen=True, slots=True)
class _Way:
    """A sequence of stops, the seconds of each way between them, and the van's limits."""

    vans: Vans
    rest: Rest
    stops: Sequence[Stop]
    ways_s: tuple[int, ...]
    distance_m: int
    earliest_s: int
    back_by_s: int


def fitted(problem: Problem, vans: Vans, stops: Sequence[Stop], rest: Rest) -> Times | None:
    """The times of a sequence with its rest; None where windows or limits leave no room."""
    way = _way(problem, vans, stops, rest)
    if way.distance_m > vans.distance_max_m:
        return None
    found = _timed(way, None)
    if not rest.after_s or (found is not None and found.back_s <= rest.by_s(found.starts_s)):
        return found
    places = product(range(len(stops) + 1), (False, True))
    timed = (_timed(way, before, late) for before, late in places)
    return min(
        (each for each in timed if each is not None and _legal(each, rest)),
        key=lambda each: (each.back_s, -each.starts_s, each.rest_s),
        default=None,
    )


def repaired(
    problem: Problem, vans: Vans, stops: Sequence[Stop], rest: Rest
) -> tuple[Times | None, tuple[Stop, ...]]:
    """A sequence from which so many stops are taken that it fits, and those stops.

    At each step the stop goes without which the tour fits and is longest; else the last one.
    """
    left, gone = list(stops), list[Stop]()
    while left:
        times = fitted(problem, vans, left, rest)
        if times is not None:
            return times, tuple(gone)
        without = [
            (found.distance_m, nth)
            for nth in range(len(left))
            if len(left) > 1
            and (found := fitted(problem, vans, left[:nth] + left[nth + 1 :], rest)) is not None
        ]
        gone.append(left.pop(max(without)[1] if without else -1))
    return None, tuple(gone)


def _way(problem: Problem, vans: Vans, stops: Sequence[Stop], rest: Rest) -> _Way:
    depots = {depot.id: depot for depot in problem.depots}
    start, end = depots[vans.depot], depots[vans.end_depot or vans.depot]
    legs = list(pairwise([start.at, *(stop.at for stop in stops), end.at]))
    return _Way(
        vans=vans,
        rest=rest,
        stops=stops,
        ways_s=tuple(int(problem.duration_s[leg]) for leg in legs),
        distance_m=sum(int(problem.distance_m[leg]) for leg in legs),
        earliest_s=max([vans.starts_s, start.opens_s, *(stop.ready_s for stop in stops)]),
        back_by_s=min(vans.ends_s, end.closes_s),
    )


def _legal(times: Times, rest: Rest) -> bool:
    begins_by = min(rest.closes_s, rest.by_s(times.starts_s))
    awake_s = times.back_s - times.rest_s - rest.length_s
    return rest.opens_s <= times.rest_s <= begins_by and awake_s <= rest.after_s


def _timed(way: _Way, before: int | None, late: bool = False) -> Times | None:
    """The shortest tour among those that are back first.

    `before`: it rests ahead of this stop, at once or as late as it may.
    """
    first = _driven(way, before, way.earliest_s, way.rest.opens_s)
    if first is None:
        return None
    latest_s, rests_s = _latest_s(way, before, first.back_s)
    starts_s = max(way.earliest_s, min(latest_s, way.vans.starts_by_s))
    rests_s = min(rests_s, way.rest.by_s(starts_s)) if late else 0
    best = _driven(way, before, starts_s, max(way.rest.opens_s, rests_s))
    assert best is not None
    return best if best.back_s - best.starts_s <= way.vans.shift_max_s else None


def _latest_s(way: _Way, before: int | None, back_s: int) -> tuple[int, int]:
    """When to start, and to rest, at the latest to be back by then."""
    by_s, rests_s = back_s, 0
    for nth in range(len(way.stops), -1, -1):
        by_s -= way.ways_s[nth]
        if nth == before:
            by_s = min(by_s - way.rest.length_s, way.rest.closes_s, way.rest.due_s)
            rests_s = by_s
        if nth:
            stop = way.stops[nth - 1]
            by_s = min(by_s - stop.service_s, stop.closes_s)
    return by_s, rests_s


def _driven(way: _Way, before: int | None, starts_s: int, rests_from_s: int) -> Times | None:
    now_s, rests_s = starts_s, -1
    arrives, begins = [], []
    for nth, way_s in enumerate(way.ways_s):
        if nth == before:
            rests_s = max(now_s, rests_from_s)
            now_s = rests_s + way.rest.length_s
        now_s += way_s
        if nth == len(way.stops):
            break
        stop = way.stops[nth]
        arrives.append(now_s)
        now_s = max(now_s, stop.opens_s)
        if now_s > stop.closes_s:
            return None
        begins.append(now_s)
        now_s += stop.service_s
    if now_s > way.back_by_s:
        return None
    return Times(
        stops=tuple(way.stops),
        starts_s=starts_s,
        arrives_s=tuple(arrives),
        begins_s=tuple(begins),
        back_s=now_s,
        distance_m=way.distance_m,
        rest_s=rests_s,
    )
