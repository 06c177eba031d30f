"""Live events: the present state first, each change once, and an end when the session ends."""

import socket
import threading
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Request, Response

from api.access import COOKIE, Who, needs
from api.events import BEHIND_MAX, OF_ONE_MAX, Source
from controller.messages import DeactivateWorker, SignIn
from controller.store import Db
from controller.views.screens import screen_of
from tests.api.serving import BADGES, Served, served
from tests.until import WAIT_S, until

PICKER = BADGES["picker"]
PATH = "/api/test/events"


def with_screens(app: FastAPI) -> None:
    """A stream of the caller's own screen, and of something large."""
    app.state.reads = 0

    def read(db: Db, topic: str) -> Any:
        app.state.reads += 1
        return screen_of(db, topic.partition("/")[2])

    def read_large(_db: Db, _topic: str) -> Any:
        app.state.reads += 1
        return [app.state.reads, "x" * 500_000]

    app.state.asked, app.state.answer = threading.Event(), threading.Event()

    def read_slowly(_db: Db, _topic: str) -> Any:
        app.state.asked.set()
        assert app.state.answer.wait(WAIT_S)
        return "shown"

    app.state.events.add(Source(topic="slow", name="slow", read=read_slowly))
    app.state.events.add(Source(topic="screen/", name="screen", read=read))
    app.state.events.add(
        Source(topic="large", name="large", read=read_large, hears=frozenset(("test",)))
    )

    @app.get(PATH)
    async def stream(request: Request, who: Annotated[Who, needs("picker")]) -> Response:
        response: Response = await request.app.state.events.stream(who, [f"screen/{who.badge}"])
        return response

    @app.get("/api/test/slow")
    async def slow(request: Request, who: Annotated[Who, needs("picker")]) -> Response:
        response: Response = await request.app.state.events.stream(who, ["slow"])
        return response

    @app.get("/api/test/large")
    async def large(request: Request, who: Annotated[Who, needs("picker")]) -> Response:
        response: Response = await request.app.state.events.stream(who, ["large"])
        return response


@pytest.fixture
def live(database: str) -> Iterator[Served]:
    with served(database, {"S1": 3}, more=with_screens) as house:
        yield house


def test_a_stream_begins_with_the_present_state_and_tells_each_change(live: Served) -> None:
    with live.stream(live.as_("picker"), PATH) as stream:
        assert stream.next() == ("screen", None)
        live.handle(SignIn(id="in", badge=PICKER))
        live.runtime.controller.watch({f"screen/{PICKER}"})
        name, screen = stream.next()
        assert (name, screen["workflow"]) == ("screen", "home")
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-store"


def test_what_did_not_change_is_not_told_again(live: Served) -> None:
    with live.stream(live.as_("picker"), PATH) as stream:
        stream.next()
        live.runtime.controller.watch({f"screen/{PICKER}"})
        live.handle(SignIn(id="in", badge=PICKER))
        live.runtime.controller.watch({f"screen/{PICKER}"})
        assert stream.next()[1]["step"] == "home"


def test_many_pages_share_one_reading(live: Served) -> None:
    client = live.as_("picker")
    with (
        live.stream(client, PATH) as first,
        live.stream(client, PATH) as second,
        live.stream(live.as_("lead"), PATH) as other,
    ):
        for stream in (first, second, other):
            stream.next()
        before = live.app.state.reads
        live.handle(SignIn(id="in", badge=PICKER))
        live.runtime.controller.watch({f"screen/{PICKER}"})
        assert first.next() == second.next()
        assert live.app.state.reads == before + 1


def test_a_page_that_comes_after_one_left_during_a_reading_is_told_the_state(
    live: Served,
) -> None:
    client, state = live.as_("picker"), live.app.state
    left = raw_stream(live, client.cookies[COOKIE], "/api/test/slow")
    assert state.asked.wait(WAIT_S)
    left.close()
    until(lambda: len(state.events) == 0)
    state.answer.set()
    until(lambda: not state.events.reading, "the reading ends")
    with live.stream(client, "/api/test/slow") as stream:
        assert stream.next() == ("slow", "shown")


def test_a_stream_ends_when_its_session_is_closed(live: Served) -> None:
    client = live.as_("picker")
    with live.stream(client, PATH) as stream:
        stream.next()
        live.handle(DeactivateWorker(id="out", actor="ADMIN", badge=PICKER))
        assert stream.is_over()


def test_a_stream_ends_when_its_session_is_closed_by_another_process(live: Served) -> None:
    """Nothing is told in this process; the database alone says so."""
    client = live.as_("picker")
    with live.stream(client, PATH) as stream:
        stream.next()
        with live.runtime.controller.store.transaction() as db:
            db.run("DELETE FROM access_session WHERE badge = :badge", badge=PICKER)
        assert stream.is_over()


def test_one_caller_has_only_so_many_streams(live: Served) -> None:
    client = live.as_("picker")
    sockets = [raw_stream(live, client.cookies[COOKIE], PATH) for _ in range(OF_ONE_MAX)]
    until(lambda: len(live.app.state.events) == OF_ONE_MAX)
    answer = client.get(PATH)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_streams")
    for each in sockets:
        each.close()
    until(lambda: len(live.app.state.events) == 0)


def test_a_page_that_does_not_read_is_cut_off_and_holds_up_nobody(live: Served) -> None:
    client = live.as_("picker")
    slow = raw_stream(live, client.cookies[COOKIE], "/api/test/large")
    until(lambda: len(live.app.state.events) == 1)
    with live.stream(live.as_("lead"), PATH) as other:
        other.next()
        for _ in range(BEHIND_MAX + 20):
            told_once(live)
        until(lambda: gone(live))
        live.handle(SignIn(id="in", badge=BADGES["lead"]))
        live.runtime.controller.watch({f"screen/{BADGES['lead']}"})
        assert other.next()[1]["step"] == "home"
    slow.close()


def told_once(live: Served) -> None:
    """News of the large topic, and its reading."""
    before = live.app.state.reads
    live.runtime.controller.watch({"test"})
    until(lambda: live.app.state.reads > before or gone(live))


def gone(live: Served) -> bool:
    return len(live.app.state.events) == 1


def raw_stream(live: Served, token: str, path: str) -> socket.socket:
    """A page that sends its request and never reads."""
    host, port = live.url.removeprefix("http://").split(":")
    raw = socket.create_connection((host, int(port)), timeout=WAIT_S)
    raw.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {COOKIE}={token}\r\n\r\n".encode()
    )
    return raw
