"""Streaming: urgent loads go now, others wait for company while all stay on time."""

from dataclasses import replace
from random import Random

import pytest

from benchmarks.picking.online import a_day, by_slack, simulated, streamed
from controller.plan import Effort
from controller.plan.graphs.graph import graph_of
from controller.plan.graphs.ground import floor_of
from controller.plan.streaming import Cart, Load, Pace, Plan, Problem, solve
from controller.plan.streams.growing import OnRectangle
from controller.plan.walking import Layout, Stop, length_of
from controller.plan.walking import Problem as Walk
from controller.plan.walking import solve as walk

LAYOUT = Layout(aisles=6, block_lengths_mm=(20_000,), aisle_pitch_mm=4_000, depot_aisle=0)
CART = Cart(slots=4, volume_ml=100, mass_g=100)
MINUTE = 60_000


def a_load(rng: Random, number: int, due_ms: int = 600 * MINUTE) -> Load:
    stops = tuple(
        Stop(aisle=rng.randrange(6), block=0, y_mm=rng.randint(0, 20_000))
        for _ in range(rng.randint(1, 3))
    )
    volume = rng.randint(1, 40)
    return Load(id=f"T{number}", stops=stops, volume_ml=volume, mass_g=1, due_ms=due_ms)


def a_problem(seed: int, count: int, **changes: object) -> Problem:
    rng = Random(seed)
    problem = Problem(
        layout=LAYOUT,
        cart=CART,
        loads=tuple(a_load(rng, number) for number in range(count)),
        now_ms=0,
        pickers_ms=(0, 0),
    )
    return replace(problem, **changes)  # type: ignore[arg-type]


def check(problem: Problem, plan: Plan) -> None:
    """Each load starts or waits once, carts are not overfull, lengths and times are true."""
    given = {load.id: load for load in problem.loads}
    started = [id_ for tour in plan.tours for id_ in tour.loads]
    assert sorted([*started, *(each.load for each in plan.waiting)]) == sorted(given)
    assert len(plan.tours) <= min(len(problem.pickers_ms), problem.tours_max)
    for tour in plan.tours:
        loads = [given[id_] for id_ in tour.loads]
        assert len(loads) <= problem.cart.slots
        assert sum(load.volume_ml for load in loads) <= problem.cart.volume_ml
        stops = [given[id_].stops[at] for id_, at in tour.sequence]
        assert len(stops) == sum(len(load.stops) for load in loads)
        assert tour.length_mm == length_of(problem.layout, stops, range(len(stops)))
        lasts = problem.pace.duration_ms(tour.length_mm, len(stops))
        assert tour.done_ms == problem.now_ms + lasts


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("pool", [0, 3])
def test_every_plan_holds_and_comes_again(seed: int, pool: int) -> None:
    problem = a_problem(seed, 3 * seed, pool_carts=pool)
    plan = solve(problem, Effort())
    check(problem, plan)
    assert plan == solve(problem, Effort()), f"seed {seed}"


def test_prices_are_those_of_the_exact_tour() -> None:
    problem = a_problem(1, 8)
    loads = OnRectangle(LAYOUT, CART, problem.loads)
    members = [2, 5]
    for other, length in zip([0, 1, 7], loads.lengths_mm(members, [0, 1, 7]), strict=True):
        stops = tuple(s for n in (*members, other) for s in problem.loads[n].stops)
        assert length == walk(Walk(layout=LAYOUT, stops=stops), Effort()).length_mm


def on_graph(problem: Problem) -> Problem:
    """The same loads on the floor with one aisle of one way."""
    floor = floor_of(LAYOUT)
    ways = (replace(floor.ways[0], one_way=True), *floor.ways[1:])
    return replace(problem, layout=graph_of(replace(floor, ways=ways)))


@pytest.mark.parametrize("seed", range(3))
def test_loads_are_held_and_tours_grow_on_a_floor_that_is_no_rectangle(seed: int) -> None:
    few = on_graph(a_problem(seed, 3, pool_carts=4))
    assert {each.why for each in solve(few, Effort()).waiting} == {"denser_tour"}
    many = on_graph(a_problem(seed, 30, pool_carts=1))
    plan = solve(many, Effort())
    assert plan == solve(many, Effort())
    assert len(plan.tours) == 2
    loads = {load.id: load for load in many.loads}
    for tour in plan.tours:
        assert sum(loads[name].volume_ml for name in tour.loads) <= CART.volume_ml
        stops = tuple(s for name in tour.loads for s in loads[name].stops)
        assert tour.length_mm == walk(Walk(layout=many.layout, stops=stops), Effort()).length_mm


def test_few_loads_with_time_wait_for_company_until_it_runs_out() -> None:
    problem = a_problem(2, 3, pool_carts=4)
    plan = solve(problem, Effort())
    assert plan.tours == ()
    assert {each.why for each in plan.waiting} == {"denser_tour"}
    assert 0 < plan.again_ms < 600 * MINUTE
    later = solve(replace(problem, now_ms=plan.again_ms), Effort())
    assert later.tours
    assert all(tour.done_ms <= 600 * MINUTE for tour in later.tours)


def test_a_picker_does_not_wait_where_the_site_wants_no_pool() -> None:
    plan = solve(a_problem(2, 3, pool_carts=0), Effort())
    assert plan.tours
    assert plan.again_ms == 0


def test_an_urgent_order_joins_the_next_tour() -> None:
    problem = a_problem(3, 40)
    last = problem.loads[-1].id
    calm, hurried = (
        solve(replace(problem, urgent=frozenset(urgent), pickers_ms=(0,)), Effort())
        for urgent in ((), (last,))
    )
    assert last not in calm.tours[0].loads
    assert last in hurried.tours[0].loads


def test_a_load_that_the_next_picker_would_bring_late_goes_now() -> None:
    problem = a_problem(4, 40, pickers_ms=(0, 30 * MINUTE))
    due_soon = replace(problem.loads[-1], due_ms=20 * MINUTE)
    plan = solve(replace(problem, loads=(*problem.loads[:-1], due_soon)), Effort())
    assert due_soon.id in plan.tours[0].loads
    assert "late with the next picker" in plan.tours[0].why


def test_what_can_be_on_time_goes_before_what_cannot() -> None:
    problem = a_problem(5, 8, pickers_ms=(0,), cart=replace(CART, slots=1))
    tour_ms = 3 * MINUTE
    loads = [replace(load, due_ms=1) for load in problem.loads[:4]]
    loads += [replace(load, due_ms=tour_ms) for load in problem.loads[4:]]
    plan = solve(replace(problem, loads=tuple(loads)), Effort())
    assert plan.tours[0].loads[0] in {load.id for load in loads[4:]}


def test_the_cap_on_tours_holds_and_is_the_reason() -> None:
    problem = a_problem(6, 30, tours_max=1, pool_carts=0)
    plan = solve(problem, Effort())
    assert len(plan.tours) == 1
    assert {each.why for each in plan.waiting} == {"work_in_process_full"}


def test_what_no_cart_takes_is_said() -> None:
    problem = a_problem(7, 2)
    large = replace(problem.loads[0], volume_ml=101)
    plan = solve(replace(problem, loads=(large, problem.loads[1])), Effort())
    assert ("T0", "larger_than_a_cart") in {(each.load, each.why) for each in plan.waiting}


def test_predictions_are_in_order_of_need() -> None:
    problem = a_problem(8, 30, pickers_ms=(5 * MINUTE,))
    loads = tuple(
        replace(load, due_ms=(n + 1) * MINUTE * 60) for n, load in enumerate(problem.loads)
    )
    plan = solve(replace(problem, loads=loads), Effort())
    times = [each.done_ms for each in plan.waiting]
    assert plan.tours == ()
    assert times == sorted(times)
    assert times[0] > 5 * MINUTE


def test_pace_without_speed_is_named() -> None:
    with pytest.raises(ValueError, match="walk_mm_s=0"):
        Pace(walk_mm_s=0)


def test_a_busy_morning_walks_less_than_by_slack_and_is_no_later() -> None:
    orders = a_day(2, 150)
    plain, ours = (simulated(orders, 1, policy) for policy in (by_slack, streamed))
    assert ours.late <= plain.late
    assert ours.total_mm < 0.95 * plain.total_mm
