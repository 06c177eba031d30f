"""A tour that changes while it is walked: short picks, blocked aisles, work without network."""

from collections.abc import Callable

import pytest

from controller.messages import BlockWay, ImportPlaces, ImportStock, Place, Scan, StockLine
from controller.store import Store
from controller.views.ahead import ahead
from tests.house import House

Given = Callable[..., House]
_LEFT = "SELECT from_place FROM task WHERE state = 'open' ORDER BY seq, id"
AISLES = {"S1": 0, "S2": 2, "S3": 4, "S4": 6}


@pytest.fixture
def house(store: Store) -> House:
    made = House(store, dict.fromkeys(AISLES, 9))
    places = [
        Place(name=f"P-{sku}", kind="pick", aisle=aisle, y_mm=2_000)
        for sku, aisle in AISLES.items()
    ]
    more = Place(name="R1", kind="reserve", aisle=5, y_mm=2_000)
    made.handle(ImportPlaces(id="aisles", places=(*places, more)))
    made.order("1", {"S1": 2, "S2": 2, "S3": 2, "S4": 2})
    made.release("shop/1")
    made.start_tour()
    return made


def left(house: House) -> list[str]:
    return [row.from_place for row in house.all(_LEFT)]


def test_a_bin_that_joins_after_a_short_pick_is_visited_on_the_way(house: House) -> None:
    house.handle(ImportStock(id="more", lines=(StockLine(sku="S1", place="R1", qty=5),)))
    for raw in ("P-S1", "SHORT", "0"):
        assert house.scan(raw).tone != "error"
    assert left(house) == ["P-S2", "P-S3", "R1", "P-S4"]
    (event,) = house.all("SELECT data FROM event WHERE kind = 'tour_resequenced'")
    assert '"kept":true' in event.data
    reply = house.scan("P-S2")
    while reply.screen.step != "hand_over":
        reply = house.scan(reply.screen.target)
        assert reply.tone == "ok", reply
    assert house.violations() == []


def test_a_blocked_aisle_is_left_for_the_end_and_what_is_in_hand_stays(house: House) -> None:
    house.scan("P-S1")
    house.handle(BlockWay(id="b1", way="2/0", why="a pallet fell"))
    assert left(house) == ["P-S1", "P-S3", "P-S4", "P-S2"]
    house.handle(BlockWay(id="b2", way="0/0"))
    assert left(house)[0] == "P-S1"
    assert house.violations() == []


def test_scans_made_without_network_count_up_to_the_pick_in_hand_and_are_stale_then(
    house: House,
) -> None:
    with house.controller.reading() as db:
        way = ahead(db, "ANN")
    codes = [next(iter(step.moves)) for step in way.steps if step.moves]
    assert codes[:5] == ["P-S1", "S1", "S1", "TOTE1", "P-S2"]
    house.handle(BlockWay(id="b1", way="2/0"))
    before, told = "", []
    for nth, code in enumerate(codes[:7]):
        reply = house.handle(
            Scan(
                id=f"offline/{nth}",
                worker="ANN",
                raw=code,
                version=way.version if not before else 0,
                after=before,
            )
        )
        before = f"offline/{nth}"
        told.append(reply.tone)
    assert told == ["ok", "ok", "ok", "ok", "error", "warn", "warn"]
    assert reply.message == "scan_before_was_refused"
    assert reply.screen.target == "P-S3"
    assert house.stock("S2", container="TOTE1") == (0, 0)
    assert house.violations() == []
