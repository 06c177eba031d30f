"""Owns the measurement of live events: what 100 open pages cost the server at 20 events a second.

The server runs in this process, the pages in another, over loopback. Each event is a screen that
is read from a database file and differs from the one before. Only the server's CPU time counts.
"""

import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response

from api.access import COOKIE, Who, needs
from api.clock import WallClock
from api.edge import Edge
from api.events import OF_ONE_MAX, Source
from api.main import create_app
from api.pins import token_hash
from api.runtime import Runtime, Wiring
from api.server import Server
from benchmarks import Figure, tell
from controller.messages import (
    ImportPlaces,
    ImportWorkers,
    OpenSession,
    Place,
    SetUpSite,
    SiteSettings,
    Worker,
)
from controller.store import open_store
from devices.transports.memory import MemoryTransport

PAGES = 100
PER_S = 20
SECONDS = 6.0
CORE_MOST = 0.10
WORKERS = -(-PAGES // OF_ONE_MAX)

# What another process runs: opens PAGES streams, reads whatever comes, says when all are open.
_READER = """
import selectors, socket, sys
port, path, pages, tokens = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4].split(",")
looks, got = selectors.DefaultSelector(), 0
for n in range(pages):
    page = socket.create_connection(("127.0.0.1", port))
    cookie = f"{sys.argv[5]}={tokens[n % len(tokens)]}"
    page.sendall(f"GET {path} HTTP/1.1\\r\\nHost: x\\r\\nCookie: {cookie}\\r\\n\\r\\n".encode())
    looks.register(page, selectors.EVENT_READ)
print("open", flush=True)
while True:
    for key, _ in looks.select():
        data = key.fileobj.recv(1 << 16)
        if not data:
            print(got, flush=True); sys.exit()
        got += data.count(b"event: ")
"""


def measure() -> list[Figure]:
    """The share of one core that the server spends."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        store = open_store(f"sqlite:///{Path(home) / 'events.db'}")
        runtime = Runtime(store, WallClock(), Wiring(drivers=(), transport=MemoryTransport()))
        tokens = _people(runtime)
        app = create_app(runtime, Edge())
        _add_screen(app)
        runtime.start()
        share, told = _served(app, runtime, tokens)
        runtime.stop()
        store.close()
    return [
        Figure(name=f"events sent to {PAGES} pages", value=told, unit="events/s"),
        Figure(
            name=f"{PAGES} pages at {PER_S} events/s", value=share, unit="core", most=CORE_MOST
        ),
    ]


def _people(runtime: Runtime) -> list[str]:
    badges = [f"B{n}" for n in range(WORKERS)]
    handle = runtime.controller.handle
    handle(SetUpSite(id="site", settings=SiteSettings()))
    handle(ImportPlaces(id="places", places=(Place(name="A1", kind="pick"),)))
    handle(ImportWorkers(id="workers", workers=tuple(Worker(badge=each) for each in badges)))
    for badge in badges:
        handle(OpenSession(id=f"open/{badge}", badge=badge, token_hash=token_hash(badge)))
    return badges


def _add_screen(app: FastAPI) -> None:
    """A topic whose content is a screen of usual size, another at each reading."""
    count = iter(range(1 << 30))

    def read(db: Any, _topic: str) -> dict[str, Any]:
        row = db.one("SELECT name, kind FROM place ORDER BY name LIMIT 1")
        lines = [{"sku": f"S{n}", "place": row.name, "qty": n} for n in range(10)]
        return {"version": next(count), "kind": row.kind, "lines": lines}

    app.state.events.add(
        Source(topic="bench", name="screen", read=read, hears=frozenset(("bench",)))
    )

    @app.get("/api/bench")
    async def stream(request: Request, who: Annotated[Who, needs("picker")]) -> Response:
        response: Response = await request.app.state.events.stream(who, ["bench"])
        return response


def _served(app: FastAPI, runtime: Runtime, tokens: list[str]) -> tuple[float, float]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=PAGES)
    port = str(listener.getsockname()[1])
    server = Server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    given = [port, "/api/bench", str(PAGES), ",".join(tokens), COOKIE]
    pages = subprocess.Popen([sys.executable, "-c", _READER, *given], stdout=subprocess.PIPE)
    assert pages.stdout is not None
    pages.stdout.readline()
    while len(app.state.events) < PAGES:
        time.sleep(0.01)
    spent, begun = time.process_time(), time.perf_counter()
    ticks = round(SECONDS * PER_S)
    for tick in range(ticks):
        runtime.controller.watch({"bench"})
        time.sleep(max(0.0, begun + (tick + 1) / PER_S - time.perf_counter()))
    seconds = time.perf_counter() - begun
    share = (time.process_time() - spent) / seconds
    server.should_exit = True
    told = int(pages.communicate()[0]) / seconds
    thread.join()
    return share, told


if __name__ == "__main__":
    sys.exit(tell(measure()))
