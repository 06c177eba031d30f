"""The batching planner against all partitions, against first come, and in another process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from controller.plan import Effort
from controller.plan._cp_sat import cheapest_partition
from controller.plan.batching import Cart, Load, Plan, Problem, _bound_mm, _question, solve
from controller.plan.tours.batches import Batches
from controller.plan.walking import Layout, Stop, length_of
from controller.plan.walking import Problem as Walk
from controller.plan.walking import solve as walk

LITTLE = Effort(work=3_000)


def a_problem(seed: int, *, loads: int, blocks: int = 1, slots: int = 4) -> Problem:
    rng = Random(seed)
    layout = Layout(
        aisles=8, block_lengths_mm=(30,) * blocks, aisle_pitch_mm=7, depot_aisle=rng.randrange(8)
    )
    return Problem(
        layout=layout,
        cart=Cart(slots=slots, volume_ml=100, mass_g=100),
        loads=tuple(
            Load(
                id=f"T{number}",
                stops=tuple(
                    Stop(
                        aisle=rng.randrange(8),
                        block=rng.randrange(blocks),
                        y_mm=rng.randint(0, 30),
                    )
                    for _ in range(rng.randint(0, 4))
                ),
                volume_ml=rng.randint(0, 50),
                mass_g=rng.randint(0, 50),
                due_ms=rng.randrange(5),
                slots=rng.choice((1, 1, 1, 2)),
                goods=rng.choice(("", "", "food", "poison")),
            )
            for number in range(loads)
        ),
        apart=(("food", "poison"),),
    )


def partitions(items: list[Load]) -> Iterator[list[list[Load]]]:
    if not items:
        yield []
        return
    for parts in partitions(items[1:]):
        yield [[items[0]], *parts]
        for i, part in enumerate(parts):
            yield [*parts[:i], [items[0], *part], *parts[i + 1 :]]


def fits(cart: Cart, loads: list[Load]) -> bool:
    return (
        sum(load.slots for load in loads) <= cart.slots
        and not {"food", "poison"} <= {load.goods for load in loads}
        and sum(load.volume_ml for load in loads) <= cart.volume_ml
        and sum(load.mass_g for load in loads) <= cart.mass_g
    )


def tour_length(problem: Problem, loads: list[Load]) -> int:
    stops = tuple(stop for load in loads for stop in load.stops)
    return walk(Walk(layout=problem.layout, stops=stops), Effort()).length_mm


def by_all_partitions(problem: Problem) -> int:
    return min(
        sum(tour_length(problem, part) for part in parts)
        for parts in partitions(list(problem.loads))
        if all(fits(problem.cart, part) for part in parts)
    )


def check(problem: Problem, plan: Plan, seed: int) -> None:
    """Every load on one tour or refused, every stop once, carts not overfull, lengths true."""
    by_id = {load.id: load for load in problem.loads}
    on_tours = [id_ for tour in plan.tours for id_ in tour.loads]
    assert sorted([*on_tours, *(id_ for id_, _ in plan.refused)]) == sorted(by_id), f"seed {seed}"
    for tour in plan.tours:
        loads = [by_id[id_] for id_ in tour.loads]
        assert fits(problem.cart, loads), f"seed {seed}"
        due = [(load.id, i) for load in loads for i in range(len(load.stops))]
        assert sorted(tour.sequence) == sorted(due), f"seed {seed}"
        stops = [by_id[id_].stops[i] for id_, i in tour.sequence]
        length = length_of(problem.layout, stops, range(len(stops)))
        assert tour.length_mm == length, f"seed {seed}"
    assert plan.total_mm == sum(tour.length_mm for tour in plan.tours), f"seed {seed}"
    assert plan.bound_mm <= plan.total_mm <= plan.first_come_mm, f"seed {seed}"


@pytest.mark.parametrize("blocks", [1, 2])
def test_few_loads_are_shared_out_as_well_as_by_all_partitions(blocks: int) -> None:
    for seed in range(15):
        problem = a_problem(seed, loads=6, blocks=blocks, slots=3)
        plan = solve(problem, Effort())
        check(problem, plan, seed)
        assert plan.total_mm == plan.bound_mm == by_all_partitions(problem), f"seed {seed}"


@pytest.mark.parametrize("blocks", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("work", [0, 50, 3_000])
def test_every_plan_is_valid_and_no_longer_than_first_come(blocks: int, work: int) -> None:
    for seed in range(6):
        problem = a_problem(seed, loads=5 * seed, blocks=blocks)
        check(problem, solve(problem, Effort(work=work)), seed)


def test_search_finds_the_best_partition_of_few_loads_without_proof() -> None:
    found = best = 0
    for seed in range(12):
        problem = a_problem(seed, loads=7, slots=3)
        batches = Batches(_question(problem, problem.loads))
        tours = batches.improved(batches.joined(Effort()), LITTLE)
        found += sum(batches.lengths(tours))
        best += by_all_partitions(problem)
    assert best <= found <= 1.01 * best


def test_bound_never_passes_the_best_partition() -> None:
    for seed in range(20):
        problem = a_problem(seed, loads=6, slots=2 + seed % 3, blocks=1 + seed % 2)
        batches = Batches(_question(problem, problem.loads))
        for exact in (True, False):
            bound = _bound_mm(problem, problem.loads, batches, exact)
            assert bound <= by_all_partitions(problem), f"seed {seed}"


def test_choice_among_all_carts_is_proven_to_be_the_best_partition() -> None:
    for seed in range(10):
        problem = a_problem(seed, loads=6, slots=2 + seed % 3, blocks=1 + seed % 2)
        batches = Batches(_question(problem, problem.loads))
        tours, bound = batches.covered(batches.joined(Effort(work=0)), Effort())
        assert sum(batches.lengths(tours)) == bound == by_all_partitions(problem), f"seed {seed}"


def test_deep_plan_is_valid_and_bounded_better() -> None:
    for seed, slots in ((1, 3), (2, 5)):
        problem = a_problem(seed, loads=40, slots=slots)
        plain = solve(problem, Effort(work=20_000))
        deep = solve(problem, Effort(work=30_000), deep=True)
        check(problem, deep, seed)
        assert deep.bound_mm >= plain.bound_mm, f"seed {seed}"
        if slots == 3:
            assert deep.bound_mm >= 0.96 * deep.total_mm, f"seed {seed}: {deep.bound_why}"


def test_more_effort_never_makes_a_longer_plan() -> None:
    for seed in range(3):
        problem = a_problem(seed, loads=40, blocks=1 + seed)
        joined = solve(problem, Effort(work=2_000))
        longer = solve(problem, Effort(work=60_000))
        assert longer.total_mm <= joined.total_mm, f"seed {seed}"


@settings(max_examples=60, deadline=None)
@given(
    seed=some.integers(0, 10**6),
    loads=some.integers(0, 40),
    blocks=some.integers(1, 5),
    slots=some.integers(2, 9),
    work=some.sampled_from((0, 100, 5_000)),
)
def test_whatever_is_asked_the_plan_is_valid(
    seed: int, loads: int, blocks: int, slots: int, work: int
) -> None:
    problem = a_problem(seed, loads=loads, blocks=blocks, slots=slots)
    check(problem, solve(problem, Effort(work=work)), seed)


def test_batches_of_a_depot_off_the_grid_are_as_short_as_any() -> None:
    for seed in range(6):
        problem = a_problem(seed, loads=6, slots=3)
        layout = replace(problem.layout, depot_mm=tuple(9 + 7 * aisle for aisle in range(8)))
        problem = replace(problem, layout=layout)
        plan = solve(problem, Effort())
        check(problem, plan, seed)
        assert plan.total_mm == by_all_partitions(problem), f"seed {seed}"


def test_sixty_loads_walk_a_tenth_less_than_first_come() -> None:
    problem = a_problem(3, loads=60)
    plan = solve(problem, Effort(work=20_000))
    check(problem, plan, 3)
    assert plan.total_mm < 0.9 * plan.first_come_mm


def test_load_that_no_cart_takes_is_refused_with_a_reason() -> None:
    problem = a_problem(1, loads=3)
    first, second, third = (replace(load, slots=1, goods="") for load in problem.loads)
    big, heavy = replace(first, volume_ml=101), replace(second, mass_g=102)
    wide = replace(third, id="W", slots=5)
    plan = solve(replace(problem, loads=(big, heavy, third, wide)), Effort())
    assert plan.refused == (
        (big.id, "needs 101 ml, the cart holds 100 ml"),
        (heavy.id, "weighs 102 g, the cart carries 100 g"),
        ("W", "needs 5 slots, the cart has 4"),
    )
    assert [tour.loads for tour in plan.tours] == [(third.id,)]


def test_no_loads_make_no_tours() -> None:
    plan = solve(replace(a_problem(1, loads=1), loads=()), Effort())
    assert (plan.tours, plan.total_mm, plan.first_come_mm, plan.refused) == ((), 0, 0, ())


def test_same_place_twice_in_a_load_is_visited_by_both_stops() -> None:
    problem = a_problem(1, loads=1)
    stop = Stop(aisle=2, block=0, y_mm=9)
    load = replace(problem.loads[0], stops=(stop, stop))
    plan = solve(replace(problem, loads=(load,)), Effort())
    assert sorted(plan.tours[0].sequence) == [(load.id, 0), (load.id, 1)]


def test_one_cart_for_everything_is_proven_best() -> None:
    plan = solve(a_problem(4, loads=2), Effort())
    assert len(plan.tours) == 1
    assert plan.bound_mm == plan.total_mm


def test_stopped_planner_answers_with_first_come() -> None:
    problem = a_problem(5, loads=30)
    plan = solve(problem, Effort(should_stop=lambda: True))
    check(problem, plan, 5)
    assert plan.total_mm == plan.first_come_mm


def test_order_of_loads_given_does_not_change_the_plan() -> None:
    problem = a_problem(6, loads=25)
    turned = replace(problem, loads=problem.loads[::-1])
    assert solve(problem, LITTLE) == solve(turned, LITTLE)


def test_load_given_twice_is_named() -> None:
    load = a_problem(1, loads=1).loads[0]
    with pytest.raises(ValueError, match="'T0' is given twice"):
        replace(a_problem(1, loads=1), loads=(load, load))


def test_goods_kept_apart_from_themselves_are_named() -> None:
    with pytest.raises(ValueError, match="'food' is kept apart"):
        replace(a_problem(1, loads=1), apart=(("food", "food"),))


def test_cart_without_slots_is_named() -> None:
    with pytest.raises(ValueError, match=r"slots=0.*carries nothing"):
        Cart(slots=0, volume_ml=1, mass_g=1)


def test_partition_takes_the_cheapest_groups_that_hold_each_item_once() -> None:
    groups = [((0,), 3), ((1,), 4), ((0, 1), 6), ((1, 2), 5), ((2,), 9)]
    assert cheapest_partition(3, groups, Effort()) == ((0, 3), True)


def test_partition_without_a_group_for_an_item_is_none() -> None:
    assert cheapest_partition(2, [((0,), 3)], Effort()) is None


ANSWER = """
from random import Random
from controller.plan import Effort
from controller.plan.batching import Cart, Load, Problem, solve
from controller.plan.walking import Layout, Stop
rng = Random(7)
layout = Layout(aisles=9, block_lengths_mm=(90,), aisle_pitch_mm=40, depot_aisle=4)
def load(i):
    stops = tuple(Stop(aisle=rng.randrange(9), block=0, y_mm=rng.randint(0, 90)) for _ in range(3))
    return Load(id=f"T{i}", stops=stops, volume_ml=1, mass_g=1, due_ms=0)
loads = tuple(load(i) for i in range(40))
cart = Cart(slots=5, volume_ml=99, mass_g=99)
for count in (8, 40):
    print(solve(Problem(layout=layout, cart=cart, loads=loads[:count]), Effort(work=5_000)))
"""


def test_another_process_with_another_hash_seed_gives_the_same_plans() -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-c", ANSWER],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert answers.pop().count("Plan") == 2


def test_importing_the_planner_loads_no_solver() -> None:
    code = "import sys, controller.plan.batching; print({'ortools', 'numba'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
