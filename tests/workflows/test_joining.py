"""An urgent order joins a tour that is being walked; what a lead has locked or pulled stays so."""

from dataclasses import replace
from typing import Any

import pytest

from controller.errors import ControllerError
from controller.messages import (
    ApproveMoves,
    BlockWay,
    FaceMove,
    ImportItems,
    ImportPlaces,
    JoinOrder,
    LetGoOrder,
    LockTour,
    Place,
    PullOrder,
    SetUpSite,
    SiteSettings,
)
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.store import Store
from controller.units import HOUR
from controller.views.ahead import ahead
from controller.views.order_list import orders_by_id
from controller.workflows import joining, releasing
from tests.house import MONDAY_8_MS, TOTES, House, item

MINUTE = 60_000
AISLES = {"S1": 0, "S2": 2, "S3": 4, "S4": 6}
SETTINGS = SiteSettings(wall_units_max=0)
_LEFT = "SELECT from_place FROM task WHERE state = 'open' ORDER BY seq, id"
_TOUR = "SELECT * FROM tour ORDER BY id LIMIT 1"


@pytest.fixture
def house(store: Store) -> House:
    """Ann walks a tour of one order through aisles 0, 2 and 6; the first pick is in her hands."""
    made = House(store, dict.fromkeys(AISLES, 9), SETTINGS)
    places = tuple(
        Place(name=f"P-{sku}", kind="pick", aisle=aisle, y_mm=2_000)
        for sku, aisle in AISLES.items()
    )
    made.handle(ImportPlaces(id="aisles", places=places))
    made.order("1", {"S1": 2, "S2": 2, "S4": 2}, due_ms=MONDAY_8_MS + 2 * HOUR)
    made.release("shop/1")
    made.start_tour()
    made.scan("P-S1")
    return made


def tour(house: House) -> Any:
    return house.one(_TOUR)


def left(house: House) -> list[str]:
    return [row.from_place for row in house.all(_LEFT)]


def join(house: House, order: str = "shop/2", **more: Any) -> Any:
    return house.handle(
        JoinOrder(id=house.new_id(), actor="LEAD-1", order=order, reason="collects now", **more)
    )


def lock(house: House) -> None:
    house.handle(LockTour(id=house.new_id(), tour=tour(house).id, locked=True, reason="audit"))


def plan(house: House, request: int = 1) -> planner.Plan:
    with house.controller.reading() as db:
        problem = releasing.snapshot(db, house.clock.now_ms())
    made = planner.solve(problem, Effort(work=500))
    for command in releasing.commands(made, request):
        house.handle(command)
    return made


def waiting(house: House, order: str) -> str:
    with house.controller.reading() as db:
        (listed,) = orders_by_id(db, order, "", 5).orders
    return listed.waiting


def to_the_end(house: House) -> list[str]:
    """Ann does what her screens ask for; the messages that she sees."""
    told = []
    reply = house.scan("S1")
    while reply.screen.workflow != "home":
        told.append(reply.message)
        reply = house.scan(reply.screen.target)
        assert reply.tone == "ok", reply
    return told


def test_an_order_joins_a_running_tour_on_its_way_and_gets_a_tote_of_its_own(house: House) -> None:
    house.order("2", {"S3": 1, "S2": 1})
    joined = join(house)
    assert joined.tour == tour(house).id
    assert joined.extra_mm == 4_000  # into aisle 4 and out again
    assert left(house)[0] == "P-S1"
    assert sorted(left(house)[1:3]) == ["P-S2", "P-S2"]
    assert left(house)[3:] == ["P-S3", "P-S4"]
    (released,) = house.all(
        "SELECT data FROM event WHERE kind = 'released' AND order_id = 'shop/2'"
    )
    assert "joined the tour of ANN: 4 m more; collects now" in released.data
    told = to_the_end(house)
    assert told.count("order_joined") == 1
    assert [row.picked for row in house.lines("shop/2")] == [1, 1]
    assert house.state("shop/2") != "cancelled"
    held = house.all("SELECT lpn, order_id, state FROM load ORDER BY slot, id")
    assert [(row.order_id, row.state) for row in held] == [
        ("shop/1", "picked"),
        ("shop/2", "picked"),
    ]
    assert len({row.lpn for row in held}) == 2
    assert house.violations() == []


def test_the_screens_ahead_know_the_tote_that_is_to_be_taken(house: House) -> None:
    house.order("2", {"S3": 1})
    join(house)
    with house.controller.reading() as db:
        steps = ahead(db, "ANN").steps
    assert [step.screen.step for step in steps if step.screen.step in ("tote", "place")] == [
        "tote",
        "place",
        "place",
        "place",
    ]
    assert steps[-1].screen.step == "home"


def test_a_picker_who_stands_at_the_end_is_sent_on_and_does_not_end_the_tour(
    house: House,
) -> None:
    house.order("2", {"S3": 1})
    reply = house.scan("S1")
    while reply.screen.step != "hand_over":
        reply = house.scan(reply.screen.target)
    house.refuses(lambda: join(house), "no_tour_to_join")
    refused = reasons(house)
    assert list(refused.values()) == ["all_picked"]


def reasons(house: House) -> dict[int, str]:
    with house.controller.reading() as db:
        return dict(joining.offers(db, house.clock.now_ms(), "shop/2").refused)


def test_a_locked_tour_and_a_full_cart_take_nothing(house: House) -> None:
    house.order("2", {"S3": 1})
    lock(house)
    house.refuses(lambda: join(house, tour=tour(house).id), "tour_locked")
    house.handle(
        LockTour(id=house.new_id(), tour=tour(house).id, locked=False, reason="audit over")
    )
    for number in range(3, 2 + TOTES):
        house.order(str(number), {"S3": 1})
        join(house, f"shop/{number}")
    house.refuses(lambda: join(house, tour=tour(house).id), "no_slot_free")
    assert house.violations() == []


def test_goods_that_are_kept_apart_do_not_join(house: House) -> None:
    house.handle(SetUpSite(id="apart", settings=replace(SETTINGS, apart=(("food", "acid"),))))
    odd = (replace(item("S1"), goods="food"), replace(item("S3"), goods="acid"))
    house.handle(ImportItems(id="odd", items=odd))
    house.order("2", {"S3": 1})
    house.refuses(lambda: join(house, tour=tour(house).id), "goods_kept_apart")


def test_a_plan_lets_an_order_join_that_would_be_late_in_a_tour_of_its_own(house: House) -> None:
    house.order("2", {"S3": 1}, due_ms=MONDAY_8_MS + 3 * MINUTE)
    house.order("3", {"S3": 1}, due_ms=MONDAY_8_MS + 5 * HOUR)
    made = plan(house)
    assert [each.order for each in made.joins] == ["shop/2"]
    assert "min earlier than with a tour of its own" in made.joins[0].why
    tours = {
        row.order_id: row.tour
        for row in house.all("SELECT DISTINCT order_id, tour FROM task ORDER BY order_id")
    }
    assert tours["shop/2"] == tours["shop/1"] != tours["shop/3"]
    to_the_end(house)
    assert house.violations() == []


def test_an_order_that_was_pulled_waits_until_it_is_let_go(house: House) -> None:
    house.order("2", {"S3": 1})
    join(house)
    house.handle(
        PullOrder(id="pull", actor="LEAD-1", tour=tour(house).id, order="shop/2", reason="wrong")
    )
    assert left(house) == ["P-S1", "P-S2", "P-S4"]
    assert plan(house).tours == ()
    assert waiting(house, "shop/2") == "pulled_by_lead"
    house.handle(LetGoOrder(id="go", actor="LEAD-1", order="shop/2"))
    assert waiting(house, "shop/2") == "next_plan"
    assert len(plan(house, 2).tours) == 1
    house.refuses(lambda: house.handle(LetGoOrder(id="x", order="shop/2")), "order_not_pulled")
    to_the_end(house)
    assert house.violations() == []


def test_an_order_that_was_pulled_for_a_time_starts_after_it(house: House) -> None:
    house.order("2", {"S3": 1})
    join(house)
    until_ms = MONDAY_8_MS + 10 * MINUTE
    at = {"tour": tour(house).id, "order": "shop/2", "reason": "later"}
    house.refuses(
        lambda: house.handle(PullOrder(id="early", until_ms=MONDAY_8_MS, **at)), "time_has_passed"
    )
    house.handle(PullOrder(id="pull", until_ms=until_ms, **at))
    assert plan(house).tours == ()
    house.clock.now = until_ms
    assert len(plan(house, 2).tours) == 1


def test_a_locked_tour_keeps_its_way_and_its_places(house: House) -> None:
    lock(house)
    before = left(house)
    house.handle(BlockWay(id="b1", way="2/0"))
    assert left(house) == before
    house.handle(ImportPlaces(id="new", places=(Place(name="P-NEW", kind="pick", aisle=7),)))
    moves = (FaceMove(sku="S4", source="P-S4", target="P-NEW"),)
    house.handle(ApproveMoves(id="moves", moves=moves))
    with pytest.raises(ControllerError):
        house.handle(JoinOrder(id="nothing", order="shop/1"))
    assert house.violations() == []
