"""Days of own vans, generated, and what their plans are worth: each tour driven from the problem.

Owns the days and a second walk through tours with their rests. Refuses to share code with the
planner, except for the ways between positions.
"""

from random import Random

from controller.plan.dispatching import Call, Plan, Point, Problem, Rest, Tour, Van
from controller.plan.vans.geography import matrices

HOUR = 3_600
HUBS = (
    Point(lat_e6=53_950_000, lon_e6=-1_050_000, name="HUB"),
    Point(lat_e6=53_990_000, lon_e6=-1_140_000, name="NORTH"),
)
WINDOWS = ((8, 20), (8, 20), (8, 20), (8, 12), (12, 16), (16, 20))
RETURNS = 0.15
REST = Rest(after_s=4 * HOUR + HOUR // 2, length_s=45 * 60)


def day(seed: int, stops: int = 200, vans: int = 6) -> Problem:
    """Stops around a town, half of them within four hours, some to collect returns; two depots."""
    rng = Random(seed)
    return Problem(
        vans=tuple(_van(f"VAN-{nth}", HUBS[nth % len(HUBS)]) for nth in range(vans)),
        calls=tuple(_call(rng, f"C{nth:03}") for nth in range(stops)),
    )


def _van(code: str, hub: Point) -> Van:
    return Van(
        code=code,
        capacity=(60,),
        start=hub,
        home=hub,
        starts_s=8 * HOUR,
        ends_s=18 * HOUR,
        fixed_cost=4_000_000,
        metre_cost=30,
        second_cost=660,
        rest=REST,
    )


def _call(rng: Random, name: str) -> Call:
    opens, closes = rng.choice(WINDOWS)
    taken = int(rng.random() < RETURNS)
    lat_e6 = 53_960_000 + int(rng.gauss(0, 30_000))
    lon_e6 = -1_080_000 + int(rng.gauss(0, 50_000))
    return Call(
        id=name,
        point=Point(lat_e6=lat_e6, lon_e6=lon_e6, name="YO"),
        brought=(1 - taken,),
        taken=(taken,),
        service_s=180,
        opens_s=opens * HOUR,
        closes_s=closes * HOUR,
    )


def check(problem: Problem, plan: Plan) -> None:
    """Raises: ValueError naming the tour or the call with which something is wrong."""
    calls = {each.id: each for each in problem.calls}
    vans = {each.code: each for each in problem.vans}
    for tour in plan.tours:
        try:
            _check(problem, vans[tour.van], tour, calls)
        except ValueError as error:
            raise ValueError(f"tour of {tour.van}: {error}") from None
    served = [visit.call for tour in plan.tours for visit in tour.visits]
    left = [name for name, _ in plan.left_out]
    if sorted(served + left) != sorted({*calls, *(name for name, _ in problem.refused)}):
        raise ValueError("a call is served twice, or lost")


def _check(problem: Problem, van: Van, tour: Tour, calls: dict[str, Call]) -> None:
    now_s, here, rested = tour.starts_s, van.start, tour.rest_s < 0
    _must(now_s >= van.starts_s, "starts before its shift")
    for visit in tour.visits:
        call = calls[visit.call]
        if not rested and tour.rest_s <= visit.arrives_s:
            _must(tour.rest_s >= now_s, "rests while it works")
            now_s, rested = tour.rest_s + van.rest.length_s, True
        now_s += _seconds(problem, here, call.point)
        _must(visit.arrives_s == now_s, f"{call.id} is reached at {now_s} s")
        now_s = max(now_s, call.opens_s)
        _must(visit.begins_s == now_s <= call.closes_s, f"{call.id} begins at {now_s} s")
        _must(call.only in ("", van.code), f"{call.id} is aboard of {call.only}")
        _must(call.skill in ("", *van.skills), f"{call.id} needs {call.skill}")
        now_s, here = now_s + call.service_s, call.point
    now_s = now_s if rested else tour.rest_s + van.rest.length_s
    now_s += _seconds(problem, here, van.home)
    _must(now_s == tour.back_s <= van.ends_s, f"is back at {now_s} s")
    _check_rest(van, tour)
    _check_load(van, [calls[visit.call] for visit in tour.visits])


def _check_rest(van: Van, tour: Tour) -> None:
    most_s = van.rest.after_s
    if most_s and tour.back_s - tour.starts_s > most_s:
        awake_s = tour.back_s - tour.rest_s - van.rest.length_s
        _must(0 <= tour.rest_s - tour.starts_s <= most_s, "rests too late")
        _must(awake_s <= most_s, "is out for too long after its rest")


def _check_load(van: Van, calls: list[Call]) -> None:
    for measure, most in enumerate(van.capacity):
        load = sum(call.brought[measure] for call in calls)
        _must(load <= most, f"leaves with {load}")
        for call in calls:
            load += call.taken[measure] - call.brought[measure]
            _must(load <= most, f"carries {load} after {call.id}")


def _seconds(problem: Problem, one: Point, other: Point) -> int:
    return int(matrices((one, other), problem.roads)[1][0, 1])


def _must(right: bool, what: str) -> None:
    if not right:
        raise ValueError(what)
