"""The decision at one moment: who cannot wait, and whether a denser tour is worth waiting for.

Owns the forecast: loads by due time on the pickers as they become free, full carts of a typical
tour each. Refuses to change the pace or the cart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace

from controller.plan import Effort, walking
from controller.plan.apart import pairs_of
from controller.plan.streams.growing import Loads, grown, loads_of
from controller.plan.streams.problem import Plan, Problem, Tour, Waiting

LOOK_MAX = 64  # loads that a tour is chosen from
HOPELESS = 0.6  # of a typical tour left until due
HOLD = 2.0  # typical tours of slack that every load must have for a picker to wait
MUST = 1.0  # typical tours of slack at the next picker below which a load goes now
PRESSED = 0.5
SPAN = 4.0  # typical tours of slack at which a load is not urgent at all
FULL_WORTH = 1.25  # of a typical tour: what a full cart is worth
URGENT_WORTH = 0.16  # of a typical tour: what the most urgent load is worth beside


@dataclass(slots=True)
class _Forecast:
    """`savable` loads by due time with their slack; `hopeless` ones cannot be on time."""

    tour_mm: int
    tour_ms: int
    savable: list[int]
    hopeless: list[int]
    done_ms: dict[int, int]
    slack_ms: dict[int, int]
    next_ms: int

    @property
    def least_ms(self) -> int:
        return min((self.slack_ms[n] for n in self.savable), default=1 << 52)


def decide(problem: Problem, effort: Effort) -> Plan:
    """Tours for the pickers that are free, one after another."""
    loads = loads_of(problem.layout, problem.cart, problem.loads, pairs_of(problem.apart))
    waiting = sorted(
        (n for n in range(len(problem.loads)) if loads.fits([n])),
        key=lambda n: (problem.loads[n].due_ms, problem.loads[n].id),
    )
    pickers = sorted(max(problem.now_ms, at) for at in problem.pickers_ms)
    tours: list[Tour] = []
    again_ms = 0
    while waiting and pickers and pickers[0] <= problem.now_ms and len(tours) < problem.tours_max:
        forecast = _forecast(problem, loads, waiting, pickers)
        again_ms = _hold_until(problem, loads, waiting, forecast)
        if again_ms:
            break
        members, why = _next_tour(problem, loads, waiting, forecast, effort)
        tours.append(_walked(problem, sorted(members, key=waiting.index), why))
        waiting = [n for n in waiting if n not in members]
        pickers = sorted([*pickers[1:], tours[-1].done_ms])
    reason = "denser_tour" if again_ms else "picker_busy"
    if len(tours) >= problem.tours_max:
        reason = "work_in_process_full"
    held = _held(problem, loads, waiting, pickers, reason)
    return Plan(tours=tuple(tours), waiting=held, again_ms=again_ms)


def _forecast(
    problem: Problem, loads: Loads, waiting: Sequence[int], pickers: Sequence[int]
) -> _Forecast:
    """When each load is done if carts are filled by due time."""
    first: list[int] = []
    for load in waiting:
        if not loads.fits([*first, load]):
            break
        first.append(load)
    tour_mm = loads.length_mm(first)
    tour_ms = problem.pace.duration_ms(tour_mm, sum(len(loads.loads[n].stops) for n in first))
    savable: list[int] = []
    hopeless: list[int] = []
    for load in waiting:
        left_ms = loads.loads[load].due_ms - problem.now_ms
        (savable if left_ms >= HOPELESS * tour_ms else hopeless).append(load)
    free, done_ms = list(pickers) or [problem.now_ms], dict[int, int]()
    heapify(free)
    filled = 1.0
    for load in [*savable, *hopeless]:
        if filled + loads.share(load) > 1:
            start_ms, filled = free[0], 0.0
            heapreplace(free, start_ms + tour_ms)
        filled += loads.share(load)
        done_ms[load] = start_ms + tour_ms
    return _Forecast(
        tour_mm=tour_mm,
        tour_ms=tour_ms,
        savable=savable,
        hopeless=hopeless,
        done_ms=done_ms,
        slack_ms={n: loads.loads[n].due_ms - done_ms[n] for n in savable},
        next_ms=pickers[1] if len(pickers) > 1 else problem.now_ms + tour_ms,
    )


def _hold_until(
    problem: Problem, loads: Loads, waiting: Sequence[int], forecast: _Forecast
) -> int:
    """When something must start if nothing new comes; 0 where something starts now."""
    spare_ms = forecast.least_ms - int(HOLD * forecast.tour_ms)
    pooled = sum(map(loads.share, waiting)) < problem.pool_carts
    urgent = any(loads.loads[n].id in problem.urgent for n in waiting)
    too_late = spare_ms <= max(0, problem.soon_ms - problem.now_ms)
    if forecast.hopeless or urgent or not pooled or too_late:
        return 0
    return problem.now_ms + spare_ms


def _next_tour(
    problem: Problem, loads: Loads, waiting: list[int], forecast: _Forecast, effort: Effort
) -> tuple[list[int], str]:
    """The members of the tour that starts now, and why these."""
    first: list[int] = []
    for load in waiting:
        if loads.loads[load].id in problem.urgent and loads.fits([*first, load]):
            first.append(load)
    pressed = forecast.least_ms < PRESSED * forecast.tour_ms
    look = [*forecast.savable, *forecast.hopeless] if pressed else waiting
    why = f"urgent: {len(first)}" if first else ""
    if not first:
        first, why = _first(loads, forecast, look, pressed)
    worth = {n: FULL_WORTH * forecast.tour_mm * loads.share(n) for n in waiting}
    for load in forecast.savable:
        slack = max(0, forecast.slack_ms[load]) / (SPAN * max(1, forecast.tour_ms))
        worth[load] += URGENT_WORTH * forecast.tour_mm * max(0.0, 1 - slack)
    return grown(loads, first, look[:LOOK_MAX], worth, effort), why


def _first(
    loads: Loads, forecast: _Forecast, look: Sequence[int], pressed: bool
) -> tuple[list[int], str]:
    for load in forecast.savable:
        left_ms = loads.loads[load].due_ms - forecast.next_ms - forecast.tour_ms
        if left_ms < MUST * forecast.tour_ms:
            return [load], f"{loads.loads[load].id} would be late with the next picker"
    if pressed and forecast.savable:
        return forecast.savable[:1], "pickers are short: the most urgent go first"
    return list(look[:1]), "in time; the densest tour from the most urgent load"


def _walked(problem: Problem, members: Sequence[int], why: str) -> Tour:
    loads = [problem.loads[n] for n in members]
    named = [(load.id, at) for load in loads for at in range(len(load.stops))]
    stops = tuple(stop for load in loads for stop in load.stops)
    walk = walking.solve(walking.Problem(layout=problem.layout, stops=stops), Effort())
    return Tour(
        loads=tuple(load.id for load in loads),
        sequence=tuple(named[index] for index in walk.sequence),
        length_mm=walk.length_mm,
        done_ms=problem.now_ms + problem.pace.duration_ms(walk.length_mm, len(stops)),
        why=why,
    )


def _held(
    problem: Problem, loads: Loads, waiting: list[int], pickers: Sequence[int], reason: str
) -> tuple[Waiting, ...]:
    """What waits, with its forecast, and what no cart takes."""
    done_ms = _forecast(problem, loads, waiting, pickers).done_ms if waiting else {}
    large = [n for n in range(len(problem.loads)) if not loads.fits([n])]
    return (
        *(Waiting(load=loads.loads[n].id, done_ms=done_ms[n], why=reason) for n in waiting),
        *(Waiting(load=loads.loads[n].id, done_ms=0, why="larger_than_a_cart") for n in large),
    )
