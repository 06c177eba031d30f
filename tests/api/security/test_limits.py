"""Bodies, depth and pages have limits everywhere, and what is read is bound, never spliced."""

import re
from typing import Any

import httpx

from api.edge import BODY_MAX, PAGE_MAX
from tests.api.security.strangers import SQL, gets, texts
from tests.api.serving import Served


def place_order(house: Served) -> None:
    lines = [{"line": 1, "sku": "S1", "qty": 1}]
    order = {"shop": "web", "number": "1", "lines": lines}
    assert house.as_("lead").post("/api/orders", json=order).status_code == 201


def test_no_list_gives_more_than_a_page(quick: Served) -> None:
    admin = quick.as_("admin")
    lists = [
        (path, names)
        for path, parameters in gets(admin.get("/api/openapi.json").json())
        if "most" in (names := {each["name"] for each in parameters})
    ]
    assert len(lists) > 5
    for path, names in lists:
        where = re.sub(r"\{\w+\}", "S1", path)
        for most in (0, -1, PAGE_MAX + 1, 10**30):
            answer = admin.get(where, params={"most": most})
            assert answer.status_code == 422, (where, most, answer.text)
        for cursor in names & {"after", "before"}:
            assert admin.get(where, params={cursor: "A" * 2_001}).status_code == 422, where


def test_no_body_is_too_large_or_too_deep_to_be_refused(quick: Served) -> None:
    admin = quick.as_("admin")
    json_type = {"content-type": "application/json"}
    deep = b'{"lines":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    for method, path, _ in texts(admin.get("/api/openapi.json").json()):
        where = re.sub(r"\{\w+\}", "S1", path)
        large = admin.request(method, where, content=b" " * (BODY_MAX + 1), headers=json_type)
        assert large.status_code == 413, where
        answer = admin.request(method, where, content=deep, headers=json_type)
        assert answer.status_code in (400, 422), (where, answer.text[:200])


def test_text_in_a_question_is_compared_and_never_becomes_part_of_it(house: Served) -> None:
    place_order(house)
    admin = house.as_("admin")
    document: dict[str, Any] = admin.get("/api/openapi.json").json()
    for text in SQL:
        ask_everywhere(admin, document, text)


def ask_everywhere(admin: httpx.Client, document: dict[str, Any], text: str) -> None:
    asked = 0
    for path, parameters in gets(document):
        names = [
            each["name"]
            for each in parameters
            if each["in"] == "query" and each["name"] not in ("most", "after")
        ]
        where = re.sub(r"\{\w+\}", "S1", path)
        for name in names:
            answer = admin.get(where, params={name: text})
            assert answer.status_code < 500, (where, name, text, answer.text)
            assert "syntax" not in answer.text.lower(), (where, name, text)
            asked += 1
    assert asked > 10
    for name in ("shop", "owner"):
        assert admin.get("/api/orders", params={name: text}).json()["rows"] == [], name
    assert admin.get("/api/orders", params={"shop": "web"}).json()["rows"] != []
    assert admin.get("/api/checks/last").status_code == 200
