"""The physical truth: goods and parcels lie where hands put them, and faults are remembered."""

from types import SimpleNamespace

import pytest

from controller.messages import ImportStock
from simulation.agreement import goods_apart, parcels_apart
from simulation.building import scenario_generated
from simulation.world import OUTSIDE, World, world_of


@pytest.fixture
def world() -> World:
    made = world_of(scenario_generated(orders=5, seed=3))
    made.goods.clear()
    made.masses_g |= {"MUG": 300, "PEN": 10}
    made.move("MUG", OUTSIDE, "BIN", 10)
    return made


def test_the_building_holds_what_its_stock_list_says() -> None:
    scenario = scenario_generated(orders=5, seed=3)
    world = world_of(scenario)
    lines = [
        line for each in scenario.setup if isinstance(each, ImportStock) for line in each.lines
    ]
    assert lines
    assert all(world.units(line.place, line.sku) == line.qty for line in lines)
    assert not world.hidden


def test_units_move_and_none_appear(world: World) -> None:
    world.move("MUG", "BIN", "TOTE", 4)
    assert (world.units("BIN", "MUG"), world.units("TOTE", "MUG")) == (6, 4)
    assert not world.hidden


def test_a_unit_too_many_is_hidden_on_both_sides(world: World) -> None:
    world.move("MUG", "BIN", "TOTE", 5, booked=4)
    assert world.hidden == {("BIN", "MUG"): 1, ("TOTE", "MUG"): -1}
    assert world.surplus("TOTE") == [("MUG", 1)]
    assert world.odd_mass_g("TOTE") == 300


def test_a_unit_too_few_makes_a_carton_too_light(world: World) -> None:
    world.move("MUG", "BIN", "BOX", 3, booked=4)
    assert world.odd_mass_g("BOX") == -300
    assert world.surplus("BOX") == []


def test_what_goes_back_reveals_nothing_and_hides_nothing(world: World) -> None:
    world.move("MUG", "BIN", "BOX", 3, booked=4)
    world.move("MUG", "BOX", "BIN", 3, booked=4)
    assert not world.hidden
    assert world.units("BIN", "MUG") == 10


def test_a_fault_hides_until_a_count_finds_it(world: World) -> None:
    world.vanish("BIN", "MUG", 7)
    assert (world.units("BIN", "MUG"), world.hidden["BIN", "MUG"]) == (3, 7)
    world.counted("BIN", "MUG")
    assert not world.hidden


def test_a_count_does_not_tell_the_books_of_more_than_booked(world: World) -> None:
    world.move("MUG", "BIN", "TOTE", 3, booked=4)
    world.counted("BIN", "MUG")
    assert world.hidden["BIN", "MUG"] == -1


def test_carrying_what_is_not_there_carries_what_is(world: World) -> None:
    world.vanish("BIN", "MUG", 8)
    world.carry("MUG", "BIN", "FACE", 5)
    assert (world.units("BIN", "MUG"), world.units("FACE", "MUG")) == (0, 2)
    assert world.hidden == {("BIN", "MUG"): 5, ("FACE", "MUG"): 3}


def test_parcels_lie_in_order_of_arrival_and_leave_with_their_secrets(world: World) -> None:
    world.move("MUG", "BIN", "P2", 1, booked=2)
    for parcel in ("P2", "P1"):
        world.put_down(parcel, "LANE-01")
    assert list(world.lanes["LANE-01"]) == ["P2", "P1"]
    assert world.pick_up("P1") == "LANE-01"
    assert world.parcels["P1"] == OUTSIDE
    world.leave("P2")
    assert not world.lanes["LANE-01"]
    assert ("P2", "MUG") not in world.hidden
    assert world.hidden["BIN", "MUG"] == -1


def test_a_parcel_lies_in_one_place_only(world: World) -> None:
    world.put_down("P1", "RUNOUT")
    world.put_down("P1", "LANE-01")
    assert (list(world.lanes["RUNOUT"]), list(world.lanes["LANE-01"])) == ([], ["P1"])


def test_books_that_agree_with_the_building_are_silent(world: World) -> None:
    world.vanish("BIN", "MUG", 4)
    assert goods_apart({("BIN", "MUG"): 10}, world) == []


@pytest.mark.parametrize("booked", [0, 9, 11])
def test_books_that_are_off_by_more_than_faults_hide_are_told(world: World, booked: int) -> None:
    assert goods_apart({("BIN", "MUG"): booked} if booked else {}, world) == [
        f"MUG at BIN: the books have {booked} units, 10 lie there, and faults hide 0."
    ]


def test_goods_of_the_books_alone_are_told(world: World) -> None:
    assert len(goods_apart({("BIN", "MUG"): 10, ("BIN", "PEN"): 1}, world)) == 1


def test_more_goods_than_there_can_be_are_told(world: World) -> None:
    world.move("PEN", "BIN", "TOTE", 2)
    books = {("BIN", "MUG"): 10, ("BIN", "PEN"): -2, ("TOTE", "PEN"): 2}
    assert len(goods_apart(books, world)) == 1


@pytest.mark.parametrize(
    ("lies", "booked", "told"),
    [("LANE-01", "LANE-01", 0), ("LANE-01", "BELT-01", 1), ("", "LANE-01", 1), ("", "BELT-01", 0)],
)
def test_a_parcel_lies_in_the_lane_of_the_books_or_is_told(
    world: World, lies: str, booked: str, told: int
) -> None:
    world.lanes["LANE-01"] = {}
    if lies:
        world.put_down("P1", lies)
    assert len(parcels_apart([SimpleNamespace(lpn="P1", place=booked)], world)) == told
