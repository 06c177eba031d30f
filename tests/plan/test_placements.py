"""The check of placements says no to every fault that it knows, and yes to what is right."""

import pytest

from controller.plan.placements import Goods, Room, Rules, Unit, faults, sequence, torn, ways

ROOM = Room(size=(100, 100, 100), mass_max_g=1_000)
GOODS = {
    "cube": Goods(size=(50, 50, 50), mass_g=100, kit="set", kind="food"),
    "plank": Goods(size=(100, 50, 10), mass_g=200, vertical=(False, False, True)),
    "glass": Goods(size=(50, 50, 50), fragile=True, load_max_g=0, kit="set", kind="poison"),
    "weak": Goods(size=(50, 50, 50), load_max_g=150, hazardous=True),
    "fixed": Goods(size=(60, 30, 20), turns=False),
    "bar": Goods(size=(20, 20, 50)),
}
PLAIN = Rules(support_percent=75)


def cube(x: int, y: int, z: int, ref: str = "cube") -> Unit:
    return Unit(ref, x, y, z, 50, 50, 50)


def plank(x: int, y: int, z: int) -> Unit:
    return Unit("plank", x, y, z, 100, 50, 10)


@pytest.mark.parametrize(
    "units",
    [
        [],
        [cube(0, 0, 0), cube(50, 0, 0), plank(0, 0, 50)],
        [cube(0, 0, 0), cube(0, 0, 50), cube(50, 50, 0)],
        [cube(0, 0, 0), cube(10, 0, 50)],
        [cube(0, 0, 0, "weak"), cube(0, 0, 50)],
    ],
)
def test_right_answers_have_no_faults(units: list[Unit]) -> None:
    assert faults(ROOM, GOODS, units, PLAIN) == []


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ([cube(51, 0, 0)], "cube at (51, 0, 0) sticks out"),
        ([cube(0, 0, -1)], "cube at (0, 0, -1) sticks out"),
        ([Unit("plank", 0, 0, 0, 100, 10, 50)], "plank may not lie as 100 x 10 x 50 mm"),
        ([Unit("fixed", 0, 0, 0, 30, 60, 20)], "fixed may not lie as 30 x 60 x 20 mm"),
        ([cube(0, 0, 0), cube(49, 0, 0)], "cube at (0, 0, 0) and cube at (49, 0, 0) overlap"),
        ([cube(0, 0, 1)], "cube at (0, 0, 1) rests on 0% of its base, less than 75%"),
        ([cube(0, 0, 0), cube(20, 0, 50)], "rests on 60% of its base, less than 75%"),
        ([cube(0, 0, 0, "glass"), cube(0, 0, 50)], "cube is above the fragile glass"),
        ([cube(0, 0, 0, "weak"), plank(0, 0, 50)], "weak carries 200 g, more than 150 g"),
        ([plank(0, y, z) for y in (0, 50) for z in (0, 10, 20)], "1200 g are more than 1000 g"),
    ],
)
def test_every_fault_is_found_and_named(units: list[Unit], fault: str) -> None:
    assert any(fault in each for each in faults(ROOM, GOODS, units, PLAIN))


def test_load_goes_through_to_what_lies_below() -> None:
    units = [cube(0, 0, 0, "weak"), cube(0, 0, 50), Unit("plank", 0, 0, 100, 100, 50, 10)]
    tall = Room(size=(100, 100, 200))
    found = faults(tall, GOODS, units, Rules(support_percent=50))
    assert found == ["weak carries 300 g, more than 150 g"]


def test_without_a_share_the_centre_of_gravity_decides() -> None:
    gravity, none = Rules(support_percent=0), Rules(support_percent=0, gravity=False)
    bridge = [Unit("bar", 0, 15, 0, 20, 20, 50), Unit("bar", 80, 15, 0, 20, 20, 50)]
    assert faults(ROOM, GOODS, [*bridge, plank(0, 0, 50)], gravity) == []
    one_side = [bridge[0], plank(0, 0, 50)]
    assert faults(ROOM, GOODS, one_side, gravity) == ["plank at (0, 0, 50) tips over"]
    assert faults(ROOM, GOODS, one_side, none) == []


def test_kinds_apart_and_hazardous_units_do_not_share_a_box() -> None:
    rules = Rules(apart=frozenset({("food", "poison")}), hazardous_max=1)
    units = [cube(0, 0, 0), cube(50, 0, 0, "glass"), cube(0, 50, 0, "weak")]
    assert faults(ROOM, GOODS, units, rules) == ["food and poison share a box"]
    two = [cube(0, 0, 0, "weak"), cube(50, 0, 0, "weak")]
    assert faults(ROOM, GOODS, two, rules) == ["2 hazardous units share a box, 1 may"]


def test_kit_in_two_boxes_is_torn() -> None:
    assert torn(GOODS, [[cube(0, 0, 0)], [cube(0, 0, 0, "glass")]]) == ["kit set lies in 2 boxes"]
    assert torn(GOODS, [[cube(0, 0, 0), cube(0, 0, 0, "glass")]]) == []


def test_ways_and_sequence_are_those_of_the_floor() -> None:
    assert ways(GOODS["plank"]) == {(100, 50, 10), (50, 100, 10)}
    assert len(ways(Goods(size=(1, 2, 3)))) == 6
    stack = [cube(0, 0, 50), cube(50, 0, 0), cube(0, 0, 0)]
    assert sequence(stack) == [cube(0, 0, 0), cube(50, 0, 0), cube(0, 0, 50)]
