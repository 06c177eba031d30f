"""What a partner ships is followed like any parcel: asked for, told to customers, on its page."""

from dataclasses import replace
from typing import Any

import pytest

from controller import links
from controller.errors import NotFound
from controller.messages import (
    CarrierTerms,
    ConnectCarriers,
    FireTimer,
    SetNoticeRules,
    ShipConsignment,
    TrackingReport,
    TrackingReported,
)
from controller.units import DAY, HOUR
from controller.views import carriers, notices
from controller.views.on_time import on_time
from controller.views.order_story import story
from controller.views.public_parcel import public_parcel
from tests.workflows.floor import Floor
from tests.workflows.test_stores import with_partner

SENT = ShipConsignment(
    id="sent", order="shop/1", node="3PL", tracking="JD01", carrier="swift", cost_cents=640
)


def connected() -> Floor:
    floor = with_partner()
    terms = CarrierTerms(name="Swift", offers=("track",))
    floor.do(ConnectCarriers(id="carriers", carriers=(terms,)))
    return floor


@pytest.fixture
def floor() -> Floor:
    """A partner has shipped with Swift, which is connected; customers hear of it by mail."""
    floor = connected()
    rules = (("shipped", "mail"), ("delivered", "mail"))
    floor.do(SetNoticeRules(id="rules", shop="shop", rules=rules))
    floor.do(SENT)
    return floor


def tell(floor: Floor, *statuses: str, carrier: str = "Swift") -> str:
    reports = tuple(
        TrackingReport(status=status, at_ms=floor.clock.ms + n, place="Hull", words="")
        for n, status in enumerate(statuses)
    )
    said = TrackingReported(
        id=floor.id(), actor=carrier, tracking="JD01", carrier=carrier, reports=reports
    )
    return floor.do(said).note


def chased(floor: Floor, after_ms: int) -> None:
    floor.clock.ms += after_ms
    (timer,) = floor.all("SELECT id FROM timer WHERE name = 'chase'")
    floor.do(FireTimer(id=floor.id(), timer=timer.id))


def seen(floor: Floor) -> Any:
    parcel = floor.value("SELECT id FROM parcel")
    with floor.controller.reading() as db:
        return public_parcel(db, links.link_of(db, parcel), floor.clock.ms)


def test_its_parcel_is_in_the_books_with_its_goods_carrier_and_number(floor: Floor) -> None:
    with floor.controller.reading() as db:
        told = story(db, "shop/1")
    assert told is not None
    (parcel,) = told.parcels
    assert (parcel.state, parcel.carrier, parcel.lane, parcel.cost_cents) == (
        *("shipped", "Swift", "3PL", 640),
    )
    assert [tuple(row) for row in floor.all("SELECT sku, packed FROM parcel_line")] == [("MUG", 2)]
    assert floor.books_balance()


def test_a_carrier_we_know_is_asked_and_the_customer_and_the_page_hear(floor: Floor) -> None:
    chased(floor, 2 * HOUR)
    (asked,) = floor.sent("carrier/track")
    assert asked.payload == {"carrier": "Swift", "tracking": ["JD01"]}
    assert tell(floor, "in_transit", "delivered") == "2 new"
    told = [event.payload["status"] for event in floor.sent("notify/mail")]
    assert told == ["shipped", "delivered"]
    parcel = int(floor.value("SELECT id FROM parcel"))
    with floor.controller.reading() as db:
        letter = notices.letter(db, parcel, "shipped")
        (lane,) = on_time(db, 0, floor.clock.ms)
    assert letter is not None
    assert "Swift" in letter.body
    assert (lane.carrier, lane.delivered, lane.on_time) == ("Swift", 1, 1)
    page = seen(floor)
    assert (page.carrier, page.tracking, page.status) == ("Swift", "JD01", "delivered")
    assert [each.status for each in page.events] == ["delivered", "in_transit"]
    assert floor.books_balance()


def test_silence_opens_a_case_and_what_goes_back_to_the_partner_is_a_case_too(
    floor: Floor,
) -> None:
    chased(floor, HOUR)
    with floor.controller.reading() as db:
        assert carriers.cases(db) == ()
    chased(floor, 30 * DAY)
    with floor.controller.reading() as db:
        (case,) = carriers.cases(db)
    assert (case.kind, case.tracking, case.order) == ("stuck", "JD01", "shop/1")
    tell(floor, "returned")
    with floor.controller.reading() as db:
        assert {case.kind for case in carriers.cases(db)} == {"stuck", "returned"}
    assert floor.all("SELECT rma FROM customer_return ORDER BY rma") == []
    assert floor.books_balance()


def test_a_number_for_two_orders_moves_both_and_one_of_nobody_is_refused(floor: Floor) -> None:
    floor.order("2", {"MUG": 1})
    for _ in range(2):
        floor.clock.ms += 300_000
        timer = floor.value("SELECT id FROM timer WHERE name = 'sourcing'")
        floor.do(FireTimer(id=floor.id(), timer=timer))
    floor.do(replace(SENT, id="again", order="shop/2"))
    assert tell(floor, "accepted") == "2 new"
    assert [row.status for row in floor.all("SELECT status FROM journey")] == ["accepted"] * 2
    with pytest.raises(NotFound, match="unknown tracking"):
        tell(floor, "accepted", carrier="Snail")
    assert floor.books_balance()


def test_a_carrier_nobody_knows_is_told_as_it_stands_and_not_asked() -> None:
    floor = connected()
    floor.do(replace(SENT, carrier="Bike & Co"))
    chased(floor, 5 * DAY)
    assert floor.sent("carrier/track") == []
    page = seen(floor)
    assert (page.carrier, page.status, page.promised_ms) == ("Bike & Co", "shipped", 0)
    (told,) = floor.sent("channel/tracking")
    assert told.payload["carrier"] == "Bike & Co"
    assert floor.books_balance()
