"""Files over HTTP: whole or nothing in, safe for a spreadsheet out, and the same again."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.edge import IMPORT_MAX
from controller.messages import DeviceFault, PlaceOrder
from controller.units import HOUR
from simulation.orders.days import days_of
from simulation.orders.lines import read_lines
from tests.api.serving import Served, served
from tests.until import until

ITEMS = "sku,name,length_mm,width_mm,height_mm,mass_g\n"


def test_a_file_is_taken_whole_and_the_same_again_changes_nothing(house: Served) -> None:
    client = house.as_("lead")
    body = f"{ITEMS}N1,New one,10,10,10,5\nN2,New two,10,10,10,5\n"
    first = client.post("/api/import/items", content=body)
    assert first.json()["lines"] == 2, first.text
    assert client.post("/api/import/items", content=body).json()["repeated"] == 1
    assert client.get("/api/items/N2").json()["name"] == "New two"


def test_one_wrong_line_refuses_the_file_and_names_line_and_fix(house: Served) -> None:
    client = house.as_("lead")
    body = f"{ITEMS}N1,New one,10,10,10,5\nN2,New two,no,10,10,5\n"
    answer = client.post("/api/import/items", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "import_refused")
    (error,) = answer.json()["errors"]
    assert error["fix"].startswith("items.csv line 3, column length_mm")
    assert "/" not in error["fix"]
    assert client.get("/api/items/N1").status_code == 404


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"\xff\xfe", b"PK\x03\x04", b"\x1f\x8bx"])
def test_what_is_no_csv_is_told_so(quick: Served, body: bytes) -> None:
    answer = quick.as_("lead").post("/api/import/items", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "import_refused")


def test_a_file_that_is_too_large_is_refused_unread(quick: Served) -> None:
    client = quick.as_("lead")
    answer = client.post("/api/import/items", content=b"x" * (IMPORT_MAX + 1))
    assert answer.status_code == 413


def test_exported_stock_is_what_an_import_takes() -> None:
    with served("sqlite://", {"S1": 3, "S2": 5}) as house:
        text = house.as_("lead").get("/api/export/stock.csv").text
    with served("sqlite://", {"S1": 0, "S2": 0}) as empty:
        client = empty.as_("lead")
        done = client.post("/api/import/stock", content=text.encode())
        assert done.status_code == 200, done.text
        assert client.get("/api/export/stock.csv").text == text
        free = client.get("/api/stock/available").json()["rows"]
    assert {row["sku"]: row["free"] for row in free} == {"S1": 3, "S2": 5}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "=cmd|' /C calc'!A0"])
def test_no_cell_of_an_export_begins_like_a_formula(quick: Served, name: str) -> None:
    client = quick.as_("lead")
    sizes = {"length_mm": 1, "width_mm": 1, "height_mm": 1, "mass_g": 1}
    assert client.put("/api/items/S1", json={"name": name, **sizes}).status_code == 200
    answer = client.get("/api/export/items.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="items.csv"'
    rows = {row["sku"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert rows["S1"]["name"] == f"'{name}"


def test_what_was_sold_is_a_day_that_can_be_simulated(house: Served, tmp_path: Path) -> None:
    client = house.as_("lead")
    ahead_ms = 5 * HOUR
    house.as_("admin").patch("/api/site", json={"utc_offset_ms": ahead_ms})
    sales = (("S1", 2, "LS1 4AB", 295), ("S2", 1, "M1 2FF", 0))  # of the other no price is told
    for number, (sku, qty, town, price_cents) in enumerate(sales):
        lines = [{"line": 1, "sku": sku, "qty": qty, "price_cents": price_cents}]
        order = {"shop": "web", "number": f"{number}", "country": "GB", "postcode": town}
        assert client.post("/api/orders", json=order | {"lines": lines}).is_success
    (tmp_path / "sales.csv").write_text(client.get("/api/export/sales.csv").text)
    placed_ms = client.get("/api/orders/web/0").json()["order"]["placed_ms"] + ahead_ms
    day = f"{datetime.fromtimestamp(placed_ms / 1_000, UTC):%Y-%m-%d}"
    sold = read_lines(tmp_path / "sales.csv", days_of(day))
    orders = [each.command for each in sold.orders if isinstance(each.command, PlaceOrder)]
    assert [each.at_ms // 1_000 for each in sold.orders] == [placed_ms // 1_000] * 2
    asked = [(each.country, each.lines[0].sku, each.lines[0].qty) for each in orders]
    assert asked == [("GB", "S1", 2), ("GB", "S2", 1)]
    prices = [each.lines[0].price_cents for each in orders]
    assert prices == [295, 0]
    assert not sold.report.refused


def test_every_export_has_its_header_and_rows(house: Served) -> None:
    client = house.as_("lead")
    lines = [{"line": 1, "sku": "S1", "qty": 1}]
    client.post("/api/orders", json={"shop": "web", "number": "1", "lines": lines})
    for name in ("orders", "lines", "sales", "stock", "balances", "movements", "items"):
        rows = list(csv.reader(io.StringIO(client.get(f"/api/export/{name}.csv").text)))
        assert len(rows) > 1, name
    assert client.get("/api/export/secrets.csv").status_code == 404


def test_the_books_are_checked_in_the_background(house: Served) -> None:
    client = house.as_("lead")
    assert client.get("/api/checks/last").json()["state"] == "none"
    assert client.post("/api/checks").status_code == 202
    until(lambda: client.get("/api/checks/last").json()["state"] == "done")
    told = client.get("/api/checks/last").json()
    assert told["violations"] == {}
    assert told["done"] == told["of"] > 10


def test_an_alarm_is_acknowledged_by_a_lead_and_stays_open(house: Served) -> None:
    house.handle(DeviceFault(id="f", device="printer-1", fault="paper_out"))
    lead = house.as_("lead")
    body = {"device": "printer-1", "fault": "paper_out"}
    assert lead.post("/api/alarms/acknowledge", json=body).status_code == 200
    (alarm,) = lead.get("/api/alarms").json()["rows"]
    assert (alarm["state"], alarm["acknowledged_by"]) == ("open", "LEAD-001")
    assert lead.post("/api/alarms/acknowledge", json=body | {"fault": "x"}).status_code == 404


def test_figures_for_prometheus_take_a_lead_or_a_key(house: Served) -> None:
    lines = [{"line": 1, "sku": "S1", "qty": 1}]
    client = house.as_("lead")
    client.post("/api/orders", json={"shop": "web", "number": "1", "lines": lines})
    figures = client.get("/metrics").text
    assert 'pickwright_orders{state="open"} 1.0' in figures
    assert 'pickwright_command_seconds_count{command="PlaceOrder"} 1.0' in figures
    assert 'pickwright_http_requests_total{method="POST",status="201"} 1.0' in figures
    assert "pickwright_alive 1.0" in figures
    assert house.as_("picker").get("/metrics").status_code == 403


def test_a_monitor_sees_health_and_readiness_without_signing_in(house: Served) -> None:
    assert house.client().get("/api/health").json() == {"status": "ok"}
    ready = house.client().get("/api/ready")
    assert ready.json() == {
        "ready": True,
        "database": True,
        "threads": True,
        "devices_offline": 0,
    }


def test_a_site_chooses_its_figures(house: Served) -> None:
    admin = house.as_("admin")
    assert admin.patch("/api/site", json={"cutoff_ms": 3_600_000}).json()["cutoff_ms"] == 3_600_000
    assert house.as_("picker").get("/api/site").json()["cutoff_ms"] == 3_600_000
    assert admin.patch("/api/site", json={"cutoff_ms": -1}).status_code == 422
    coming = {"expected_parcels": [9] * 7, "expected_on": [["2026-11-27", 900]]}
    assert admin.patch("/api/site", json=coming).json().items() >= coming.items()
    wrong = admin.patch("/api/site", json={"expected_on": [["2026-02-30", 9]]}).json()
    assert (wrong["fields"]["field"], wrong["fields"]["got"]) == ("expected_on", "2026-02-30")


def test_receipts_and_returns_are_announced(house: Served) -> None:
    lead = house.as_("lead")
    lines = [{"line": 1, "sku": "S1", "qty": 12}]
    assert lead.post("/api/receipts", json={"asn": "A/1", "lines": lines}).status_code == 201
    assert lead.get("/api/receipts/A/1").json()["lines"][0]["qty"] == 12
    assert lead.post("/api/returns", json={"number": "RMA-1", "lines": lines}).status_code == 201
    assert lead.get("/api/returns/RMA-1").json()["announced"]["state"] == "announced"
    assert lead.get("/api/returns/R2").status_code == 404
