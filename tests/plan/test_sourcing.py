"""Sourcing: as cheap as brute force on small pools, and never more than a node has."""

from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest

from benchmarks.shipping.checking import check_sourcing
from benchmarks.shipping.sourcing_sets import contended
from controller.plan import Effort
from controller.plan.sources import mastering
from controller.plan.sources.annealing import LOADING, WORK, annealed
from controller.plan.sources.columns import columns_of
from controller.plan.sources.diving import FEW, dived
from controller.plan.sources.mastering import price
from controller.plan.sources.nearing import nearest
from controller.plan.sources.network import cost_cents, is_feasible, tabulate
from controller.plan.sources.pacing import Pace
from controller.plan.sources.pooling import Pool
from controller.plan.sourcing import Node, Order, Problem, solve

NEAR = {"NEAR": 300, "FAR": 500}


def order(name: str, **lines: int) -> Order:
    return Order(id=name, lines=lines, parcel_cents=NEAR, unit_cents={"NEAR": 10, "FAR": 20})


def pool(*orders: Order, near: dict[str, int], far: dict[str, int]) -> Problem:
    nodes = (Node(id="NEAR", stock=near), Node(id="FAR", stock=far))
    return Problem(nodes=nodes, orders=orders, split_cents=100, unfilled_cents=2_000)


def shipped(problem: Problem) -> list[tuple[str, str, dict[str, int]]]:
    plan = solve(problem, Effort())
    check_sourcing(problem, plan)
    return [(each.order, each.node, dict(each.lines)) for each in plan.shipments]


def test_order_comes_whole_from_the_node_that_has_all_of_it() -> None:
    problem = pool(order("o", A=1, B=1), near={"A": 1}, far={"A": 1, "B": 1})
    assert shipped(problem) == [("o", "FAR", {"A": 1, "B": 1})]


def test_line_is_divided_where_no_node_has_all_units() -> None:
    problem = pool(order("o", A=3), near={"A": 2}, far={"A": 2})
    assert shipped(problem) == [("o", "NEAR", {"A": 2}), ("o", "FAR", {"A": 1})]


def test_scarce_stock_goes_to_the_order_that_saves_most_by_it() -> None:
    cheap = replace(order("first", A=1), parcel_cents={"NEAR": 300, "FAR": 310})
    problem = pool(cheap, order("second", A=1), near={"A": 1}, far={"A": 1})
    assert shipped(problem) == [("first", "FAR", {"A": 1}), ("second", "NEAR", {"A": 1})]


def test_node_without_a_price_keeps_out_and_safety_stock_stays() -> None:
    only_far = replace(order("o", A=1), parcel_cents={"FAR": 500})
    problem = pool(only_far, near={"A": 1}, far={"A": 1})
    assert shipped(problem) == [("o", "FAR", {"A": 1})]
    kept = replace(problem.nodes[1], safety={"A": 1})
    assert shipped(replace(problem, nodes=(problem.nodes[0], kept))) == []


def test_node_packs_no_more_parcels_than_it_can() -> None:
    problem = pool(order("o1", A=1), order("o2", A=1), near={"A": 2}, far={"A": 2})
    busy = replace(problem.nodes[0], parcels_max=1)
    nodes = [node for _, node, _ in shipped(replace(problem, nodes=(busy, problem.nodes[1])))]
    assert sorted(nodes) == ["FAR", "NEAR"]


def test_orders_of_nothing_unknown_goods_and_goods_of_nobody_are_left_out() -> None:
    unknown = replace(order("far", A=1), parcel_cents={"ELSEWHERE": 1})
    problem = pool(order("none"), order("o", A=1, X=1), unknown, near={"A": 2}, far={})
    assert shipped(problem) == [("o", "NEAR", {"A": 1})]
    assert shipped(pool(order("o", A=1), near={}, far={})) == []
    assert shipped(pool(order("none"), near={}, far={})) == []
    assert shipped(pool(near={"A": 1}, far={})) == []


def test_orders_of_many_lines_and_of_many_units_are_served_by_adding_nodes() -> None:
    goods = {f"S{n}": 2 for n in range(12)}
    problem = pool(order("many", **goods), near={**goods, "S0": 1}, far={"S0": 1})
    assert shipped(problem) == [
        ("many", "NEAR", {**goods, "S0": 1}),
        ("many", "FAR", {"S0": 1}),
    ]
    heavy = pool(order("heavy", A=900, B=1), near={"A": 600}, far={"A": 400, "B": 1})
    assert solve(heavy, Effort()).proven
    assert shipped(heavy) == [
        ("heavy", "NEAR", {"A": 600}),
        ("heavy", "FAR", {"A": 300, "B": 1}),
    ]


def test_what_is_sourced_now_counts_only_where_it_can_be_shipped() -> None:
    o = order("o", A=1)
    nowhere = [{"NEAR": {"A": 1}}, {"FAR": {"A": 2}}, {"FAR": {"A": -1}}]
    for now in nowhere:
        problem = pool(replace(o, now=now), near={}, far={"A": 2})
        assert shipped(problem) == [("o", "FAR", {"A": 1})]
    dear = replace(o, parcel_cents={"NEAR": 300, "FAR": 5_000}, now=nowhere[0])
    assert shipped(pool(dear, near={}, far={"A": 1})) == []
    unpriced = replace(o, parcel_cents={"FAR": 500}, now=nowhere[0])
    assert shipped(pool(unpriced, near={"A": 1}, far={"A": 1})) == [("o", "FAR", {"A": 1})]
    problem = pool(replace(o, now=nowhere[0]), near={"A": 1}, far={"A": 1})
    full = replace(problem.nodes[0], parcels_max=0)
    assert shipped(replace(problem, nodes=(full, problem.nodes[1]))) == [("o", "FAR", {"A": 1})]


def test_where_no_node_is_all_is_unfilled() -> None:
    problem = replace(pool(order("o", A=2), order("none"), near={}, far={}), nodes=())
    plan = solve(problem, Effort())
    check_sourcing(problem, plan)
    assert (plan.shipments, plan.cost_cents, plan.proven) == ((), 4_000, True)


def test_check_refuses_safety_stock_and_parcels_beyond_the_room() -> None:
    problem = pool(order("o", A=1), near={"A": 1}, far={})
    plan = solve(problem, Effort())
    check_sourcing(problem, plan)
    near, far = problem.nodes
    for kept, words in (
        (replace(near, safety={"A": 1}), "NEAR ships 1 more of A"),
        (replace(near, stock={}), "NEAR ships 1 more of A"),
        (replace(near, parcels_max=0), "NEAR packs 1 parcels"),
    ):
        with pytest.raises(ValueError, match=words):
            check_sourcing(replace(problem, nodes=(kept, far)), plan)


def test_ways_of_more_orders_than_are_looked_at_at_once_are_enumerated() -> None:
    rng, names = Random(1), [f"N{n}" for n in range(30)]
    skus = [f"S{n}" for n in range(9)]
    orders = tuple(
        Order(
            id=f"o{n}",
            lines=dict.fromkeys(skus, 1),
            parcel_cents={name: rng.randint(100, 900) for name in names},
            unit_cents={name: rng.randint(0, 50) for name in names},
        )
        for n in range(530)
    )
    nodes = tuple(Node(id=name, stock=dict.fromkeys(skus, 9)) for name in names)
    problem = Problem(nodes=nodes, orders=orders, split_cents=100, unfilled_cents=900)
    quote = Pool(tabulate(problem)).quote(np.zeros((30, 9)), np.zeros(30))
    columns, over = nearest(quote.ways, quote.parts, 1_000)
    assert (over > 0).all()
    assert set(columns.order.tolist()) == set(range(530))
    assert (columns.over < over[columns.order]).all()


def divided_pool(orders: int, nodes: int) -> Problem:
    """Orders of two lines of twenty units each, which may be divided in 441 ways."""
    rng, names = Random(1), [f"N{n}" for n in range(nodes)]
    return Problem(
        nodes=tuple(
            Node(id=name, stock={sku: rng.randint(0, 30) for sku in "AB"}) for name in names
        ),
        orders=tuple(
            Order(
                id=f"o{n}",
                lines={"A": 20, "B": 20},
                parcel_cents={name: rng.randint(400, 900) for name in names},
                unit_cents={name: rng.randint(10, 60) for name in names},
            )
            for n in range(orders)
        ),
        split_cents=150,
        unfilled_cents=3_000,
    )


def test_rounds_of_prices_cost_what_they_look_at() -> None:
    asked: list[int] = []

    def counted() -> bool:
        asked.append(1)
        return False

    pool = Pool(tabulate(divided_pool(orders=6, nodes=4)))
    begun = columns_of(pool.network.orders, np.zeros((12, 4), dtype=np.int64))
    price(pool, begun, Pace(Effort(work=2_000, should_stop=counted)))
    assert len(asked) <= 2


def test_prices_settle_where_rounds_end_at_the_most_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(tabulate(contended(1, held=0.5, units=1.2, orders=60, nodes=8)))
    taken = pool.in_turn(np.arange(60), np.zeros(pool.network.stock.shape))
    begun = columns_of(pool.network.orders, taken)
    exact = price(pool, begun, Pace(Effort(work=100_000)))
    monkeypatch.setattr(mastering, "ITERATIONS_MAX", 64)
    found = price(pool, begun, Pace(Effort(work=100_000)))
    assert found.settled
    assert 0.99 * exact.quote.bound <= found.quote.bound <= exact.quote.bound * 1.0001


def test_search_stops_between_two_orders_and_answers_for_all() -> None:
    problem, asked = divided_pool(orders=8, nodes=4), list[int]()

    def soon() -> bool:
        asked.append(1)
        return len(asked) > 2

    plan = solve(problem, Effort(work=0, should_stop=soon))
    check_sourcing(problem, plan)
    assert len(asked) > 2
    assert sum(sum(each.lines.values()) for each in plan.shipments) > 0
    assert plan.bound_cents <= plan.cost_cents == plan.nearest_cents


def test_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="order 'o' stands twice"):
        pool(order("o", A=1), order("o", A=1), near={}, far={})
    with pytest.raises(ValueError, match="node 'N' stands twice"):
        replace(pool(near={}, far={}), nodes=(Node(id="N", stock={}),) * 2)


def test_line_without_units_is_refused() -> None:
    with pytest.raises(ValueError, match="order 'o': 0 units of A"):
        pool(order("o", A=0), near={}, far={})


def random_pool(seed: int, orders: int = 3) -> Problem:
    rng = Random(seed)
    skus = ["A", "B"]
    names = ["N0", "N1", "N2"]
    return Problem(
        nodes=tuple(
            Node(id=name, stock={sku: rng.randint(0, 2) for sku in skus}) for name in names
        ),
        orders=tuple(
            Order(
                id=f"o{n}",
                lines={sku: rng.randint(1, 2) for sku in rng.sample(skus, rng.randint(1, 2))},
                parcel_cents={name: rng.randint(100, 600) for name in names if rng.random() < 0.9},
                unit_cents={name: rng.randint(0, 50) for name in names},
            )
            for n in range(orders)
        ),
        split_cents=rng.randint(0, 300),
        unfilled_cents=rng.choice([150, 900]),
    )


def answers(order: Order, problem: Problem) -> list[tuple[int, dict[tuple[str, str], int]]]:
    """Every way to serve an order: its cost and what it takes."""
    nodes = [node.id for node in problem.nodes if node.id in order.parcel_cents]
    keys = [(node, sku) for node in nodes for sku in order.lines]
    found = []
    for units in product(*(range(order.lines[sku] + 1) for _, sku in keys)):
        takes = dict(zip(keys, units, strict=True))
        got = {s: sum(u for (_, t), u in takes.items() if t == s) for s in order.lines}
        if any(got[sku] > want for sku, want in order.lines.items()):
            continue
        used = {node for (node, _), each in takes.items() if each}
        cost = sum(order.parcel_cents[node] for node in used)
        cost += sum(order.unit_cents[node] * each for (node, _), each in takes.items())
        cost += max(0, len(used) - 1) * problem.split_cents
        cost += (sum(order.lines.values()) - sum(got.values())) * problem.unfilled_cents
        found.append((cost, takes))
    return found


def brute_force(problem: Problem) -> int:
    def cheapest(at: int, left: dict[tuple[str, str], int]) -> int:
        if at == len(problem.orders):
            return 0
        best = 1 << 60
        for cost, takes in answers(problem.orders[at], problem):
            if all(left.get(key, 0) >= units for key, units in takes.items()):
                after = {key: units - takes.get(key, 0) for key, units in left.items()}
                best = min(best, cost + cheapest(at + 1, after))
        return best

    stock = {(node.id, sku): u for node in problem.nodes for sku, u in node.stock.items()}
    return cheapest(0, stock)


@pytest.mark.parametrize("seed", range(25))
def test_small_pools_equal_the_brute_force_optimum(seed: int) -> None:
    problem = random_pool(seed, orders=2)
    plan = solve(problem, Effort())
    check_sourcing(problem, plan)
    assert plan.cost_cents == brute_force(problem)
    assert plan.proven


def test_answer_that_is_hardly_dearer_than_its_bound_is_still_improved_until_it_is_proven() -> (
    None
):
    rng = Random(117)
    names, skus = ["N0", "N1", "N2", "N3"], ["S0", "S1", "S2"]
    nodes = tuple(Node(id=name, stock={sku: rng.randint(0, 2) for sku in skus}) for name in names)
    orders = tuple(
        Order(
            id=f"o{n}",
            lines={sku: rng.randint(1, 2) for sku in rng.sample(skus, rng.randint(1, 3))},
            parcel_cents={name: rng.randint(300, 900) for name in names},
            unit_cents={name: rng.randint(5, 60) for name in names},
        )
        for n in range(4)
    )
    found = solve(
        Problem(nodes=nodes, orders=orders, split_cents=100, unfilled_cents=2_000), Effort()
    )
    assert (found.cost_cents, found.proven) == (7_954, True)


def test_orders_that_take_from_each_other_come_to_the_brute_force_optimum() -> None:
    for seed in range(8):
        problem = random_pool(seed, orders=2)
        busy = tuple(replace(node, parcels_max=seed) for node in problem.nodes)
        network = tabulate(replace(problem, nodes=busy if seed > 1 else problem.nodes))
        nothing = np.zeros((len(network.orders.sku), 3), dtype=np.int64)
        taken = annealed(network, nothing, Effort(work=LOADING + 5_000 * WORK))
        assert is_feasible(network, taken)
        assert cost_cents(network.orders, taken).sum() == brute_force(problem)


def test_columns_rounded_some_at_a_time_come_near_what_no_answer_undercuts() -> None:
    problem = contended(1, held=0.5, units=1.5, orders=2 * FEW, nodes=8)
    pool, pace = Pool(tabulate(problem)), Pace(Effort(work=100_000))
    taken = pool.in_turn(np.arange(2 * FEW), np.zeros(pool.network.stock.shape))
    in_turn_cents = cost_cents(pool.network.orders, taken).sum()
    prices = price(pool, columns_of(pool.network.orders, taken), pace)
    assert prices.settled
    near, _ = nearest(prices.quote.ways, prices.quote.parts, 20 * FEW)
    found = dived(pool.network, near, pace)
    assert is_feasible(pool.network, found)
    above = cost_cents(pool.network.orders, found).sum() - prices.quote.bound
    assert 0 <= above < (in_turn_cents - prices.quote.bound) / 3


def test_larger_pools_hold_and_more_effort_is_never_dearer() -> None:
    problem = random_pool(7, orders=90)
    before = 1 << 60
    for work in (0, 40_000, 400_000):
        plan = solve(problem, Effort(work=work))
        check_sourcing(problem, plan)
        assert plan.bound_cents <= plan.cost_cents <= min(before, plan.nearest_cents)
        assert plan == solve(problem, Effort(work=work))
        before = plan.cost_cents
