"""Loading: plans keep every rule, tiny ones are the best there are, effort is never wasted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.plan import Effort, placements
from controller.plan.loading import Axles, Goods, Plan, Problem, Room, faults, solve
from controller.plan.loads.goods import Kind
from controller.plan.loads.searching import search
from controller.plan.placements import Size, Unit

TRUCK = Room(id="truck", size=(600, 240, 240), mass_max_g=20_000)
AXLES = Axles(front_mm=-50, rear_mm=250, front_max_g=9_000, rear_max_g=9_000)
EFFORT = Effort(work=3_000)


def box(id_: str, *size: int, **more: Any) -> Goods:
    return Goods(id=id_, size=(size[0], size[1], size[2]), **more)


def solved(problem: Problem, effort: Effort = EFFORT) -> Plan:
    plan = solve(problem, effort)
    assert faults(problem, plan) == []
    assert plan.bound_cents <= plan.cost_cents
    return plan


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    side = st.integers(20, 200)
    goods = [
        Goods(
            id=f"G{number}",
            size=draw(st.tuples(side, side, side)),
            mass_g=draw(st.integers(0, 3_000)),
            quantity=draw(st.integers(1, 6)),
            vertical=draw(
                st.sampled_from([(True, True, True), (False, False, True), (True, False, True)])
            ),
            turns=draw(st.booleans()),
            stack=draw(st.integers(0, 2)),
            load_max_g=draw(st.sampled_from([None, None, 0, 2_000])),
            stop=draw(st.integers(0, 2)),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    room = Room(
        id="A",
        size=(draw(st.integers(150, 500)), 200, 220),
        mass_max_g=draw(st.sampled_from([None, 12_000])),
        count=draw(st.integers(1, 2)),
        open_top=draw(st.booleans()),
        centre_mm=draw(st.sampled_from([None, (60, 200)])),
        aside_max_mm=draw(st.sampled_from([None, 40])),
        axles=draw(st.sampled_from([None, AXLES])),
    )
    other = Room(id="B", size=(200, 120, 150), cost_cents=30, count=1)
    return Problem(
        goods=tuple(goods), rooms=(room, other), support=draw(st.sampled_from([True, True, False]))
    )


@settings(max_examples=15, deadline=None)
@given(problem=problems())
def test_every_plan_keeps_every_rule(problem: Problem) -> None:
    plan = solved(problem, Effort(work=1))
    assert all(reason for _, _, reason in plan.unloaded)
    assert solve(problem, Effort(work=1)) == plan


@pytest.mark.parametrize("seed", range(3))
def test_more_effort_is_never_worse_and_the_same_effort_gives_the_same(seed: int) -> None:
    rng = Random(seed)
    goods = tuple(
        box(f"G{n}", *(rng.randint(40, 150) for _ in range(3)), quantity=rng.randint(5, 12))
        for n in range(5)
    )
    problem = Problem(goods=goods, rooms=(replace(TRUCK, mass_max_g=None, count=1),))
    loaded = [
        sum(load.volume_mm3 for load in solved(problem, Effort(work=work)).loads)
        for work in (0, 2_000, 10_000)
    ]
    assert loaded == sorted(loaded)
    assert solve(problem, EFFORT) == solve(problem, EFFORT)


def layouts(room: Size, sizes: Sequence[Size]) -> Iterator[list[Unit]]:
    """Every way to lay some of the boxes at whole places."""
    yield []
    if not sizes:
        return
    for rest in layouts(room, sizes[1:]):
        yield rest
        goods = placements.Goods(size=sizes[0])
        for way in placements.ways(goods):
            for at in product(*(range(room[axis] - way[axis] + 1) for axis in range(3))):
                unit = Unit("", at[0], at[1], at[2], *way)
                if not any(meet(unit, other) for other in rest):
                    yield [*rest, unit]


def meet(one: Unit, other: Unit) -> bool:
    a, b = one[1:], other[1:]
    return all(a[n] < b[n] + b[n + 3] and b[n] < a[n] + a[n + 3] for n in range(3))


def most(room: Size, sizes: Sequence[Size], support: bool) -> int:
    """The greatest volume that can lie in a tiny room, by trying all."""
    rules = placements.Rules(support_percent=100 if support else 0, gravity=support)
    best = 0
    for units in layouts(room, sizes):
        volume = sum(unit.base_mm2 * unit.dz_mm for unit in units)
        if volume > best:
            goods = {"": placements.Goods(size=(1, 1, 1))}
            wrong = placements.faults(placements.Room(size=room), goods, units, rules)
            best = best if any("rests" in each for each in wrong) else volume
    return best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("support", [False, True])
def test_tiny_rooms_hold_what_trying_all_finds(seed: int, support: bool) -> None:
    rng = Random(seed)
    room = (3, 2, 3)
    sizes = [(rng.randint(1, 3), rng.randint(1, 2), rng.randint(1, 2)) for _ in range(4)]
    goods = tuple(box(f"G{n}", *size) for n, size in enumerate(sizes))
    problem = Problem(goods=goods, rooms=(Room(id="R", size=room, count=1),), support=support)
    plan = solved(problem)
    assert sum(load.volume_mm3 for load in plan.loads) == most(room, sizes, support)


def test_four_turned_about_a_hole_lie_on_one_pallet() -> None:
    pallet = Room(id="pallet", size=(1_200, 1_200, 150), open_top=True, count=1)
    four = box("plate", 700, 500, 150, quantity=4)
    flat = replace(four, vertical=(False, False, True))
    plan = solved(Problem(goods=(flat,), rooms=(pallet,)))
    assert plan.unloaded == ()
    assert len({unit[4:] for unit in plan.loads[0].units}) == 2


def test_layers_of_equal_cartons_are_told_as_a_pattern() -> None:
    pallet = Room(id="pallet", size=(1_200, 800, 900), open_top=True)
    carton = replace(box("carton", 400, 300, 300, quantity=24), vertical=(False, False, True))
    plan = solved(Problem(goods=(carton,), rooms=(pallet,)))
    assert plan.proven
    assert [load.why for load in plan.loads] == ["3 layers of 8, 100.0% of the room"]


def test_goods_of_the_first_stop_are_nearest_to_the_door() -> None:
    goods = tuple(box(f"S{stop}", 100, 80, 60, quantity=12, stop=stop) for stop in (1, 2, 3))
    plan = solved(Problem(goods=goods, rooms=(TRUCK,)))
    (load,) = plan.loads
    assert [unit.ref for unit in load.units] == ["S3"] * 12 + ["S2"] * 12 + ["S1"] * 12


def test_what_bears_little_is_carried_by_what_bears_more() -> None:
    eggs = box("eggs", 200, 240, 80, quantity=3, mass_g=500, load_max_g=0)
    stones = box("stones", 200, 240, 80, quantity=6, mass_g=2_000, stack=1)
    plan = solved(Problem(goods=(eggs, stones), rooms=(TRUCK,)))
    assert plan.unloaded == ()
    room = Room(id="low", size=(200, 240, 160), count=1)
    held = solved(Problem(goods=(replace(eggs, quantity=2),), rooms=(room,)))
    assert held.unloaded == (("eggs", 1, "the rooms that it fits are full"),)


def test_a_load_is_moved_until_its_axles_bear_it() -> None:
    axles = Axles(front_mm=0, rear_mm=400, front_max_g=9_000, rear_max_g=13_000)
    heavy = box("heavy", 150, 240, 240, quantity=2, mass_g=10_000)
    plan = solved(Problem(goods=(heavy,), rooms=(replace(TRUCK, axles=axles),)))
    front, rear = plan.loads[0].axles_g or (0, 0)
    assert (len(plan.loads), plan.unloaded) == (1, ())
    assert front <= 9_000
    assert rear <= 13_000
    assert front + rear == 20_000


def test_cheapest_rooms_are_taken_and_what_fits_none_is_told() -> None:
    small = Room(id="small", size=(300, 240, 240), cost_cents=60)
    goods = (box("cube", 120, 120, 120, quantity=28), box("pole", 700, 20, 20))
    plan = solved(Problem(goods=goods, rooms=(replace(TRUCK, mass_max_g=None), small)))
    assert [load.room for load in plan.loads] == ["truck", "small"]
    assert (plan.cost_cents, plan.unloaded) == (
        160,
        (("pole", 1, "700 x 20 x 20 mm and 0 g fit no room as it may lie"),),
    )


def test_equal_tops_that_touch_are_one_floor() -> None:
    kinds = [Kind(((2, 2, 1),), 4), Kind(((4, 4, 1),), 1)]
    found = search((4, 4, 2), kinds, True, Effort(work=200))
    assert found.volume_mm3 == 32


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"size": (0, 1, 1)}, "measure"),
        ({"quantity": -1}, "below 0"),
        ({"vertical": (False, False, False)}, "stand"),
    ],
)
def test_wrong_goods_are_refused_by_name(change: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=f"'G'.*{told}"):
        Goods(**({"id": "G", "size": (1, 1, 1)} | change))  # type: ignore[arg-type]


def test_loads_are_chosen_together_not_one_after_another() -> None:
    lengths = {4: 3, 8: 5, 10: 4, 11: 4}
    goods = tuple(box(f"L{long}", long, 1, 1, quantity=n) for long, n in lengths.items())
    flat = tuple(replace(each, vertical=(False, False, True)) for each in goods)
    problem = Problem(goods=flat, rooms=(Room(id="R", size=(20, 1, 1)),))
    assert len(solved(problem, Effort(work=1)).loads) == 8
    plan = solved(problem)
    assert (len(plan.loads), plan.proven) == (7, True)
