"""The floor's shape as the controller keeps it: layouts, places on ways, ways that are blocked."""

from dataclasses import replace

import pytest

from controller.messages import (
    BlockWay,
    Depot,
    FloorLayout,
    ImportPlaces,
    Place,
    Point,
    SetUpLayout,
    Way,
)
from controller.plan import Effort, releasing
from controller.plan.walking import Graph, Layout
from controller.store import Store
from controller.workflows.releasing import snapshot
from tests.house import House

STOCK = {"RED": 5, "BLUE": 5, "SALT": 5}
RING = FloorLayout(
    points=tuple(Point(name=name) for name in "DABC"),
    ways=(
        Way(name="IN", start="D", end="A", length_mm=2_000, kind="cross"),
        Way(name="LEFT", start="A", end="B", length_mm=10_000, one_way=True),
        Way(name="RIGHT", start="B", end="A", length_mm=20_000, one_way=True),
        Way(name="COLD", start="A", end="C", length_mm=8_000, zone="frozen", seconds=10),
    ),
    depots=(Depot(name="desk", point="D"),),
)
PLACES = (
    Place(name="P-RED", kind="pick", way="LEFT", y_mm=9_000),
    Place(name="P-BLUE", kind="pick", way="RIGHT", y_mm=1_000),
    Place(name="P-SALT", kind="pick", way="COLD", y_mm=8_000),
)


@pytest.fixture
def house(store: Store) -> House:
    made = House(store, STOCK)
    made.handle(SetUpLayout(id="layout", layout=RING))
    made.handle(ImportPlaces(id="places", places=PLACES))
    made.order("1", {"RED": 1, "BLUE": 1, "SALT": 1})
    return made


def plan_of(house: House) -> releasing.Plan:
    with house.controller.reading() as db:
        problem = snapshot(db, house.clock.now)
    return releasing.solve(problem, Effort(work=2_000))


def test_tours_are_walked_on_the_layout_of_the_site(house: House) -> None:
    (tour,) = plan_of(house).tours
    round_mm = 10_000 + 20_000
    cold_mm = 2 * (8_000 + 10 * RING.walking_mm_s)
    assert tour.length_mm == 2 * 2_000 + round_mm + cold_mm
    places = [pick.place for pick in tour.picks]
    assert places.index("P-BLUE") == places.index("P-RED") + 1


def test_a_floor_that_is_a_rectangle_gets_the_exact_method(store: Store) -> None:
    house = House(store, STOCK)
    with house.controller.reading() as db:
        before = snapshot(db, house.clock.now)
    assert isinstance(before.layout, Layout)
    house.handle(BlockWay(id="b1", way="3/0", y_mm=10_000, why="a pallet fell"))
    with house.controller.reading() as db:
        assert isinstance(snapshot(db, house.clock.now).layout, Graph)
    house.handle(BlockWay(id="b2", way="3/0", y_mm=10_000, blocked=False))
    with house.controller.reading() as db:
        assert snapshot(db, house.clock.now).layout == before.layout


def test_goods_behind_a_blocked_way_wait_until_it_is_open(house: House) -> None:
    house.handle(BlockWay(id="b1", way="COLD"))
    (tour,) = plan_of(house).tours
    assert {pick.sku for pick in tour.picks} == {"RED", "BLUE"}
    house.handle(BlockWay(id="b2", way="COLD", blocked=False))
    (tour,) = plan_of(house).tours
    assert {pick.sku for pick in tour.picks} == {"RED", "BLUE", "SALT"}


def test_what_does_not_fit_is_refused_with_the_thing_and_the_fix(house: House) -> None:
    def send(layout: FloorLayout) -> SetUpLayout:
        return SetUpLayout(id=house.new_id(), layout=layout)

    less = replace(RING, ways=RING.ways[:3])
    house.refuses(lambda: house.handle(send(less)), "unknown_way", place="P-SALT", way="COLD")
    short = replace(RING, ways=(*RING.ways[:3], replace(RING.ways[3], length_mm=7_999)))
    house.refuses(lambda: house.handle(send(short)), "place_beyond_way", place="P-SALT")
    broken = replace(RING, depots=())
    house.refuses(lambda: house.handle(send(broken)), "bad_layout", field="depots", more=1)
    nowhere = Place(name="P-NEW", kind="pick", way="LEFTY")
    house.refuses(
        lambda: house.handle(ImportPlaces(id=house.new_id(), places=(nowhere,))),
        "unknown_way",
        fix="is no way: did you mean LEFT?",
    )
    beyond = BlockWay(id=house.new_id(), way="LEFT", y_mm=10_001)
    house.refuses(lambda: house.handle(beyond), "spot_beyond_way", way="LEFT")


def test_many_loads_share_carts_and_never_walk_more_than_first_come(house: House) -> None:
    for number in range(2, 14):
        house.order(str(number), {"RED": 1} if number % 2 else {"SALT": 1})
    with house.controller.reading() as db:
        problem = replace(snapshot(db, house.clock.now), cart_slots=4)
    plan = releasing.solve(problem, Effort(work=60_000))
    assert plan.total_mm <= plan.first_come_mm
    assert sum(len(load.parcels) for tour in plan.tours for load in tour.loads) >= 5
