"""Presenting: as few pods as brute force, never more than first come, and stock that is there."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from random import Random

import pytest

from controller.plan import Effort
from controller.plan.presenting import Order, Plan, Pod, Problem, Station, solve


def random_problem(seed: int, orders: int = 4, pods: int = 4) -> Problem:
    rng = Random(seed)
    skus = [f"S{n}" for n in range(4)]

    def some(most: int, units: int) -> tuple[tuple[str, int], ...]:
        return tuple(
            (sku, rng.randint(1, units)) for sku in sorted(rng.sample(skus, rng.randint(1, most)))
        )

    names = [f"P{n}" for n in range(pods)]
    return Problem(
        orders=tuple(Order(id=f"o{n}", units=some(2, 2)) for n in range(orders)),
        stations=tuple(
            Station(
                name=f"T{n}",
                free=rng.randint(1, 2),
                called=tuple(rng.sample(names, rng.choice([0, 0, 1]))),
            )
            for n in range(2)
        ),
        pods=tuple(Pod(name=name, units=some(3, 4)) for name in names),
        urgent=rng.choice([0, 0, 1]),
    )


def served(problem: Problem, needs: list[Counter[str]], chosen: list[set[str]]) -> bool:
    """Whether the pods at each station hold what is wanted there; pods are shared unit by unit."""
    for sku in {sku for need in needs for sku in need}:
        held = {pod.name: dict(pod.units).get(sku, 0) for pod in problem.pods}
        alone = [sum(held[pod] for pod in pods) for pods in chosen]
        both = sum(held[pod] for pod in chosen[0] | chosen[1])
        if any(need[sku] > n for need, n in zip(needs, alone, strict=True)):
            return False
        if sum(need[sku] for need in needs) > both:
            return False
    return True


def subsets(names: list[str]) -> Iterator[set[str]]:
    for bits in product((False, True), repeat=len(names)):
        yield {name for name, taken in zip(names, bits, strict=True) if taken}


def brute_force(problem: Problem, must: set[str]) -> tuple[int, int]:
    """The most orders, and the fewest new presentations for them."""
    names = [pod.name for pod in problem.pods]
    best = (0, 0)
    for where in product((None, 0, 1), repeat=len(problem.orders)):
        needs: list[Counter[str]] = [Counter(), Counter()]
        for order, at in zip(problem.orders, where, strict=True):
            if at is not None:
                needs[at].update(dict(order.units))
        counts = [where.count(at) for at in (0, 1)]
        left_out = {o.id for o, at in zip(problem.orders, where, strict=True) if at is None}
        full = any(n > s.free for n, s in zip(counts, problem.stations, strict=True))
        if full or must & left_out or -sum(counts) > best[0]:
            continue
        for one, other in product(list(subsets(names)), repeat=2):
            new = len(one - {*problem.stations[0].called})
            new += len(other - {*problem.stations[1].called})
            price = (-sum(counts), new)
            if price < best and served(problem, needs, [one, other]):
                best = price
    return best


def check(problem: Problem, plan: Plan) -> None:
    stock = {(pod.name, sku): n for pod in problem.pods for sku, n in pod.units}
    got: dict[str, Counter[str]] = {}
    at: dict[str, set[str]] = {}
    for each in plan.presentations:
        assert each.takes
        for order, sku, n in each.takes:
            stock[each.pod, sku] -= n
            got.setdefault(order, Counter())[sku] += n
            at.setdefault(order, set()).add(each.station)
    assert min(stock.values()) >= 0
    wants = {order.id: Counter(dict(order.units)) for order in problem.orders}
    assert all(units == wants[order] for order, units in got.items())
    assert all(len(stations) == 1 for stations in at.values())
    filled = Counter(next(iter(stations)) for stations in at.values())
    assert all(filled[station.name] <= station.free for station in problem.stations)
    assert len(got) == plan.opened
    called = {(s.name, pod) for s in problem.stations for pod in s.called}
    new = {(each.station, each.pod) for each in plan.presentations} - called
    assert len(new) == plan.new
    assert plan.bound <= plan.new


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_is_as_good_as_brute_force(seed: int) -> None:
    problem = random_problem(seed, orders=3, pods=3)
    plan = solve(problem, Effort(work=100_000))
    check(problem, plan)
    first = [each.id for each in problem.orders[: problem.urgent]]
    opened = {order for each in plan.presentations for order, _, _ in each.takes}
    must = opened & {*first}
    assert (-plan.opened, plan.new) == brute_force(problem, must)
    assert plan.proven
    assert plan == solve(problem, Effort(work=100_000))


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_worse_than_first_come_and_more_effort_never_hurts(seed: int) -> None:
    problem = random_problem(seed, orders=12, pods=8)
    plans = [solve(problem, Effort(work=work)) for work in (0, 5_000, 50_000)]
    for plan in plans:
        check(problem, plan)
    prices = [(-plan.opened, plan.new) for plan in plans]
    assert prices == sorted(prices, reverse=True)
    if plans[-1].opened == plans[0].opened:
        assert plans[-1].new <= plans[0].first_come


def test_orders_that_share_a_pod_share_a_station() -> None:
    orders = tuple(Order(id=f"o{n}", units=((f"S{n % 2}", 1),)) for n in range(4))
    pods = tuple(Pod(name=f"P{n}", units=((f"S{n}", 9),)) for n in range(2))
    stations = tuple(Station(name=f"T{n}", free=2) for n in range(2))
    plan = solve(Problem(orders=orders, stations=stations, pods=pods), Effort())
    assert (plan.new, plan.first_come, plan.proven) == (2, 4, True)


def test_a_pod_that_stands_there_costs_nothing_and_comes_first() -> None:
    orders = (Order(id="o", units=(("S", 2),)),)
    pods = (Pod(name="A", units=(("S", 9),)), Pod(name="B", units=(("S", 1),)))
    stations = (Station(name="T", free=1, called=("B",)),)
    plan = solve(Problem(orders=orders, stations=stations, pods=pods), Effort())
    assert [each.pod for each in plan.presentations] == ["B", "A"]
    assert plan.new == 1


def test_orders_that_no_pods_hold_are_left_out() -> None:
    orders = (Order(id="o", units=(("S", 2),)),)
    pods = (Pod(name="A", units=(("S", 1),)),)
    stations = (Station(name="T", free=1),)
    plan = solve(Problem(orders=orders, stations=stations, pods=pods), Effort())
    assert (plan.opened, plan.presentations) == (0, ())
