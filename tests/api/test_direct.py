"""The short way answers as the ordinary one does, and leaves to it whatever is unusual."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import httpx
import pytest

from api.direct import App
from api.edge import BODY_MAX
from tests.api.serving import Served, served
from tests.api.test_handheld import at_work

LINE = {"line": 1, "sku": "S1", "qty": 1}
ORDER = {"shop": "web", "number": "1", "lines": [LINE]}
JSON = {"content-type": "application/json"}
NUMBERS = count(1)


@pytest.fixture(scope="module")
def house() -> Iterator[Served]:
    """One for all: every order has a number of its own."""
    with served("sqlite://", {"S1": 100}) as opened:
        yield opened


@contextmanager
def no_short_way(house: Served) -> Iterator[None]:
    app = house.app
    assert isinstance(app, App)
    short, app.short = app.short, {}
    yield
    app.short = short


async def _broken(_scope: Any, _receive: Any, _send: Any) -> None:
    raise RuntimeError("the ordinary way was taken")


@contextmanager
def only_short_way(house: Served) -> Iterator[None]:
    """A request that goes the ordinary way ends its connection."""
    app = house.app
    house.client().get("/api/health")
    kept, app.middleware_stack = app.middleware_stack, _broken
    yield
    app.middleware_stack = kept


def same_both_ways(
    house: Served, client: httpx.Client, path: str, body: bytes, **headers: str
) -> httpx.Response:
    """The answer, after a look that the other way gives the very same."""
    given = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    short = client.post(path, content=body, headers=given)
    with no_short_way(house):
        ordinary = client.post(path, content=body, headers=given)
    assert short.status_code == ordinary.status_code, (body[:80], short.text, ordinary.text)
    assert short.content == ordinary.content, body[:80]
    assert sorted(short.headers.multi_items()) == sorted(ordinary.headers.multi_items())
    return short


def order(**more: Any) -> bytes:
    return json.dumps(ORDER | {"number": str(next(NUMBERS))} | more).encode()


def line(**more: Any) -> bytes:
    return order(lines=[LINE | more])


RIGHT = {
    "an order": order(),
    "all fields": order(recipient={"name": "Ä"}, country="DE", priority=9, hold_ms=5, due_ms=7),
    "a number as text": line(qty="2"),
    "a whole number with a point": line(qty=2.0),
    "a key twice": order()[:-1] + b', "number": "twice"}',
    "spaces around it": b" \n" + order() + b"\n ",
    "a mark before it": b"\xef\xbb\xbf" + order(),
}


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_answered_the_same_both_ways(house: Served, body: bytes) -> None:
    key = str(next(NUMBERS))
    answer = same_both_ways(house, house.as_("lead"), "/api/orders", body, idempotency_key=key)
    assert answer.status_code == 201
    assert answer.json()["promised_units"] in (1, 2)


def test_orders_and_scans_take_the_short_way(house: Served) -> None:
    lead, picker = house.as_("lead"), at_work(house)
    with only_short_way(house):
        placed = lead.post("/api/orders", content=order(), headers=JSON)
        scanned = picker.post(
            "/api/handheld/scan", json={"id": "scan-1", "version": 1, "raw": "BENCH"}
        )
    assert (placed.status_code, scanned.status_code) == (201, 200)
    assert placed.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in placed.headers["content-security-policy"]


WRONG = {
    "nothing": (b"", 422),
    "no JSON": (b"{", 400),
    "too deep": (b"[" * 100_000, 400),
    "not UTF-8": (b'"\xff"', 400),
    "half a character": (order(number="1")[:-1] + b', "postcode": "\\ud800"}', 422),
    "no number": (line(qty=float("nan")), 422),
    "a field that is unknown": (order(more=1), 422),
    "a number as a half": (line(qty=1.5), 422),
    "a huge number": (line(qty=10**400), 422),
    "a control character": (order(number="1\x00"), 422),
    "no lines": (order(lines=[]), 422),
    "a list": (b"[]", 422),
    "an unknown item": (line(sku="NO"), 404),
    "a quantity of nothing": (line(qty=0), 422),
}


@pytest.mark.parametrize(("body", "status"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_the_same_both_ways(house: Served, body: bytes, status: int) -> None:
    answer = same_both_ways(house, house.as_("lead"), "/api/orders", body)
    assert answer.status_code == status, answer.text
    assert answer.json()["status"] == status


def test_whoever_may_not_is_told_the_same_both_ways(house: Served) -> None:
    lead = house.as_("lead")
    for client, headers, status in (
        (house.client(), {}, 401),
        (house.as_("picker"), {}, 403),
        (lead, {"origin": "https://evil.example"}, 403),
        (lead, {"sec_fetch_site": "cross-site"}, 403),
        (lead, {"idempotency_key": "k" * 201}, 422),
        (lead, {"content_type": "text/plain"}, 422),
        (lead, {"authorization": "Bearer pw_no_key"}, 401),
    ):
        answer = same_both_ways(house, client, "/api/orders", order(), **headers)
        assert answer.status_code == status, answer.text


def test_a_scan_for_somebody_else_is_told_the_same_both_ways(house: Served) -> None:
    body = json.dumps({"id": "1", "version": 1, "raw": "BENCH", "worker": "PICKER-9"}).encode()
    answer = same_both_ways(house, at_work(house), "/api/handheld/scan", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "scan_of_another_worker")


def test_the_same_key_with_another_order_is_a_conflict_both_ways(house: Served) -> None:
    lead = house.as_("lead")
    same_both_ways(house, lead, "/api/orders", order(), idempotency_key="k")
    answer = same_both_ways(house, lead, "/api/orders", order(), idempotency_key="k")
    assert (answer.status_code, answer.json()["code"]) == (409, "command_id_used_before")


def test_a_body_beyond_the_limit_is_refused_in_pieces_and_whole(house: Served) -> None:
    lead = house.as_("lead")
    large = b'{"shop": "' + b"x" * BODY_MAX + b'"}'
    assert same_both_ways(house, lead, "/api/orders", large).status_code == 413
    pieces = (large[at : at + 50_000] for at in range(0, len(large), 50_000))
    answer = lead.post("/api/orders", content=pieces, headers=JSON)
    assert answer.status_code == 413


def test_an_order_in_pieces_is_put_together(house: Served) -> None:
    body = order()
    pieces = (body[at : at + 10] for at in range(0, len(body), 10))
    answer = house.as_("lead").post("/api/orders", content=pieces, headers=JSON)
    assert answer.status_code == 201


def test_a_defect_behind_the_short_way_tells_nothing(house: Served) -> None:
    lead, desk = house.as_("lead"), house.runtime.desk

    def broken(_command: str, _seconds: float) -> None:
        raise ZeroDivisionError

    took, desk.took = desk.took, broken
    answer = lead.post("/api/orders", content=order(), headers=JSON)
    desk.took = took
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "Zero" not in answer.text
