"""The put wall's planner against every way to share out orders on slots and walls."""

from itertools import combinations, pairwise, product
from random import Random

import pytest

from controller.plan import Effort
from controller.plan.consolidating import Order, Plan, Problem, Slot, Wall, fits, solve


def a_problem(seed: int, walls: int = 2, orders: int = 6) -> Problem:
    rng = Random(seed)
    return Problem(
        walls=tuple(
            Wall(
                name=f"W{wall}",
                slots=tuple(
                    Slot(lpn=f"W{wall}-{n}", volume_ml=rng.choice((5, 10, 20)))
                    for n in range(rng.randint(1, 4))
                ),
            )
            for wall in range(walls)
        ),
        orders=tuple(
            Order(
                id=f"o{n}",
                volume_ml=rng.randint(1, 22),
                bins=frozenset(rng.sample("ABCDEFGH", rng.randint(1, 3))),
            )
            for n in range(orders)
        ),
    )


def check(problem: Problem, plan: Plan) -> None:
    """What holds of every plan: slots are of their wall, large enough, and used once."""
    rooms = {
        slot.lpn: (wall.name, slot.volume_ml) for wall in problem.walls for slot in wall.slots
    }
    orders = {order.id: order for order in problem.orders}
    placed = [(batch, order, lpn) for batch in plan.batches for order, lpn in batch.slots]
    assert len({lpn for _, _, lpn in placed}) == len(placed)
    for batch, order, lpn in placed:
        assert rooms[lpn][0] == batch.wall
        assert orders[order].volume_ml <= rooms[lpn][1]
    for batch in plan.batches:
        assert len(batch.slots) > 1
        bins = {each for order, _ in batch.slots for each in orders[order].bins}
        assert batch.visits == len(bins)
    named = [order for _, order, _ in placed] + [order for order, _ in plan.refused]
    assert sorted(named) == sorted(orders)
    assert plan.bound_visits <= plan.visits == sum(batch.visits for batch in plan.batches)


def brute_admitted(problem: Problem) -> list[str]:
    """The first set of orders, most urgent first, among all that fit all slots together."""
    slots = [slot for wall in problem.walls for slot in wall.slots]
    ways = [
        tuple(order in chosen for order in problem.orders)
        for size in range(len(problem.orders) + 1)
        for chosen in combinations(problem.orders, size)
        if fits(chosen, slots)
    ]
    best = max(ways)
    return [order.id for order, taken in zip(problem.orders, best, strict=True) if taken]


def brute_visits(problem: Problem, taken: list[Order]) -> int:
    """The fewest visits over all ways to share out the orders on the walls."""
    best = 1 << 30
    for at in product(range(len(problem.walls)), repeat=len(taken)):
        groups = [
            [order for order, wall in zip(taken, at, strict=True) if wall == n]
            for n in range(len(problem.walls))
        ]
        if all(fits(g, w.slots) for g, w in zip(groups, problem.walls, strict=True)):
            visits = sum(len(frozenset[str]().union(*(o.bins for o in g))) for g in groups if g)
            best = min(best, visits)
    return best


@pytest.mark.parametrize("seed", range(60))
def test_plans_hold_and_take_the_most_urgent_orders_that_fit(seed: int) -> None:
    problem = a_problem(seed)
    plan = solve(problem, Effort(work=2_000))
    check(problem, plan)
    assert plan == solve(problem, Effort(work=2_000))
    refused = {order for order, reason in plan.refused if reason != "no_other_order_to_pick_with"}
    admitted = [order.id for order in problem.orders if order.id not in refused]
    assert admitted == brute_admitted(problem)


def test_bins_are_visited_about_as_seldom_as_can_be() -> None:
    found = least = 0
    for seed in range(60):
        problem = a_problem(seed)
        plan = solve(problem, Effort(work=2_000))
        placed = {order for batch in plan.batches for order, _ in batch.slots}
        taken = [order for order in problem.orders if order.id in placed]
        if len(taken) == len(problem.orders) - sum(
            reason != "no_other_order_to_pick_with" for _, reason in plan.refused
        ):
            found += plan.visits
            least += brute_visits(problem, taken)
    assert least > 100
    assert least <= found <= least * 1.03


@pytest.mark.parametrize("seed", range(20))
def test_more_effort_never_makes_more_visits(seed: int) -> None:
    problem = a_problem(seed, walls=3, orders=12)
    plans = [solve(problem, Effort(work=work)) for work in (0, 30, 300, 3_000)]
    for less, more in pairwise(plans):
        if {o for b in less.batches for o, _ in b.slots} == {
            o for b in more.batches for o, _ in b.slots
        }:
            assert more.visits <= less.visits


def test_an_order_that_no_slot_holds_is_told_apart_from_one_that_comes_too_late() -> None:
    slots = (Slot(lpn="a", volume_ml=10), Slot(lpn="b", volume_ml=10))
    orders = [Order(id=str(n), volume_ml=n, bins=frozenset("A")) for n in (11, 1, 2, 3)]
    plan = solve(
        Problem(walls=(Wall(name="W", slots=slots),), orders=tuple(orders)), Effort(work=100)
    )
    assert plan.refused == (("11", "larger_than_a_slot"), ("3", "no_slot_free"))
    assert plan.batches[0].why.startswith("2 orders of wall W are picked together: 1 visits")
