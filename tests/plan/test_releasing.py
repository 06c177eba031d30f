"""Releasing: every proposal is one that the stock, the totes and the cap on work can bear."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from controller.plan import Effort
from controller.plan.cartons.packages import Carton, Tariff
from controller.plan.consolidating import Slot, Wall
from controller.plan.releasing import (
    BATCH,
    BULK,
    SINGLES,
    Box,
    Goods,
    Need,
    Plan,
    Problem,
    Row,
    solve,
)
from controller.plan.walking import Layout, Stop

LAYOUT = Layout(aisles=6, block_lengths_mm=(20_000,), aisle_pitch_mm=3_500, depot_aisle=0)
TOTE = Box(volume_ml=55_000, mass_max_g=20_000)
CAGE = Box(volume_ml=900_000, mass_max_g=350_000)
CARTONS = tuple(
    Carton(
        code=code,
        length_mm=side,
        width_mm=side,
        height_mm=side,
        tare_g=100,
        mass_max_g=15_000,
        cost_cents=side,
    )
    for code, side in (("S", 150), ("M", 250), ("L", 350))
)
TARIFF = Tariff(base_cents=395, per_kg_cents=62, divisor_cm3_per_kg=5_000, step_g=500)


def goods(sku: str, side: int = 100, mass_g: int = 300) -> Goods:
    return Goods(sku=sku, length_mm=side, width_mm=side, height_mm=side, mass_g=mass_g)


def row(sku: str, place: str, qty: int, face: bool = True) -> Row:
    stop = Stop(aisle=len(place) % 6, block=0, y_mm=1_000 * (len(place) % 20))
    return Row(sku=sku, owner="", place=place, stop=stop, qty=qty, face=face)


def need(order: str, line: int, sku: str, qty: int) -> Need:
    return Need(order=order, line=line, sku=sku, owner="", qty=qty, due_ms=1_000)


def problem(
    needs: list[Need], rows: list[Row], skus: list[Goods], orders_max: int = 100
) -> Problem:
    return Problem(
        needs=tuple(needs),
        rows=tuple(rows),
        goods=tuple(skus),
        cartons=CARTONS,
        tariff=TARIFF,
        layout=LAYOUT,
        tote=TOTE,
        cage=CAGE,
        cart_slots=4,
        singles_max=3,
        orders_max=orders_max,
    )


def random_problem(seed: int) -> Problem:
    rng = Random(seed)
    skus = [goods(f"S{n}", rng.choice([40, 80, 120, 200]), rng.randint(20, 900)) for n in range(8)]
    rows = [row(g.sku, f"P-{g.sku}-{n}", rng.randint(1, 40), n == 0) for g in skus for n in (0, 1)]
    needs = []
    for order in range(rng.randint(1, 12)):
        for line in range(rng.randint(1, 4)):
            needs.append(
                need(f"o{order}", line + 1, rng.choice(skus).sku, rng.choice([1, 2, 9, 60]))
            )
    return problem(needs, rows, skus, rng.randint(1, 12))


def check(asked: Problem, plan: Plan) -> None:
    """What holds of every plan."""
    taken: Counter[tuple[str, str]] = Counter()
    got: Counter[tuple[str, int]] = Counter()
    free = {(each.sku, each.place): each.qty for each in asked.rows}
    wanted = {(each.order, each.line): each.qty for each in asked.needs}
    sizes = {each.sku: each for each in asked.goods}
    for tour in plan.tours:
        box = CAGE if tour.kind == BULK else TOTE
        filled: Counter[int] = Counter()
        picked: Counter[tuple[int, str, int]] = Counter()
        for pick in tour.picks:
            taken[pick.sku, pick.place] += pick.qty
            got[pick.order, pick.line] += pick.qty
            filled[pick.load] += pick.qty * sizes[pick.sku].volume_mm3
            picked[pick.load, pick.order, pick.line] += pick.qty
        packed: Counter[tuple[int, str, int]] = Counter()
        for number, load in enumerate(tour.loads):
            for parcel in load.parcels:
                packed.update({(number, parcel.order, line): n for line, n in parcel.contents})
        assert picked == packed
        assert all(volume <= box.volume_ml * 1_000 for volume in filled.values())
    assert all(taken[key] <= free[key] for key in taken)
    assert all(got[key] <= wanted[key] for key in got)
    assert len({order for order, _ in got}) <= asked.orders_max


def test_few_carts_are_all_compared_and_the_plan_says_how_good_it_is() -> None:
    """Fifteen orders, two to a cart: as many carts as the effort admits, and not with less."""
    skus = [goods(f"S{n}") for n in range(15)]
    rows = [
        replace(row(each.sku, f"P{n}", 9), stop=Stop(aisle=n % 6, block=0, y_mm=1_300 * n))
        for n, each in enumerate(skus)
    ]
    needs = [need(f"o{n:02}", 1, each.sku, 2) for n, each in enumerate(skus)]
    needs += [need(f"o{n:02}", 2, skus[7 * n % 15].sku, 1) for n in range(15)]
    needs.sort(key=lambda each: (each.order, each.line))
    asked = replace(problem(needs, rows, skus), cart_slots=2)
    plan = solve(asked, Effort(work=60_000))
    (kind,) = plan.kinds
    assert kind.length_mm * 0.97 <= kind.bound_mm <= kind.length_mm
    said = ("and none walks less", "all carts were compared: no plan walks more than")
    assert all(any(each in tour.why for each in said) for tour in plan.tours)
    hasty = solve(asked, Effort(work=3_000))
    assert hasty.kinds[0].bound_mm < kind.bound_mm <= plan.total_mm <= hasty.total_mm


@pytest.mark.parametrize("seed", range(40))
def test_plans_stay_within_stock_wants_totes_and_cap(seed: int) -> None:
    asked = random_problem(seed)
    plan = solve(asked, Effort(work=3_000))
    check(asked, plan)
    assert plan == solve(asked, Effort(work=3_000)), f"seed {seed}"


def test_one_unit_orders_share_totes() -> None:
    needs = [need(f"o{n}", 1, "A", 1) for n in range(5)]
    plan = solve(problem(needs, [row("A", "P1", 9)], [goods("A")]), Effort(work=1_000))
    loads = [load for tour in plan.tours for load in tour.loads]
    assert {tour.kind for tour in plan.tours} == {SINGLES}
    assert sorted(len(load.parcels) for load in loads) == [2, 3]


def test_two_thousand_mugs_become_bulk_work_in_cages() -> None:
    asked = problem(
        [need("o1", 1, "MUG", 2_000)], [row("MUG", "R1", 2_000, False)], [goods("MUG")]
    )
    plan = solve(asked, Effort(work=1_000))
    assert {tour.kind for tour in plan.tours} == {BULK}
    assert sum(pick.qty for tour in plan.tours for pick in tour.picks) == 2_000
    assert len([load for tour in plan.tours for load in tour.loads]) >= 3
    check(asked, plan)


def test_a_face_that_has_enough_is_taken_whole_before_reserve() -> None:
    rows = [row("A", "R1", 50, False), row("A", "P1", 5, True)]
    plan = solve(problem([need("o1", 1, "A", 5)], rows, [goods("A")]), Effort(work=100))
    assert [pick.place for tour in plan.tours for pick in tour.picks] == ["P1"]


def test_rows_are_used_in_their_order_where_no_face_has_enough() -> None:
    rows = [row("A", "OLD", 4, False), row("A", "NEW", 50, False)]
    plan = solve(problem([need("o1", 1, "A", 6)], rows, [goods("A")]), Effort(work=100))
    picks = sorted((pick.place, pick.qty) for tour in plan.tours for pick in tour.picks)
    assert picks == [("NEW", 2), ("OLD", 4)]


def test_orders_beyond_the_cap_wait_with_a_reason() -> None:
    needs = [need("o1", 1, "A", 2), need("o2", 1, "A", 2)]
    asked = problem(needs, [row("A", "P1", 9)], [goods("A")], orders_max=1)
    plan = solve(asked, Effort(work=100))
    assert plan.waiting == (("o2", "work_in_process_full"),)


def test_goods_that_no_pick_place_holds_wait_with_a_reason() -> None:
    plan = solve(problem([need("o1", 1, "A", 1)], [], [goods("A")]), Effort(work=100))
    assert (plan.tours, plan.waiting) == ((), (("o1", "goods_not_at_a_pick_place"),))


def test_goods_too_heavy_to_send_wait_with_a_reason() -> None:
    anvil = replace(goods("ANVIL"), mass_g=90_000)
    plan = solve(problem([need("o1", 1, "ANVIL", 1)], [row("ANVIL", "P1", 2)], [anvil]), Effort())
    (waiting,) = plan.waiting
    assert waiting[0] == "o1"
    assert "90000" in waiting[1]


def picked(rows: list[Row], qty: int, packs: tuple[int, ...]) -> Counter[str]:
    """Units by place for one order of so many units."""
    cased = replace(goods("A", side=20, mass_g=10), packs=packs)
    plan = solve(problem([need("o1", 1, "A", qty)], rows, [cased]), Effort(work=100))
    units: Counter[str] = Counter()
    for tour in plan.tours:
        for pick in tour.picks:
            units[pick.place] += pick.qty
    return units


def test_full_cases_come_from_reserve_and_the_rest_from_the_face() -> None:
    rows = [row("A", "P1", 90), row("A", "R1", 60, False)]
    assert picked(rows, 29, (12,)) == {"R1": 24, "P1": 5}
    assert picked(rows, 11, (12,)) == {"P1": 11}
    assert picked(rows, 29, ()) == {"P1": 29}


def test_a_whole_reserve_place_is_a_pallet_and_goes_first() -> None:
    rows = [row("A", "P1", 90), row("A", "R1", 60, False), row("A", "R2", 40, False)]
    assert picked(rows, 58, (12,)) == {"R2": 40, "R1": 12, "P1": 6}
    assert picked(rows, 99, (48, 12)) == {"R1": 60, "R2": 36, "P1": 3}


def test_no_case_is_taken_that_expires_after_other_units() -> None:
    old, new = row("A", "P1", 30), replace(row("A", "R1", 60, False), expiry_ms=9)
    assert picked([old, new], 24, (12,)) == {"P1": 24}
    assert picked([replace(old, expiry_ms=9), new], 24, (12,)) == {"R1": 24}


@pytest.mark.parametrize("seed", range(20))
def test_plans_with_packs_stay_within_stock_and_wants(seed: int) -> None:
    asked = random_problem(seed)
    cased = tuple(replace(each, packs=(24, 6)) for each in asked.goods)
    check(asked, solve(replace(asked, goods=cased), Effort(work=500)))


def test_tours_of_a_put_wall_are_compared_with_carts_filled_as_orders_come() -> None:
    needs = [need(f"o{n}", 1, "AZ"[n % 2], 2) for n in range(8)]
    rows = [row("A", "P", 20), row("Z", "PPPPP", 20)]
    slots = tuple(Slot(lpn=f"W{n}", volume_ml=50_000) for n in range(8))
    asked = replace(
        problem(needs, rows, [goods("A"), goods("Z")]),
        walls=(Wall(name="WALL", slots=slots),),
        wall_units_max=4,
        tote=Box(volume_ml=10_000, mass_max_g=20_000),
        cart_slots=1,
    )
    plan = solve(asked, Effort(work=500))
    (said,) = plan.kinds
    assert (said.kind, said.tours) == (BATCH, 2)
    assert said.bound_mm <= said.length_mm < 0.8 * said.first_come_mm
    assert plan.first_come_mm == said.first_come_mm
