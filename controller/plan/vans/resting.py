"""When the driver of a tour rests, and what becomes of the times of its stops.

Owns the walk through one sequence of stops with a rest before one of its ways, and the repair of
a sequence that leaves none. Refuses to change which van goes where otherwise: stops only leave.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controller.plan.vans.problem import Depot, Problem, Stop, Vans


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
    """A van's limits and its two ends, for walking sequences of stops."""

    problem: Problem
    vans: Vans
    start: Depot
    end: Depot
    rest: Rest

    @property
    def ends_s(self) -> int:
        return min(self.vans.ends_s, self.end.closes_s)


def fitted(problem: Problem, vans: Vans, stops: Sequence[Stop], rest: Rest) -> Times | None:
    """The times of a sequence with its rest; None where windows or limits leave no room."""
    way = _way(problem, vans, rest)
    found = _timed(way, stops, None)
    if not rest.after_s or (found is not None and found.back_s <= rest.by_s(found.starts_s)):
        return found
    timed = (_timed(way, stops, before) for before in range(len(stops) + 1))
    return min(
        (each for each in timed if each is not None and _legal(each, rest)),
        key=lambda each: (each.back_s, each.starts_s, each.rest_s),
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


def _way(problem: Problem, vans: Vans, rest: Rest) -> _Way:
    depots = {depot.id: depot for depot in problem.depots}
    end = depots[vans.end_depot or vans.depot]
    return _Way(problem, vans, depots[vans.depot], end, rest)


def _legal(times: Times, rest: Rest) -> bool:
    begins_by = min(rest.closes_s, rest.by_s(times.starts_s))
    awake_s = times.back_s - times.rest_s - rest.length_s
    return rest.opens_s <= times.rest_s <= begins_by and awake_s <= rest.after_s


def _timed(way: _Way, stops: Sequence[Stop], before: int | None) -> Times | None:
    """The shortest tour among those that are back first; `before`: it rests ahead of this stop."""
    ready = max((stop.ready_s for stop in stops), default=0)
    earliest = max(way.vans.starts_s, way.start.opens_s, ready)
    first = _walked(way, stops, before, earliest)
    if first is None:
        return None
    best, low, high = first, earliest, first.begins_s[0] if stops else earliest
    while low < high:
        middle = (low + high + 1) // 2
        later = _walked(way, stops, before, middle)
        if later is not None and later.back_s == first.back_s:
            best, low = later, middle
        else:
            high = middle - 1
    if best.back_s - best.starts_s > way.vans.shift_max_s:
        return None
    return best


def _walked(way: _Way, stops: Sequence[Stop], before: int | None, starts_s: int) -> Times | None:
    now_s, metres, rests_s = starts_s, 0, -1
    arrives, begins = [], []
    for nth, (here, there, stop) in enumerate(_legs(way, stops)):
        if nth == before:
            rests_s = max(now_s, way.rest.opens_s)
            now_s = rests_s + way.rest.length_s
        now_s += int(way.problem.duration_s[here, there])
        metres += int(way.problem.distance_m[here, there])
        if stop is None:
            continue
        arrives.append(now_s)
        now_s = max(now_s, stop.opens_s)
        if now_s > stop.closes_s:
            return None
        begins.append(now_s)
        now_s += stop.service_s
    if now_s > way.ends_s or metres > way.vans.distance_max_m:
        return None
    return Times(
        stops=tuple(stops),
        starts_s=starts_s,
        arrives_s=tuple(arrives),
        begins_s=tuple(begins),
        back_s=now_s,
        distance_m=metres,
        rest_s=rests_s,
    )


def _legs(way: _Way, stops: Sequence[Stop]) -> Iterator[tuple[int, int, Stop | None]]:
    here = way.start.at
    for stop in stops:
        yield here, stop.at, stop
        here = stop.at
    yield here, way.end.at, None
