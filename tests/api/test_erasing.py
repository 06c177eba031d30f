"""Erasure: of an order that is over nothing says who it was for, and the journal still replays."""

from dataclasses import replace

import pytest

from api.erasing import Eraser, erase, erase_old
from api.replaying import replay
from controller.errors import Refused
from controller.messages import (
    CancelOrder,
    Recipient,
    SetUpSite,
    SiteSettings,
    Spot,
    TrackingReport,
    TrackingReported,
    WishDelivery,
)
from controller.units import DAY
from controller.views.catalogue import site
from controller.views.personal_keys import orders_of
from tests.api.command_line import CommandLine
from tests.api.serving import Served
from tests.documents.test_slips import parcel_of
from tests.workflows.floor import Floor

ADA = Recipient(name="Ada Archer", street="1 Mill Lane", city="York", email="ada@example.org")
TABLES = (
    ("personal", "data"),
    ("journal", "payload"),
    ("event", "data"),
    ("tracking_event", "words"),
    ("delivery_case", "words"),
    ("alarm", "detail"),
    ("occurrence", "detail"),
    ("outbox", "payload"),
)


def shipped() -> Floor:
    """Ada's order has left, and its carrier and she have said things about her."""
    floor = parcel_of(ADA)
    floor.carrier_answers()
    order, tracking = floor.value("SELECT order_id FROM parcel"), "T-ADA"
    spot = Spot(lat_e6=53_000_000, lon_e6=-1_000_000, note="Archer, second floor")
    floor.do(WishDelivery(id="wish", ref=order, spot=spot))
    with floor.controller.store.transaction() as db:
        db.run("UPDATE customer_order SET state = 'shipped', shipped_ms = :n", n=floor.clock.ms)
        db.run("UPDATE purchase SET tracking = :t", t=tracking)
        carrier = db.value("SELECT carrier FROM purchase ORDER BY id LIMIT 1")
    reports = tuple(
        TrackingReport(status=status, at_ms=floor.clock.ms + n, place="York", words="Ms Archer")
        for n, status in enumerate(("", "exception"))
    )
    floor.do(TrackingReported.of_carrier("said", carrier, tracking, reports))
    return floor


def left_of_her(floor: Floor) -> list[str]:
    return [
        table
        for table, column in TABLES
        if floor.all(f"SELECT 1 AS n FROM {table} WHERE {column} LIKE '%Archer%'")
    ]


def test_nothing_says_who_it_was_and_the_way_and_the_figures_stay() -> None:
    floor = shipped()
    assert left_of_her(floor) == [
        *("personal", "tracking_event", "delivery_case", "alarm", "occurrence", "outbox")
    ]
    with floor.controller.reading() as db:
        orders = orders_of(db, "ADA@example.org")
    assert erase(floor.controller, orders, actor="ADMIN-001") == 1
    assert left_of_her(floor) == ["alarm", "occurrence"]  # the carrier's, of no order
    assert [row.status for row in floor.all("SELECT status FROM tracking_event ORDER BY id")] == [
        *("in_transit", "exception"),
    ]
    assert floor.value("SELECT COUNT(*) FROM event WHERE kind = 'personal_data_erased'") == 1
    with floor.controller.reading() as db:
        assert orders_of(db, "ada@example.org") == []


def test_the_journal_replays_afterwards() -> None:
    floor = parcel_of(ADA)
    floor.carrier_answers()
    order = floor.value("SELECT order_id FROM parcel")
    floor.do(CancelOrder(id="cancel", order=order))
    erase(floor.controller, [order], actor="ADMIN-001")
    assert left_of_her(floor) == []
    assert replay(floor.controller.store).same


def test_an_order_that_is_worked_on_keeps_its_customer() -> None:
    floor = parcel_of(ADA)
    order = floor.value("SELECT order_id FROM parcel")
    with pytest.raises(Refused, match="order open"):
        erase(floor.controller, [order], actor="ADMIN-001")
    assert "personal" in left_of_her(floor)
    assert erase_old(floor.controller, 1, actor="x") == 0


def test_old_orders_are_erased_by_the_figure_of_the_site_and_open_cases_wait() -> None:
    floor = shipped()
    settings = replace(site_of(floor), erase_after_days=30)
    floor.do(SetUpSite(id="days", settings=settings))
    floor.clock.ms += 29 * DAY
    Eraser(floor.controller).round()
    floor.clock.ms += 2 * DAY
    eraser = Eraser(floor.controller)
    assert eraser.round() > floor.clock.ms
    assert "personal" in left_of_her(floor)  # her case is open
    with floor.controller.store.transaction() as db:
        db.run("UPDATE delivery_case SET state = 'closed'")
        db.run("UPDATE alarm SET state = 'cleared'")
        db.run("UPDATE occurrence SET cleared_ms = raised_ms")
    eraser.round()
    assert "personal" in left_of_her(floor)  # once a day
    floor.clock.ms += DAY
    eraser.round()
    assert left_of_her(floor) == []


def site_of(floor: Floor) -> SiteSettings:
    with floor.controller.reading() as db:
        found = site(db)
    assert found is not None
    return found


def test_over_http_and_by_command_line(quick: Served, pickwright: CommandLine) -> None:
    lines = [{"line": 1, "sku": "S1", "qty": 1}]
    ada = {"name": "Ada Archer", "email": "ada@example.org"}
    body = {"shop": "web", "number": "1", "lines": lines, "recipient": ada}
    admin = quick.as_("admin")
    assert admin.post("/api/orders", json=body).status_code == 201
    whom = {"email": "ada@example.org"}
    assert admin.post("/api/erasures", json=whom).json()["code"] == "order_open"
    admin.post("/api/orders/web/1/cancel", json={})
    assert quick.as_("lead").post("/api/erasures", json=whom).status_code == 403
    assert admin.post("/api/erasures", json={}).json()["code"] == "whom"
    assert admin.post("/api/erasures", json=whom).json() == {"orders": 1}
    assert admin.post("/api/erasures", json=whom).json() == {"orders": 0}
    ended = pickwright("erase", "none.db", "--order", "web/1", "--email", "a@b.example")
    assert (ended.code, "say whom" in ended.err) == (2, True)
