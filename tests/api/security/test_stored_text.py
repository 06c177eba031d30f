"""What strangers write is kept as the text that it is, and never answered as a page."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.rate_cards.writing import WORKBOOK_TYPE
from controller.messages import DeviceFault
from tests.api.security.strangers import MARKUP, filled, first_quick, gets, texts
from tests.api.serving import Served

HOUSE = Path(__file__).parents[3]
PAGES = sorted(
    path for kind in ("*.svelte", "*.ts") for path in (HOUSE / "api/web/src").rglob(kind)
)
SIGNING = ("/api/sign-in", "/api/sign-out", "/api/pin")
RUNS_TEXT = re.compile(
    r"@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\(|new Function|"
    r"createContextualFragment|setTimeout\(\s*[\"'`]"
)
ENGINES = re.compile(
    r"^\s*(?:from|import)\s+(?:jinja2|mako|chameleon|django|string\b.*Template)|\beval\(|\bexec\(",
    re.MULTILINE,
)


@pytest.mark.parametrize("text", first_quick(MARKUP))
def test_no_text_of_strangers_is_ever_answered_as_a_page(quick: Served, text: str) -> None:
    admin = quick.as_("admin")
    document: dict[str, Any] = admin.get("/api/openapi.json").json()
    for method, path, schema in texts(document):
        if path not in SIGNING:
            where = re.sub(r"\{\w+\}", "S1", path)
            safe(admin.request(method, where, json=filled(document, schema, text, 1)), text)
    store_everywhere(admin, text)
    quick.handle(DeviceFault(id="fault", device=text[:60], fault=text[:60], detail=text))
    paths = [re.sub(r"\{\w+\}", "S1", path) for path, _ in gets(document)]
    told = {path: safe(admin.get(path), text) for path in paths}
    for path in ("items/S1", "workers", "keys", "orders", "receipts", "returns", "alarms"):
        assert text[:20] in told[f"/api/{path}"], path


def store_everywhere(admin: httpx.Client, text: str) -> None:
    """Whatever people and programs may name, named like this; every one is taken."""
    sizes = {"length_mm": 1, "width_mm": 1, "height_mm": 1, "mass_g": 1}
    lines = [{"line": 1, "sku": "S1", "qty": 1}]
    person = dict.fromkeys(("name", "street", "city"), text)
    order = {"shop": text.replace("/", "|")[:40], "number": text, "recipient": person, "owner": ""}
    for method, path, body in (
        ("PUT", "items/S1", {"name": text, **sizes}),
        ("PUT", "workers/B1", {"name": text}),
        ("POST", "keys", {"name": text, "scopes": ["orders"]}),
        ("POST", "orders", order | {"postcode": text, "lines": lines}),
        ("POST", "receipts", {"asn": text, "lines": lines}),
        ("POST", "returns", {"number": f"R {text}", "lines": lines}),
    ):
        answer = admin.request(method, f"/api/{path}", json=body)
        assert answer.is_success, (path, answer.text)


def safe(answer: httpx.Response, text: str) -> str:
    """What the answer says, decoded, after a look at how a browser would take it."""
    assert answer.status_code < 500, answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    kind = answer.headers.get("content-type", "application/json").partition(";")[0]
    told = str(answer.request.url)
    if kind in ("application/json", "application/problem+json"):
        return (
            json.dumps(answer.json(), ensure_ascii=False).replace('\\"', '"')
            if answer.text
            else ""
        )
    if kind in ("text/csv", WORKBOOK_TYPE):
        assert answer.headers["content-disposition"].startswith("attachment"), told
        return ""
    assert kind in ("text/plain", "image/svg+xml", "image/png"), (told, kind)
    assert kind == "text/plain" or text not in answer.text, told
    return ""


def test_no_page_turns_text_into_markup_or_code() -> None:
    assert len(PAGES) > 50
    found = {path.name: RUNS_TEXT.findall(path.read_text("utf-8")) for path in PAGES}
    assert {name: each for name, each in found.items() if each} == {}


def test_there_is_no_engine_for_templates_that_a_user_could_write_for() -> None:
    sources = [
        path
        for part in ("api", "controller", "devices", "simulation")
        for path in (HOUSE / part).rglob("*.py")
        if "node_modules" not in path.parts
    ]
    assert len(sources) > 200
    assert [str(path) for path in sources if ENGINES.search(path.read_text("utf-8"))] == []
