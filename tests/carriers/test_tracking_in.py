"""News of parcels: asked for by us or told by the carrier, one list of events from both."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from api.carriers.deliverer import Carriers
from controller.messages import SettleCase
from controller.units import DAY, HOUR
from controller.views import carriers as views
from controller.views.on_time import on_time
from controller.workflows.carriers.learning import measured_days
from tests.api.serving import Served, served
from tests.carriers.conftest import SIGNS, Shipping
from tests.carriers.peer import Peer
from tests.workflows.floor import FIRST, confirm, seen

EVENTS = "SELECT status, words, source FROM tracking_event ORDER BY at_ms, id"


@pytest.fixture
def shipped(shipping: Shipping, peer: Peer) -> Shipping:
    """A parcel that has left with Snail, and whose departure has closed."""
    floor = shipping.floor
    shipping.pack()
    shipping.settled()
    floor.printer_answers()
    floor.scans(FIRST)
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    floor.scans("HOME", "LANE-01", FIRST)
    floor.clock.ms = max(each.leaves_ms for each in floor.all("SELECT leaves_ms FROM departure"))
    floor.controller.tick()
    shipping.settled()
    parcel = {"number": "PEER000001", "product": "ECONOMY", "kg": 0.43}
    assert peer.manifests[0]["parcels"] == [parcel | {"master": "", "piece": 1, "of": 1}]
    return shipping


def later(shipping: Shipping, ms: int) -> None:
    shipping.floor.clock.ms += ms
    shipping.floor.controller.tick()
    shipping.settled()


def test_a_departure_is_announced_and_its_parcels_are_asked_for_until_they_are_there(
    shipped: Shipping, peer: Peer
) -> None:
    floor = shipped.floor
    (told,) = floor.all("SELECT * FROM manifest")
    assert (told.state, told.number, told.parcels) == ("accepted", "MF-1", 1)
    start_ms = floor.clock.ms
    peer.news["PEER000001"] = [
        {"code": "PICKED UP", "time": (start_ms + HOUR) // 1_000, "city": "York", "text": "scan"},
        {"code": "WHIRLED", "time": (start_ms + 2 * HOUR) // 1_000, "text": "about"},
    ]
    later(shipped, 5 * HOUR)
    events = [(row.status, row.words) for row in floor.all(EVENTS)]
    assert events == [("accepted", "scan"), ("in_transit", "WHIRLED about")]
    stays = floor.all("SELECT data AS text FROM event") + floor.all(
        "SELECT payload AS text FROM journal"
    )
    assert not [row.text for row in stays if "York" in row.text or "about" in row.text]
    fault = floor.value("SELECT detail FROM alarm WHERE fault = 'unknown_status'")
    assert fault == "WHIRLED about"
    peer.news["PEER000001"].append({"code": "DONE", "time": (start_ms + 40 * HOUR) // 1_000})
    later(shipped, 2 * DAY)
    asked = peer.count("GET", "/tracking/.*")
    later(shipped, 2 * DAY)
    assert peer.count("GET", "/tracking/.*") == asked
    with floor.controller.reading() as db:
        (lane,) = on_time(db, 0, floor.clock.ms)
        days = measured_days(db, 0, least=1)
    assert (lane.carrier, lane.parcels, lane.on_time, lane.p80) == ("Snail", 1, 1, 22)
    assert days == {("ECO", "GB"): 2}


def test_silence_beyond_the_promise_becomes_a_case_and_the_delivery_ends_it(
    shipped: Shipping, peer: Peer
) -> None:
    floor = shipped.floor
    for _ in range(8):
        later(shipped, DAY)
    (case,) = floor.all("SELECT * FROM delivery_case")
    assert (case.kind, case.words, case.state) == ("stuck", "no news since it left", "open")
    again = SettleCase(id="s", actor="LEAD", case=case.id, step="reshipped", reason="lost")
    assert floor.do(again).note == f"shop/1-AGAIN-{FIRST}"
    first, second = floor.all("SELECT personal, country FROM customer_order ORDER BY id")
    assert first == second
    peer.news["PEER000001"] = [{"code": "DONE", "time": floor.clock.ms // 1_000}]
    later(shipped, DAY)
    assert floor.value("SELECT state FROM delivery_case") == "closed"
    assert floor.books_balance()


def test_a_parcel_that_comes_back_is_expected_at_the_returns_desk(
    shipped: Shipping, peer: Peer
) -> None:
    floor = shipped.floor
    at_s = floor.clock.ms // 1_000
    peer.news["PEER000001"] = [
        {"code": "BROKEN", "time": at_s + 60, "text": "crushed"},
        {"code": "BACK", "time": at_s + 600},
    ]
    later(shipped, 5 * HOUR)
    with floor.controller.reading() as db:
        open_cases = [(each.kind, each.words) for each in views.cases(db)]
    assert open_cases == [("exception", "crushed"), ("returned", "BACK")]
    (line,) = floor.all("SELECT * FROM return_line")
    assert (line.rma, line.sku, line.qty) == (f"BACK-{FIRST}", "MUG", 1)


def test_news_that_nobody_can_read_hold_up_neither_other_parcels_nor_purchases(
    shipped: Shipping, peer: Peer
) -> None:
    line = shipped.deliverer.lines["Snail"]
    at_s = shipped.floor.clock.ms // 1_000
    peer.news["ODD"] = [{"code": "DONE", "time": None}]
    peer.news["PEER000001"] = [{"code": "DONE", "time": at_s}]
    with structlog.testing.capture_logs() as said:
        found = line.adapter.track(("ODD", "PEER000001"))
    assert [each.tracking for each in found] == ["PEER000001"]
    assert [(each["event"], each["tracking"]) for each in said] == [("news_unreadable", "ODD")]
    peer.news["PEER000001"] = [{"code": "DONE", "time": None}]
    later(shipped, 5 * HOUR)
    assert (line.breaker.failures, shipped.rows()) == (0, 0)


def test_a_question_for_news_has_a_last_try(shipped: Shipping, peer: Peer) -> None:
    peer.news["PEER000001"] = []
    asked = peer.count("GET", "/tracking/.*")
    peer.faults.extend(["500"] * 4)
    later(shipped, 5 * HOUR)
    assert peer.count("GET", "/tracking/.*") == asked + 4


# --- told by the carrier -----------------------------------------------------------------------


@pytest.fixture
def told(carriers: Carriers) -> Iterator[Served]:
    with served("sqlite://", {"S1": 1}, carriers=carriers) as house:
        yield house


def signed(house: Served, said: Any, *, at_s: int = 0, secret: str = SIGNS) -> dict[str, Any]:
    at = str(at_s or house.runtime.clock.now_ms() // 1_000)
    body = json.dumps(said).encode()
    mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": at, "X-Signature": f"sha256={mark}"}
    return {"content": body, "headers": headers | {"Content-Type": "application/json"}}


def test_only_what_the_carrier_signed_just_now_is_heard(told: Served) -> None:
    stranger, path = told.client(), "/api/carriers/Snail/tracking"
    said = {"number": "NOBODYS", "events": [{"code": "DONE", "time": 1}]}
    good = stranger.post(path, **signed(told, said))
    assert (good.status_code, good.json()) == (200, {"known": 0, "unknown": 1})
    old_s = told.runtime.clock.now_ms() // 1_000 - 1_000
    for forged in (
        signed(told, said, secret="guess"),
        signed(told, said, at_s=old_s),
        signed(told, said) | {"content": b'{"number": "X", "events": []}'},
        {"json": said},
    ):
        answer = stranger.post(path, **forged)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed")
    assert stranger.post("/api/carriers/Nobody/tracking", **signed(told, said)).status_code == 401
    assert stranger.post(path, **signed(told, ["?"])).status_code == 422


def test_a_lead_sees_carriers_and_what_they_ask_for_a_parcel_now(told: Served) -> None:
    lead = told.as_("lead")
    (state,) = lead.get("/api/carriers").json()
    assert (state["name"], state["down"], state["jobs"]) == ("Snail", False, 0)
    assert lead.get("/api/carriers/rates", params={"parcel": "7"}).status_code == 404
    figures = lead.get("/metrics").text
    assert 'pickwright_carrier_up{carrier="Snail"} 1.0' in figures
