"""Orders over HTTP: placed once however often they are sent, listed page by page, told whole."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.api.serving import Served

ORDER = {"shop": "web", "number": "1", "lines": [{"line": 1, "sku": "S1", "qty": 2}]}


def place(client: httpx.Client, number: str, qty: int = 1, **more: Any) -> httpx.Response:
    lines = [{"line": 1, "sku": "S1", "qty": qty}]
    return client.post(
        "/api/orders", json={"shop": "web", "number": number, "lines": lines} | more
    )


def test_an_order_is_promised_and_its_story_is_told(house: Served) -> None:
    client = house.as_("lead")
    answer = client.post("/api/orders", json=ORDER)
    assert answer.status_code == 201, answer.text
    assert answer.json()["promised_units"] == 2
    story = client.get("/api/orders/web/1").json()
    assert story["order"]["state"] == "open"
    assert [(line["sku"], line["wanted"]) for line in story["lines"]] == [("S1", 2)]
    assert [event["kind"] for event in story["story"]] == ["order_placed"]
    free = client.get("/api/stock/available", params={"sku": "S1"}).json()["rows"]
    assert [(row["promised"], row["free"]) for row in free] == [(2, 1)]


def test_the_same_key_gets_the_same_answer_and_moves_nothing_twice(house: Served) -> None:
    client = house.as_("lead")
    key = {"Idempotency-Key": "from-the-shop-1"}
    first = client.post("/api/orders", json=ORDER, headers=key)
    again = client.post("/api/orders", json=ORDER, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = client.post("/api/orders", json=ORDER | {"number": "2"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "command_id_used_before")
    assert len(client.get("/api/orders").json()["rows"]) == 1


def test_the_id_in_the_body_is_as_good_as_the_header(quick: Served) -> None:
    client = quick.as_("lead")
    answers = [client.post("/api/orders", json=ORDER | {"id": "a"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    changed = client.post("/api/orders", json=ORDER | {"id": "a", "priority": 1})
    assert changed.status_code == 409


def test_ids_of_different_callers_never_meet(quick: Served) -> None:
    key = {"Idempotency-Key": "1"}
    assert place(quick.as_("lead"), "1").status_code == 201
    quick.as_("lead").post("/api/orders", json=ORDER | {"number": "2"}, headers=key)
    answer = quick.as_("admin").post("/api/orders", json=ORDER | {"number": "3"}, headers=key)
    assert answer.status_code == 201


def test_an_order_is_changed_paid_and_cancelled(house: Served) -> None:
    client = house.as_("lead")
    place(client, "1", hold_ms=60_000)
    assert client.get("/api/orders/web/1").json()["order"]["state"] == "held"
    assert client.post("/api/orders/web/1/pay").status_code == 200
    assert client.get("/api/orders/web/1").json()["order"]["state"] == "open"
    lines = [{"line": 1, "sku": "S1", "qty": 3}]
    changed = client.patch("/api/orders/web/1", json={"lines": lines})
    assert changed.json()["promised_units"] == 2
    cancelled = client.post("/api/orders/web/1/cancel", json={})
    assert cancelled.json() == {
        "order": "web/1",
        "cancelled_units": 3,
        "too_late_units": 0,
        "state": "cancelled",
    }


def test_a_refusal_says_what_is_wrong_and_how_to_mend_it(quick: Served) -> None:
    lines = [{"line": 7, "sku": "NONE", "qty": 1}]
    answer = quick.as_("lead").post("/api/orders", json=ORDER | {"lines": lines})
    assert answer.status_code == 404
    assert answer.json()["fields"] == {"line": 7, "sku": "NONE"}
    assert answer.json()["fix"] == "import the item, or correct it"


@pytest.mark.parametrize("number", ["a/b", "ä ö", "100%", "?x=1#y", "<script>"])
def test_any_number_of_an_order_can_be_looked_up(quick: Served, number: str) -> None:
    client = quick.as_("lead")
    assert place(client, number).status_code == 201
    found = client.get(httpx.URL(quick.url).copy_with(raw_path=raw(number)))
    assert found.json()["order"]["number"] == number


def raw(number: str) -> bytes:
    return f"/api/orders/web/{quote(number, safe='')}".encode()


def test_pages_lose_and_double_nothing(house: Served) -> None:
    client = house.as_("lead")
    for number in range(7):
        place(client, f"{number}")
    seen, after = [], ""
    while True:
        page = client.get("/api/orders", params={"most": 3, "after": after}).json()
        seen += [row["number"] for row in page["rows"]]
        after = page["next"]
        if not after:
            break
    assert seen == [f"{number}" for number in range(7)]


@pytest.mark.parametrize("most", [0, 201, "x"])
def test_a_page_has_its_limits(quick: Served, most: object) -> None:
    answer = quick.as_("lead").get("/api/orders", params={"most": str(most)})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "query.most"


@pytest.mark.parametrize("after", ["x", "W10", "WzFd", "WyJcdTAwMDAiXQ", "====", "é"])
def test_a_cursor_of_nowhere_is_refused(quick: Served, after: str) -> None:
    answer = quick.as_("lead").get("/api/orders", params={"after": after})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


def test_every_list_can_be_walked(house: Served) -> None:
    client = house.as_("admin")
    place(client, "1")
    for path in (
        *("orders", "stock", "stock/available", "stock/movements", "items", "places"),
        *("containers", "workers", "keys", "receipts", "returns", "parcels", "departures"),
        *("outbox", "prints", "alarms"),
    ):
        first = client.get(f"/api/{path}", params={"most": 1})
        assert first.status_code == 200, (path, first.text)
        if first.json()["next"]:
            params = {"most": "1", "after": first.json()["next"]}
            second = client.get(f"/api/{path}", params=params)
            assert second.status_code == 200, (path, second.text)
            assert second.json()["rows"] != first.json()["rows"]
