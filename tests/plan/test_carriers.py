"""Carrier choice: as cheap as brute force, with tiers, contracts and pickups that hold."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from random import Random
from threading import current_thread, main_thread
from typing import Any

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from benchmarks.shipping.checking import check_carriers
from benchmarks.shipping.cut_offs import cut_off
from controller.plan import Effort
from controller.plan.carriers import Option, Parcel, Problem, explain, solve
from controller.plan.pickups.assigning import Supposed, assign
from controller.plan.pickups.bounding import Bounds
from controller.plan.pickups.prices import tabulate

ECO = Option(carrier="Post", service="ECO", pickup="post-pm", base_cents=500)
AIR = Option(carrier="Sky", service="AIR", pickup="sky-am", base_cents=560, other_cents=10)


def parcels(count: int, *options: Option) -> tuple[Parcel, ...]:
    return tuple(Parcel(id=f"P{n}", options=options) for n in range(count))


def services(problem: Problem) -> list[str]:
    plan = solve(problem, Effort())
    return [
        "" if at is None else parcel.options[at].service
        for parcel, at in zip(problem.parcels, plan.chosen, strict=True)
    ]


def test_without_limits_each_parcel_takes_its_cheapest_service() -> None:
    assert services(Problem(parcels=parcels(3, AIR, ECO))) == ["ECO"] * 3


@pytest.mark.parametrize("made", [(), parcels(2)])
def test_where_nothing_can_be_chosen_that_is_proven_too(made: tuple[Parcel, ...]) -> None:
    plan = solve(Problem(parcels=made), Effort())
    assert (plan.chosen, plan.cost_cents, plan.proven) == ((None,) * len(made), 0, True)


def test_plan_that_ends_at_once_proves_nothing_where_more_could_be_shipped() -> None:
    post, sky = replace(ECO, base_cents=0), replace(AIR, base_cents=0, other_cents=0)
    both, one = Parcel(id="both", options=(post, sky)), Parcel(id="one", options=(post,))
    problem = Problem(parcels=(both, one), pickup_capacity={"post-pm": 1})
    plan = solve(problem, Effort(work=0))
    assert (plan.chosen, plan.cost_cents, plan.proven) == ((0, None), 0, False)
    assert solve(problem, Effort()).proven


def test_full_pickup_keeps_room_for_the_parcel_that_needs_it_most() -> None:
    far = Parcel(id="far", options=(ECO, replace(AIR, base_cents=2_000)))
    near = Parcel(id="near", options=(ECO, AIR))
    problem = Problem(parcels=(near, far), pickup_capacity={"post-pm": 1})
    assert services(problem) == ["AIR", "ECO"]
    told = [*explain(problem, solve(problem, Effort()))]
    assert told == [
        "ECO: 500 cents, but full: its place saves another 70 cents",
        "AIR: 2010 cents",
    ]


def test_tier_within_reach_draws_parcels_that_cost_more_by_themselves() -> None:
    problem = Problem(parcels=parcels(10, ECO, AIR), tiers={"Sky": ((0, 0), (10, 200_000))})
    plan = solve(problem, Effort())
    assert services(problem) == ["AIR"] * 10
    assert (plan.cost_cents, plan.greedy_cents, plan.proven) == (10 * (448 + 10), 5_000, True)


def test_contract_gets_its_parcels_where_missing_ones_cost_more() -> None:
    problem = Problem(parcels=parcels(5, ECO, AIR), minimums={"Sky": (2, 100)})
    assert sorted(services(problem)) == ["AIR", "AIR", "ECO", "ECO", "ECO"]
    assert solve(replace(problem, minimums={"Sky": (2, 60)}), Effort()).cost_cents == 2_620


def test_what_is_scarce_or_wanted_has_a_price_for_parcels_that_nobody_planned() -> None:
    full = Problem(parcels=parcels(3, ECO, AIR), pickup_capacity={"post-pm": 2})
    assert solve(full, Effort()).pickup_cents == {"post-pm": 70}
    wanted = Problem(parcels=parcels(3, ECO, AIR), minimums={"Sky": (2, 100)})
    assert -100 <= solve(wanted, Effort()).carrier_cents["Sky"] <= -70


def test_parcels_beyond_all_pickups_stay_and_the_reason_is_told() -> None:
    problem = Problem(parcels=parcels(3, ECO), pickup_capacity={"post-pm": 2})
    plan = solve(problem, Effort())
    assert sum(at is None for at in plan.chosen) == 1
    left = plan.chosen.index(None)
    assert [*explain(problem, plan)][left] == "ECO: 500 cents, but full"


def test_parcels_that_left_earlier_count_for_the_tier() -> None:
    gone = tuple(Parcel(id=f"gone{n}", options=(AIR,)) for n in range(9))
    problem = Problem(
        parcels=(*gone, *parcels(1, ECO, AIR)), tiers={"Sky": ((0, 0), (10, 100_000))}
    )
    assert services(problem)[-1] == "AIR"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"parcels": (*parcels(1, ECO), *parcels(1, ECO))}, "parcel 'P0' stands twice"),
        ({"tiers": {"Post": ((0, 10), (5, 5))}}, "tiers of 'Post' must rise"),
        ({"tiers": {"Post": ((0, 2_000_000),)}}, "tiers of 'Post': a discount is"),
        ({"pickup_capacity": {"post-pm": -1}}, "pickup 'post-pm': capacity is -1"),
        ({"parcels": parcels(1, replace(ECO, base_cents=-1))}, "ECO costs less than 0"),
    ],
)
def test_wrong_problem_is_refused_by_the_name_of_what_is_wrong(changes: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        solve(replace(Problem(parcels=parcels(1, ECO)), **changes), Effort())


def random_problem(seed: int) -> Problem:
    rng = Random(seed)
    names = ["A", "B", "C"][: rng.randint(1, 3)]
    shared = rng.random() < 0.3

    def option(nth: int) -> Option:
        carrier = rng.choice(names)
        return Option(
            carrier=carrier,
            service=f"{carrier}{nth}",
            pickup=rng.choice(["dock", "yard"]) if shared else f"{carrier}-{rng.choice('xy')}",
            base_cents=rng.randint(1, 300),
            other_cents=rng.choice([0, 0, 25]),
        )

    problem = Problem(
        parcels=tuple(
            Parcel(id=f"P{n}", options=tuple(option(k) for k in range(rng.randint(0, 3))))
            for n in range(rng.randint(0, 6))
        )
    )
    pickups = sorted({o.pickup for p in problem.parcels for o in p.options})
    return replace(
        problem,
        pickup_capacity={name: rng.randint(0, 3) for name in pickups if rng.random() < 0.6},
        tiers={
            name: tuple(
                zip(
                    (rng.randint(1, 2), rng.randint(3, 5)),
                    sorted(rng.sample(range(400_000), 2)),
                    strict=True,
                )
            )
            for name in names
            if rng.random() < 0.7
        },
        minimums={name: (rng.randint(0, 3), rng.randint(0, 90)) for name in names[:1]},
        sent={name: (rng.randint(0, 3), rng.randint(0, 900)) for name in names[1:2]},
        most={name: rng.randint(0, 4) for name in names if rng.random() < 0.2},
    )


def brute_force(problem: Problem) -> tuple[int, int]:
    """Fewest left behind, then the lowest cost, over every choice."""
    best = (len(problem.parcels) + 1, 0)
    for taken in product(*((None, *parcel.options) for parcel in problem.parcels)):
        options = [option for option in taken if option]
        used = [option.pickup for option in options]
        if any(used.count(p) > most for p, most in problem.pickup_capacity.items()):
            continue
        counts = Counter(option.carrier for option in options)
        if any(counts[name] > most for name, most in problem.most.items()):
            continue
        counts.update({name: count for name, (count, _) in problem.sent.items()})
        off_ppm = {
            name: max([o for s, o in problem.tiers.get(name, ()) if s <= count] + [0])
            for name, count in counts.items()
        }
        cost = 0
        for name, (_, base_cents) in problem.sent.items():
            cost += (base_cents * (1_000_000 - off_ppm[name]) + 500_000) // 1_000_000
        for option in options:
            off = off_ppm[option.carrier]
            cost += (option.base_cents * (1_000_000 - off) + 500_000) // 1_000_000
            cost += option.other_cents
        for carrier, (wanted, fee) in problem.minimums.items():
            cost += fee * max(0, wanted - counts[carrier])
        best = min(best, (taken.count(None), cost))
    return best


@pytest.mark.parametrize("seed", range(120))
def test_choice_equals_the_brute_force_optimum(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem, Effort())
    assert (plan.chosen.count(None), plan.cost_cents) == brute_force(problem)
    assert plan.proven
    check_carriers(problem, plan)


@pytest.mark.parametrize("seed", range(40))
def test_no_assignment_undercuts_its_bound(seed: int) -> None:
    prices = tabulate(random_problem(seed))
    every = np.arange(len(prices.parcel))
    bounds, rng = Bounds(prices), Random(seed)
    charges: Sequence[int] = ()
    for _ in range(4):
        least = tuple(rng.randint(0, 2) for _ in prices.ladders)
        supposed = Supposed(
            tiers=tuple(rng.randrange(len(each.starts)) for each in prices.ladders),
            least=least,
            most=tuple(each + rng.randint(0, 3) for each in least),
        )
        found = assign(prices, supposed, every, Effort())
        bound = bounds.of(supposed, charges, 1 << 40)
        if found is not None:
            assert bound is not None
            assert bound.value <= found.value
        charges = () if bound is None or found is None else bound.charges


@pytest.mark.parametrize("kind", ["steep, tight", "crossing"])
def test_many_parcels_are_chosen_for_with_proof_also_where_carriers_share_a_pickup(
    kind: str,
) -> None:
    problem = cut_off(3, kind, 400)
    plan = solve(problem, Effort())
    check_carriers(problem, plan)
    assert plan.proven
    assert plan.cost_cents < 0.97 * plan.greedy_cents


@pytest.mark.parametrize("crossing", [False, True])
def test_where_a_hundred_pickups_lack_room_that_is_proven_too(crossing: bool) -> None:
    """As many parcels as possible go; what those cost has a bound that is theirs alone."""
    rng = Random(7)

    def option(carrier: str) -> Option:
        nth = rng.randrange(40)
        pickup = f"{'' if crossing else carrier}{nth}"
        cents = rng.randint(300, 900)
        return Option(carrier=carrier, service=f"{carrier}{nth}", pickup=pickup, base_cents=cents)

    made = tuple(
        Parcel(id=f"P{n}", options=tuple(option(c) for c in "ABC" for _ in range(2)))
        for n in range(150)
    )
    names = {each.pickup for parcel in made for each in parcel.options}
    problem = Problem(
        parcels=made,
        pickup_capacity=dict.fromkeys(sorted(names), 3 if crossing else 1),
        tiers=dict.fromkeys("ABC", ((0, 0), (36, 60_000), (50, 150_000))),
    )
    plan = solve(problem, Effort())
    check_carriers(problem, plan)
    assert plan.chosen.count(None) == 150 - sum(problem.pickup_capacity.values())
    assert plan.proven
    stopped = solve(problem, Effort(should_stop=lambda: True))
    check_carriers(problem, stopped)
    assert stopped.bound_cents <= plan.cost_cents <= stopped.cost_cents


def test_a_programme_that_should_stop_ends_with_what_it_has_and_says_so() -> None:
    problem = cut_off(3, "crossing", 2_000)
    asked = [main_thread()]

    def within_a_programme() -> bool:
        asked.append(current_thread())
        return asked != [main_thread()] * len(asked)

    for effort in (Effort(should_stop=within_a_programme), Effort(work=0), Effort(work=50)):
        plan = solve(problem, effort)
        check_carriers(problem, plan)
        assert 0 < plan.bound_cents < plan.cost_cents <= plan.greedy_cents


def sharing_docks(seed: int) -> Problem:
    """80 parcels, three carriers with tiers, and three docks from which each of them leaves."""
    rng = Random(seed)
    docks = ("dawn", "noon", "dusk")

    def option(carrier: str, dock: str) -> Option:
        return Option(
            carrier=carrier,
            service=carrier + dock,
            pickup=dock,
            base_cents=rng.randint(300, 900),
            other_cents=rng.randrange(40),
        )

    made = tuple(
        Parcel(
            id=f"P{n}",
            options=tuple(option(c, d) for c in "ABC" for d in docks if rng.random() < 0.7)
            or (option("A", "dawn"),),
        )
        for n in range(80)
    )
    return Problem(
        parcels=made,
        pickup_capacity=dict.fromkeys(docks, 32),
        tiers=dict.fromkeys("ABC", ((0, 0), (24, 60_000), (36, 150_000))),
    )


def cheapest_cents(problem: Problem) -> int:
    """The optimum by HiGHS, once for each way to suppose tiers: that many parcels at least."""
    options = [(parcel.id, each) for parcel in problem.parcels for each in parcel.options]
    exact = mathopt.SolveParameters(relative_gap_tolerance=0, absolute_gap_tolerance=0)
    best = list[int]()
    for tiers in product(*problem.tiers.values()):
        off_ppm = {name: off for name, (_, off) in zip(problem.tiers, tiers, strict=True)}
        model = mathopt.Model()
        takes: dict[str, list[Any]] = defaultdict(list)
        for parcel, each in options:
            rest = 1_000_000 - off_ppm[each.carrier]
            cents = (each.base_cents * rest + 500_000) // 1_000_000 + each.other_cents
            take = model.add_binary_variable()
            model.objective.set_linear_coefficient(take, cents)
            for limit in (parcel, each.pickup, each.carrier):
                takes[limit].append(take)
        for name in {parcel: None for parcel, _ in options}:
            model.add_linear_constraint(mathopt.fast_sum(takes[name]) == 1)
        for dock, most in problem.pickup_capacity.items():
            model.add_linear_constraint(mathopt.fast_sum(takes[dock]) <= most)
        for name, (least, _) in zip(problem.tiers, tiers, strict=True):
            model.add_linear_constraint(mathopt.fast_sum(takes[name]) >= least)
        found = mathopt.solve(model, mathopt.SolverType.HIGHS, params=exact)
        if found.termination.reason == mathopt.TerminationReason.OPTIMAL:
            best.append(round(found.objective_value()))
    return min(best)


@pytest.mark.parametrize("seed", [9, 24, 38])
def test_a_proof_hides_no_cent_where_carriers_share_pickups(seed: int) -> None:
    problem = sharing_docks(seed)
    plan = solve(problem, Effort())
    check_carriers(problem, plan)
    assert plan.proven
    assert (plan.chosen.count(None), plan.cost_cents) == (0, cheapest_cents(problem))


@pytest.mark.parametrize(("sky", "dear"), [("post-pm", 10**16), ("sky-am", 10**17)])
def test_what_a_solver_gives_up_is_no_proof(sky: str, dear: int) -> None:
    """Prices beyond what a solver can count: nobody knows what is cheapest."""
    made = tuple(
        Parcel(
            id=f"P{n}",
            options=(
                replace(ECO, other_cents=dear - 1000 * n),
                replace(AIR, other_cents=dear + 5000, pickup=sky),
            ),
        )
        for n in range(3)
    )
    plan = solve(Problem(parcels=made, pickup_capacity={"post-pm": 2}), Effort())
    assert not plan.proven
    assert plan.bound_cents < plan.cost_cents


def test_spent_effort_answers_with_the_best_so_far_and_an_honest_bound() -> None:
    rng = Random(5)
    many = tuple(
        Parcel(
            id=f"P{n}",
            options=tuple(replace(o, base_cents=rng.randint(300, 900)) for o in (ECO, AIR)),
        )
        for n in range(60)
    )
    tiers = dict.fromkeys(("Post", "Sky"), ((0, 0), (25, 90000), (40, 200000)))
    problem = Problem(parcels=many, tiers=tiers, pickup_capacity={"post-pm": 35})
    hasty = solve(problem, Effort(should_stop=lambda: True))
    best = solve(problem, Effort())
    assert hasty.bound_cents <= best.cost_cents <= hasty.cost_cents <= hasty.greedy_cents
    assert best == solve(problem, Effort())
