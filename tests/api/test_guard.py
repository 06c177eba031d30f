"""What holds for every address: a session, a role, headers, origins, sizes, answers to a no."""

import gzip
import socket
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api import problems
from api.edge import BODY_MAX, Edge
from api.guard import Guard
from api.main import create_app
from api.openapi import METHODS, operations
from controller.errors import (
    Conflict,
    ControllerError,
    LimitReached,
    NotFound,
    Refused,
    Stale,
    StoreOutdated,
    StoreUnavailable,
)
from tests.api.serving import Served, running, served

SIGNED = ("post", "/api/carriers/{name}/tracking")  # by the carrier, which is tested there
OPEN = {("post", "/api/sign-in"), ("get", "/api/health"), ("get", "/api/ready"), SIGNED}
RANKS = ("picker", "lead", "admin")


def address(path: str) -> str:
    """A path with something in place of each parameter."""
    return path.replace("{", "").replace("}", "")


def test_every_route_but_a_few_asks_who_is_there(quick: Served) -> None:
    client = quick.client()
    listed = list(operations(create_app(quick.runtime)))
    assert len(listed) > 4
    for method, path, _ in listed:
        answer = client.request(method, address(path), json={})
        expected = answer.status_code if (method, path) in OPEN else 401
        assert answer.status_code == expected, (method, path, answer.text)
        assert answer.status_code < 500


def test_every_route_is_open_to_its_role_and_those_above_and_to_nobody_below(
    quick: Served,
) -> None:
    clients = {role: quick.as_(role) for role in RANKS}
    for method, path, rule in operations(create_app(quick.runtime)):
        if rule is None:
            assert (method, path) in OPEN
            continue
        for role in RANKS[: RANKS.index(rule[0])]:
            answer = clients[role].request(method, address(path), json={})
            assert answer.status_code == 403, (method, path, role, answer.text)


def test_every_operation_says_who_may_call_it_and_which_problems_it_answers(
    quick: Served,
) -> None:
    document = quick.as_("picker").get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert method in METHODS
            assert operation.get("summary"), path
            assert operation.get("tags"), path
            assert {"401", "422", "429", "503"} <= operation["responses"].keys(), path
            assert "x-role" in operation or operation["security"] == [], path


def test_answers_carry_a_strict_policy(quick: Served) -> None:
    for answer in (quick.client().get("/api/me"), quick.client().get("/nowhere")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "'unsafe-eval'" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert quick.client().get("/api/me").headers["cache-control"] == "no-store"


def test_pages_are_asked_anew_and_their_assets_kept(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    for name in ("handheld.html", "console.html", "assets/app-1a2b.js", "worker.js"):
        (tmp_path / name).write_text("<!doctype html>")
    with served("sqlite://", {}, web=tmp_path) as house:
        client = house.client()
        pages = [client.get(path) for path in ("/handheld", "/console", "/console/orders/1")]
        assert {page.headers["cache-control"] for page in pages} == {"no-cache"}
        assert {page.status_code for page in pages} == {200}
        kept = client.get("/web/assets/app-1a2b.js").headers["cache-control"]
        assert "immutable" in kept
        assert client.get("/web/worker.js").headers["cache-control"] == "no-cache"
        assert client.get("/").headers["location"] == "/console"


def test_whoever_takes_packed_files_gets_the_smallest_twin(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    for name in ("handheld.html", "assets/app-1a2b.js"):
        (tmp_path / name).write_text(f"plain {name}")
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(f"packed {name}".encode()))
    with served("sqlite://", {}, web=tmp_path) as house:
        client = house.client()
        for path, name in (("/handheld", "handheld.html"), ("/web/assets/app-1a2b.js", "app")):
            packed = client.get(path, headers={"Accept-Encoding": "br, gzip"})
            assert packed.text.startswith("packed ")
            assert packed.headers["content-encoding"] == "gzip"
            plain = client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
            assert plain.text.startswith("plain ")
            assert "content-encoding" not in plain.headers
            for answer in (packed, plain):
                assert answer.headers["vary"] == "Accept-Encoding"
                kind = "text/html" if name.endswith("html") else "text/javascript"
                assert answer.headers["content-type"].startswith(kind)


def test_a_foreign_site_cannot_send_anything(quick: Served) -> None:
    own = {"origin": quick.url}
    for headers, status in (
        (own, 204),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ):
        answer = quick.as_("picker").post("/api/sign-out", headers=headers)
        assert answer.status_code == status, (headers, answer.text)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(quick: Served) -> None:
    client = quick.as_("picker")
    answer = client.post("/api/sign-in", content=b"x" * (BODY_MAX + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["fields"] == {"bytes_max": BODY_MAX}


def test_a_body_that_grows_beyond_its_limit_is_refused(quick: Served) -> None:
    def pieces() -> object:
        for _ in range(BODY_MAX // 50_000 + 2):
            yield b"x" * 50_000

    answer = quick.client().post("/api/sign-in", content=pieces())  # type: ignore[arg-type]
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 200_000, b'"\xff"', b"\xef\xbb\xbf{}", b"NaN"])
def test_a_body_that_is_no_json_is_a_problem_of_the_caller(quick: Served, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = quick.client().post("/api/sign-in", content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == problems.MEDIA_TYPE


def test_a_wrong_field_is_named_with_its_fix_and_never_repeated(quick: Served) -> None:
    body = {"badge": "", "pin": 482915, "more": 1}
    answer = quick.client().post("/api/sign-in", json=body)
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {
        "body.badge",
        "body.pin",
        "body.more",
    }
    assert "482915" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/nowhere", 404), ("PUT", "/api/me", 405)]
)
def test_what_does_not_exist_is_a_problem_too(
    quick: Served, method: str, path: str, status: int
) -> None:
    answer = quick.client().request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.json()["status"] == status


ERRORS = [
    (Refused("wrong_scan", got="X", fix="scan Y"), 422, {"got": "X"}),
    (NotFound("unknown_order", order="web/1"), 404, {"order": "web/1"}),
    (Stale("screen_out_of_date", now=2), 409, {"now": 2}),
    (Conflict("command_id_used_before", id="x"), 409, {"id": "x"}),
    (LimitReached("badge_locked", retry_ms=1_500), 429, {}),
    (LimitReached("writer_busy", waiting_max=3), 503, {}),
    (LimitReached("command_too_large", ids_max=9), 429, {}),
    (StoreUnavailable("store_unavailable", detail="/home/pw at 10.0.0.7"), 503, {}),
    (StoreOutdated("schema_unknown", detail="9999"), 503, {}),
    (Refused("defect", error="KeyError: 'SELECT * FROM stock'"), 500, {}),
]


@pytest.mark.parametrize(("error", "status", "fields"), ERRORS)
def test_every_error_of_the_core_is_a_problem(
    error: ControllerError, status: int, fields: dict[str, object]
) -> None:
    app = failing(error)
    with running(app) as url:
        answer = quick_get(url)
    document = answer.json()
    assert answer.status_code == status == document["status"]
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert document["code"] == error.code
    assert document["fields"] == fields
    assert ("retry-after" in answer.headers) == (status in (429, 503))
    assert "SELECT" not in answer.text
    assert "/home" not in answer.text


def test_a_defect_tells_an_incident_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with running(failing(KeyError("SELECT secret FROM /home/pw"))) as url:
        answer = quick_get(url)
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "SELECT" not in answer.text
    assert "Traceback" not in answer.text
    assert "KeyError" not in answer.text
    told = capsys.readouterr()
    assert answer.json()["fields"]["incident"] in told.err + told.out


def failing(error: Exception) -> FastAPI:
    """An app whose only route raises."""
    app = FastAPI()
    problems.install(app)

    @app.get("/api/fails")
    async def fails() -> None:
        raise error

    app.add_middleware(Guard, edge=Edge())
    return app


def quick_get(url: str) -> httpx.Response:
    return httpx.get(f"{url}/api/fails")


def test_a_request_line_that_is_no_http_does_no_harm(quick: Served) -> None:
    host, port = quick.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        assert b"400" in raw.recv(1_000)
    assert quick.client().get("/api/me").status_code == 401
