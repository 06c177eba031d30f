"""Cartonizing by example: what ships in which carton, and why."""

import random
import subprocess
import sys
from dataclasses import replace

import pytest

from controller.plan import Effort
from controller.plan.cartonizing import EFFORTS, OWN, Piece, Problem, solve
from tests.cartons import (
    CARTONS,
    LARGE,
    MEDIUM,
    MUG,
    SHOP,
    SMALL,
    TARIFF,
    carton,
    checked,
    codes,
    problem,
    random_piece,
)


def test_one_unit_ships_in_the_cheapest_carton_that_holds_it() -> None:
    plan = checked(problem(MUG))
    assert codes(plan) == ["S"]
    assert plan.proven
    assert plan.why == "1 x S for 485 cents: proven cheapest"


def test_upright_unit_takes_a_taller_carton() -> None:
    vase = replace(MUG, height_mm=150, width_mm=90, length_mm=90)
    assert codes(checked(problem(vase))) == ["M"]
    assert codes(checked(problem(replace(vase, upright=False)))) == ["S"]


def test_mass_limit_takes_another_carton() -> None:
    weak = replace(MEDIUM, mass_max_g=300)
    assert codes(checked(problem(MUG, cartons=(weak, LARGE)))) == ["L"]


def test_unit_larger_than_every_carton_ships_in_its_own_packaging() -> None:
    ladder = replace(MUG, ref="ladder", length_mm=2000, mass_g=9000, qty=2)
    plan = checked(problem(ladder, MUG))
    assert codes(plan) == [OWN, OWN, "S"]
    assert "in own packaging: ladder" in plan.why


def test_unit_heavier_than_its_own_packaging_allows_is_refused_with_measures() -> None:
    safe = replace(MUG, ref="safe", length_mm=2000, mass_g=30_001)
    plan = checked(problem(safe))
    assert plan.cartons == ()
    assert plan.refused == (
        (
            "safe",
            "2000 x 90 x 100 mm and 30001 g fits no carton, and its own packaging takes "
            "30000 g; ship it as freight",
        ),
    )


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (replace(MUG, ref="odd", length_mm=0), "measures 0 x 90 x 100 mm; measure it"),
        (replace(MUG, ref="odd", mass_g=-1), "mass is -1 g; weigh it"),
        (replace(MUG, ref="odd", qty=0), "quantity is 0; order at least 1"),
    ],
)
def test_piece_with_impossible_data_is_refused_and_the_rest_ships(odd: Piece, reason: str) -> None:
    plan = solve(problem(odd, MUG), Effort())
    assert plan.refused == (("odd", reason),)
    assert codes(plan) == ["S"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (problem(MUG, MUG), "piece 'mug' stands twice"),
        (problem(MUG, cartons=(SMALL, SMALL)), "carton 'S' stands twice"),
        (problem(MUG, cartons=(replace(SMALL, code=OWN),)), "carton 'OWN' stands twice"),
        (problem(MUG, cartons=(replace(SMALL, width_mm=0),)), "carton 'S' has no room"),
        (replace(problem(MUG), tariff=replace(TARIFF, step_g=0)), "step_g 0"),
        (replace(problem(MUG), fill_percent=0), "fill_percent is 0"),
        (replace(problem(MUG), support_percent=101), "support_percent is 101"),
    ],
)
def test_malformed_problem_is_an_error_that_names_the_thing(wrong: Problem, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        solve(wrong, Effort())


def test_fill_limit_leaves_room_for_padding() -> None:
    exact = replace(MUG, length_mm=200, width_mm=150)
    assert codes(checked(problem(exact))) == ["S"]
    assert codes(checked(replace(problem(exact), fill_percent=90))) == ["M"]


def test_nothing_stands_on_a_fragile_unit() -> None:
    plate = replace(MUG, ref="plate", length_mm=200, width_mm=150, height_mm=40, fragile=True)
    book = replace(plate, ref="book", fragile=False)
    assert codes(checked(problem(plate, book))) == ["S"]
    assert codes(checked(problem(replace(plate, qty=2)))) == ["M"]


def test_empty_order_needs_no_carton() -> None:
    plan = solve(problem(), Effort())
    assert (plan.cartons, plan.cost_cents, plan.proven, plan.why) == (
        (),
        0,
        True,
        "nothing to pack",
    )


def test_without_cartons_everything_ships_in_its_own_packaging() -> None:
    assert codes(checked(problem(replace(MUG, qty=3), cartons=()))) == [OWN] * 3


def test_two_thousand_mugs_stay_small_and_cost_close_to_the_bound() -> None:
    plan = checked(problem(replace(MUG, qty=2000)))
    assert len(set(plan.cartons)) <= 3
    assert max(len(packed.placements) for packed in plan.cartons) <= 40
    assert plan.cost_cents <= plan.bound_cents * 1.35


def test_order_of_150_lines_ships_complete() -> None:
    rng = random.Random(150)
    pieces = [replace(random_piece(rng, n), qty=10) for n in range(150)]
    plan = checked(problem(*pieces))
    assert plan.cost_cents <= plan.bound_cents * 2


@pytest.mark.parametrize("seed", range(4))
def test_order_of_pieces_and_cartons_does_not_change_the_cost(seed: int) -> None:
    rng = random.Random(seed)
    pieces = [random_piece(rng, n) for n in range(6)]
    turned = problem(*reversed(pieces), cartons=tuple(reversed(CARTONS)))
    assert solve(turned, Effort()).cost_cents == solve(problem(*pieces), Effort()).cost_cents


@pytest.mark.parametrize("effort", [Effort(work=0), Effort(should_stop=lambda: True)])
@pytest.mark.parametrize("seed", range(5))
def test_spent_effort_still_packs_everything(seed: int, effort: Effort) -> None:
    rng = random.Random(seed)
    given = problem(*(random_piece(rng, n) for n in range(2 + 3 * seed)))
    plan = checked(given, effort)
    assert plan.bound_cents <= solve(given, Effort()).cost_cents <= plan.cost_cents


def test_answer_at_once_loads_no_compiler() -> None:
    code = (
        "import sys; from controller.plan import cartonizing as c\n"
        "t = c.Tariff(base_cents=1, per_kg_cents=1, divisor_cm3_per_kg=1, step_g=1)\n"
        "k = c.Carton(code='K', length_mm=9, width_mm=9, height_mm=9, tare_g=0, mass_max_g=9,"
        " cost_cents=1)\n"
        "p = c.Piece(ref='P', length_mm=5, width_mm=5, height_mm=5, mass_g=1, qty=3)\n"
        "print(len(c.at_once(c.Problem(pieces=(p,), cartons=(k,), tariff=t)).cartons))\n"
        "print({'ortools', 'numba'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["3", "set()"]


def test_kit_shares_a_carton_even_where_that_costs_more() -> None:
    long = replace(MUG, ref="long", length_mm=340, width_mm=240, height_mm=190, mass_g=900)
    many = replace(MUG, qty=8)
    apart = checked(problem(long, many))
    kit = checked(problem(replace(long, kit="k"), replace(many, kit="k")))
    assert len(kit.cartons) == 1 < len(apart.cartons)
    assert kit.cost_cents > apart.cost_cents


def test_goods_that_are_apart_and_hazardous_units_share_no_carton() -> None:
    soap, bread = replace(MUG, ref="soap", goods="soap"), replace(MUG, ref="bread", goods="food")
    rule = replace(problem(soap, bread), apart=(("food", "soap"),))
    assert len(checked(problem(soap, bread)).cartons) < len(checked(rule).cartons) == 2
    acid = replace(problem(replace(MUG, qty=4, hazardous=True)), hazardous_max=2)
    assert len(checked(acid).cartons) == 2


def test_what_a_unit_bears_limits_what_stands_on_it() -> None:
    weak = replace(MUG, length_mm=150, width_mm=100, height_mm=90, qty=2, load_max_g=300)
    tower = carton("T", 150, 100, 190, 10)
    assert len(checked(problem(weak, cartons=(tower,))).cartons) == 2
    assert len(checked(problem(replace(weak, load_max_g=350), cartons=(tower,))).cartons) == 1


def test_limited_stock_takes_the_next_carton_and_then_refuses() -> None:
    box = replace(MUG, length_mm=200, width_mm=150, height_mm=100, qty=3)
    few = (replace(SMALL, stock=1), replace(MEDIUM, stock=0), replace(LARGE, stock=0))
    plan = checked(problem(box, cartons=few))
    assert codes(plan) == ["S"]
    assert plan.refused[0][1].startswith("2 of 3 found no place in a carton")
    assert codes(checked(problem(box, cartons=(*few[:2], LARGE)))) == ["L"]


def test_flat_goods_ship_in_a_bag_that_gets_narrower() -> None:
    shirt = replace(MUG, length_mm=290, width_mm=210, height_mm=25, qty=1, upright=False)
    assert codes(checked(problem(shirt, cartons=SHOP))) == ["BAG"]
    wide = replace(shirt, width_mm=220)
    assert codes(checked(problem(wide, cartons=SHOP))) == ["M"]


def test_each_cheaper_carton_is_passed_over_with_a_reason() -> None:
    vase = replace(MUG, height_mm=150, width_mm=90, length_mm=90, qty=1)
    plan = checked(problem(vase))
    assert plan.cartons[0].passed_over == (("S", "mug does not go into it"),)
    heavy = replace(problem(MUG), cartons=(replace(SMALL, mass_max_g=300), MEDIUM))
    assert checked(heavy).cartons[0].passed_over == (
        ("S", "350 g of goods are more than the 300 g it takes"),
    )


def test_four_pallets_lie_around_a_gap() -> None:
    """A pinwheel: no straight cut parts the four."""
    floor = carton("P", 2_000, 2_000, 10, 10)
    board = replace(MUG, length_mm=1_200, width_mm=800, height_mm=10, qty=4, mass_g=1)
    plan = checked(problem(board, cartons=(floor,)))
    assert len(plan.cartons) == 1


def test_smallest_box_that_takes_the_order_is_chosen() -> None:
    boxes = [(425, 250, 150), (450, 300, 200), (600, 400, 300)]
    cartons = tuple(carton(f"B{n}", *size, 30 + 20 * n) for n, size in enumerate(boxes))
    thin = replace(MUG, length_mm=425, width_mm=125, height_mm=75, qty=4, upright=False)
    assert codes(checked(problem(thin, cartons=cartons))) == ["B0"]


def test_equal_units_in_blocks_need_one_box_where_one_by_one_they_need_two() -> None:
    box, large = carton("B", 229, 305, 520, 30), carton("L", 300, 400, 600, 500)
    goods = [(12, 80, 285, 70, 199), (6, 106, 145, 95, 271), (3, 56, 56, 36, 60)]
    pieces = [
        Piece(ref=str(n), qty=qty, length_mm=x, width_mm=y, height_mm=z, mass_g=mass_g)
        for n, (qty, x, y, z, mass_g) in enumerate(goods)
    ]
    free = replace(problem(*pieces, cartons=(box, large)), support_percent=0, gravity=False)
    assert codes(checked(free, EFFORTS["fast"])) == ["B"]


def test_work_ends_a_search_however_many_lines_an_order_has() -> None:
    rng = random.Random(9)
    pieces = [random_piece(rng, n) for n in range(200)]
    plans = [checked(problem(*pieces), EFFORTS[name]) for name in ("fast", "normal")]
    assert plans[1].cost_cents <= plans[0].cost_cents <= plans[0].bound_cents * 1.3


@pytest.mark.parametrize("name", EFFORTS)
def test_a_limit_that_is_reached_at_once_still_gives_a_plan(name: str) -> None:
    rng = random.Random(7)
    given = problem(*(random_piece(rng, n) for n in range(12)))
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return True

    plan = checked(given, replace(EFFORTS[name], should_stop=stop))
    assert plan.cartons
    assert len(asked) < 30
