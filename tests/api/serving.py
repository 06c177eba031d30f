"""Owns the served house of the tests: a real server on a free port over a running controller."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from fastapi import FastAPI

from api.access import COOKIE
from api.carriers.deliverer import Carriers
from api.edge import Edge
from api.main import create_app
from api.pins import pin_hash, token_hash
from api.runtime import Runtime, Wiring
from api.server import Server
from controller.messages import (
    Command,
    ImportWorkers,
    OpenSession,
    SetPin,
    SignIn,
    Worker,
)
from controller.store import open_store
from devices.transports.memory import MemoryTransport
from tests.house import MONDAY_8_MS, SALT, set_up
from tests.until import WAIT_S

PIN: Final = "482915"
PIN_HASH: Final = pin_hash(PIN)
BADGES: Final = {"picker": "PICKER-001", "lead": "LEAD-001", "admin": "ADMIN-001"}


class LiveSetClock:
    """A clock that stands still until a test sets it, for threads that wait on it."""

    def __init__(self) -> None:
        self.now = MONDAY_8_MS

    def now_ms(self) -> int:
        return self.now

    def seconds_until(self, at_ms: int, /) -> float:
        return 0.0 if at_ms <= self.now else 0.05


class Stream:
    """The events of one open page, as (name, data)."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next(self) -> tuple[str, Any]:
        """The next event. Raises: StopIteration when the stream is over."""
        name = ""
        while True:
            line = next(self._lines)
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))

    def is_over(self) -> bool:
        """Reads to the end, which must come."""
        for _ in self._lines:
            pass
        return True


class Served:
    """The house over HTTP; `client()` is somebody new, `as_(role)` somebody signed in."""

    def __init__(self, runtime: Runtime, app: FastAPI, url: str) -> None:
        self.runtime = runtime
        self.app = app
        self.url = url
        self._clients: list[httpx.Client] = []
        self._sent = 0

    def client(self, **headers: str) -> httpx.Client:
        client = httpx.Client(base_url=self.url, headers=headers, timeout=WAIT_S)
        self._clients.append(client)
        return client

    def as_(self, role: str) -> httpx.Client:
        """A client with a session of this role, opened at the desk: no PIN is computed."""
        badge, token = BADGES[role], f"token-of-{role}-{self.new_id()}"
        self.handle(OpenSession(id=self.new_id(), badge=badge, token_hash=token_hash(token)))
        client = self.client()
        client.cookies.set(COOKIE, token)
        return client

    def sign_in(
        self, badge: str, pin: str = PIN, **more: Any
    ) -> tuple[httpx.Client, httpx.Response]:
        client = self.client()
        return client, client.post("/api/sign-in", json={"badge": badge, "pin": pin, **more})

    @contextmanager
    def stream(self, client: httpx.Client, path: str) -> Iterator[Stream]:
        with client.stream("GET", path) as response:
            yield Stream(response)

    def new_id(self) -> str:
        self._sent += 1
        return f"test/{self._sent}"

    def handle(self, command: Command[Any]) -> Any:
        return self.runtime.controller.handle(command)

    def floor(self, role: str = "picker") -> None:
        """Opens the handheld session of this role's worker."""
        self.handle(SignIn(id=self.new_id(), badge=BADGES[role]))

    def set_ahead(self, ms: int) -> None:
        clock = self.runtime.clock
        assert isinstance(clock, LiveSetClock)
        clock.now += ms
        self.runtime.nudge()

    def close(self) -> None:
        for client in self._clients:
            client.close()


@contextmanager
def served(
    database: str,
    stock: Mapping[str, int],
    edge: Edge | None = None,
    web: Path | None = None,
    more: Callable[[FastAPI], None] = lambda _app: None,
    carriers: Carriers | None = None,
) -> Iterator[Served]:
    """The small house at an address of its own."""
    store = open_store(database, salt=SALT)
    clock = LiveSetClock()
    wiring = Wiring(drivers=(), transport=MemoryTransport(), carriers=carriers or Carriers())
    runtime = Runtime(store, clock, wiring)
    for command in (*set_up(stock), *staff()):
        runtime.controller.handle(command)
    runtime.start()
    app = create_app(runtime, edge, **({"web": web} if web else {}))
    more(app)
    with running(app) as url:
        house = Served(runtime, app, url)
        yield house
        house.close()
    runtime.stop()
    store.close()


def staff() -> Iterator[Command[Any]]:
    workers = tuple(Worker(badge=badge, role=role) for role, badge in BADGES.items())
    names = tuple(f"{role} of the tests" for role in BADGES)
    yield ImportWorkers(id="set-up/staff", workers=workers, names=names)
    for badge in BADGES.values():
        yield SetPin(id=f"set-up/pin/{badge}", badge=badge, pin_hash=PIN_HASH)


@contextmanager
def running(app: Any) -> Iterator[str]:
    """The address at which an app is served by a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert server.listening.wait(WAIT_S)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(WAIT_S)
    listener.close()
