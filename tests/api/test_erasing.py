"""Erasure: of an order that is over nothing says who it was for, and the journal still replays."""

from base64 import b64encode
from dataclasses import replace
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from api.erasing import Eraser, erase, erase_old
from api.replaying import replay
from controller.errors import Refused
from controller.messages import (
    CancelOrder,
    CarrierState,
    CarrierTerms,
    ConnectCarriers,
    LabelBought,
    ManifestAnswered,
    OrderLine,
    PickupAnswered,
    PlaceOrder,
    Recipient,
    SettleCase,
    SetUpSite,
    SiteSettings,
    Spot,
    TrackingReport,
    TrackingReported,
    WishDelivery,
)
from controller.store import Store
from controller.units import DAY
from controller.views.catalogue import site
from controller.views.persons import orders_of
from controller.workflows.papers import erasing
from tests.api.command_line import CommandLine
from tests.api.serving import Served
from tests.documents.test_slips import parcel_of
from tests.workflows.floor import Floor

ADA = Recipient(name="Ada Archer", street="1 Mill Lane", city="York", email="ada@example.org")
ORDER_INDEXES = ("customer_order_not_erased", "customer_order_again")
ORDER_COLUMNS = ("customer_order.again_of", "customer_order.erased_ms")
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
    floor.do(said("said", floor, carrier, "", "exception"))
    return floor


def said(id: str, floor: Floor, carrier: str, *statuses: str) -> TrackingReported:
    reports = tuple(
        TrackingReport(status=status, at_ms=floor.clock.ms + n, place="York", words="Ms Archer")
        for n, status in enumerate(statuses)
    )
    return TrackingReported.of_carrier(id, carrier, "T-ADA", reports)


def placed(floor: Floor, number: str, recipient: Recipient = ADA) -> str:
    lines = (OrderLine(line=1, sku="MUG", qty=1),)
    order = PlaceOrder(
        id=floor.id(), shop="shop", number=number, lines=lines, recipient=recipient, hold_ms=DAY
    )
    return floor.do(order).order


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


def test_an_order_that_is_open_keeps_its_customer_whoever_is_erased_with_it() -> None:
    floor = Floor()
    orders = [placed(floor, f"{n:03}") for n in range(51)]
    for order in orders[:-1]:
        floor.do(CancelOrder(id=f"cancel/{order}", order=order))
    with pytest.raises(Refused, match="order open"):
        erase(floor.controller, orders, actor="ADMIN-001")
    with floor.controller.reading() as db:
        assert orders_of(db, ADA.email) == orders[-1:]


def test_goods_that_were_sent_again_are_erased_together_and_late_words_are_not_kept() -> None:
    floor = shipped()
    case = floor.value("SELECT id FROM delivery_case")
    again = floor.do(SettleCase(id="again", case=case, step="reshipped", reason="lost")).note
    floor.clock.ms += 40 * DAY
    with floor.controller.store.transaction() as db:
        db.run("UPDATE delivery_case SET state = 'closed'")
        told = "UPDATE customer_order SET state = 'shipped', shipped_ms = :n WHERE id = :id"
        db.run(told, id=again, n=floor.clock.ms)
    floor.clock.ms += 29 * DAY
    assert erase_old(floor.controller, 30, actor="x") == 0
    floor.clock.ms += 2 * DAY
    erase_old(floor.controller, 30, actor="x")
    erased = floor.all("SELECT id FROM customer_order WHERE erased_ms > 0 ORDER BY id")
    assert [row.id for row in erased] == ["shop/1", again]
    carrier = floor.value("SELECT carrier FROM purchase")
    floor.do(said("late", floor, carrier, "out_for_delivery", ""))
    assert floor.value("SELECT COUNT(*) FROM tracking_event") == 4
    assert left_of_her(floor) == []


def test_a_label_that_comes_after_the_erasure_is_not_kept_and_the_journal_replays() -> None:
    floor = parcel_of(ADA)
    (asked,) = floor.sent("carrier/buy")
    order = floor.value("SELECT order_id FROM parcel")
    floor.do(CancelOrder(id="cancel", order=order))
    erase(floor.controller, [order], actor="ADMIN-001")
    floor.do(
        LabelBought(
            id="late",
            parcel=int(asked.payload["parcel"]),
            reference=str(asked.payload["reference"]),
            tracking="TRK1",
            cost_cents=321,
            label=b64encode(b"^XA^FDAda Archer^FS^XZ").decode(),
            form="zpl",
        )
    )
    assert floor.all("SELECT key FROM personal WHERE data LIKE '%label%'") == []
    assert replay(floor.controller.store).same


def test_words_of_carriers_about_no_order_are_erased_by_their_age() -> None:
    floor = Floor()
    terms = CarrierTerms(name="Snail", offers=("buy", "manifest", "pickup"))
    floor.do(ConnectCarriers(id="connect", carriers=(terms,)))
    with floor.controller.store.transaction() as db:
        db.run(
            "INSERT INTO manifest (departure, carrier, state, number, parcels, answered_ms, why) "
            "VALUES (1, 'Snail', 'asked', '', 1, 0, '')"
        )
    floor.do(CarrierState(id="down", carrier="Snail", down=True, why="ask Ms Archer"))
    refused = ManifestAnswered(
        id="no", departure=1, carrier="Snail", accepted=False, detail="Archer has no VAT number"
    )
    floor.do(refused)
    floor.do(PickupAnswered(id="nor", reference="P", outcome="refused", detail="ask Ms Archer"))
    kept = "SELECT why AS said FROM carrier UNION SELECT why FROM manifest UNION "
    kept += "SELECT data FROM personal ORDER BY 1"

    def left() -> int:
        return sum("Archer" in row.said for row in floor.all(kept))

    floor.clock.ms += 29 * DAY
    erase_old(floor.controller, 30, actor="x")
    assert left() == 5
    floor.clock.ms += 2 * DAY
    erase_old(floor.controller, 30, actor="x")
    assert left() == 0


def test_an_address_is_the_same_however_it_is_written(store: Store) -> None:
    floor = Floor(store=store)
    mine = placed(floor, "1", replace(ADA, email="Änne_O@Mühle.example"))
    placed(floor, "2", replace(ADA, email="ännexo@mühle.example"))
    with floor.controller.reading() as db:
        assert orders_of(db, " äNNE_o@MÜHLE.example ") == [mine]
    floor.do(CancelOrder(id="cancel", order=mine))
    erase(floor.controller, [mine], actor="ADMIN-001")
    assert erase_old(floor.controller, 1, actor="x") == 0
    with floor.controller.reading() as db:
        assert orders_of(db, "änne_o@mühle.example") == []


def test_erasing_an_order_reads_no_table_whole() -> None:
    floor = shipped()
    for statement in erasing.WORDS:
        steps = floor.all(f"EXPLAIN QUERY PLAN {statement}", id="shop/1")
        assert [each.detail for each in steps if each.detail.startswith("SCAN")] == []


def test_a_database_of_before_learns_whose_its_personal_rows_are(store: Store) -> None:
    floor = Floor(store=store)
    order, again = placed(floor, "1"), placed(floor, "1-AGAIN-P1")
    floor.do(WishDelivery(id="wish", ref=order, spot=Spot(note="Archer, second floor")))
    with store.transaction() as db:
        db.run(
            "UPDATE customer_order SET again_of = 'shop/1', "
            "personal = (SELECT o.personal FROM customer_order o WHERE o.id = 'shop/1')"
        )
        db.run(
            "INSERT INTO event (id, at_ms, kind, order_id, subject, data) "
            "VALUES (1, 0, 'case_settled', :order, '', :data)",
            order=order,
            data=f'{{"step":"reshipped","ref":"{again}"}}',
        )
    for each in (order, again):
        floor.do(CancelOrder(id=f"cancel/{each}", order=each))
    erase(floor.controller, [order], actor="ADMIN-001")
    rows = (
        "SELECT key, whose, filed_ms FROM personal WHERE whose <> '' ORDER BY key",
        "SELECT id, again_of, erased_ms FROM customer_order ORDER BY id",
    )
    before = [floor.all(query) for query in rows]
    assert [len(each) for each in before] == [3, 2]
    migration = import_module("controller.migrations.versions.0043_erased_orders")
    with store.engine.begin() as connection:
        for index in ("personal_by_whose", "customer_return_by_order", *ORDER_INDEXES):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        for column in ("personal.whose", "personal.filed_ms", *ORDER_COLUMNS):
            table, name = column.split(".")
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
    assert [floor.all(query) for query in rows] == before


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
