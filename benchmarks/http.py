"""Owns the measurement of the HTTP edge: what a durable order costs a request, and what it gains.

50 clients of another process place orders of one line over loopback, on a SQLite file with
synchronous=FULL; an order promises a unit and is durable when it is answered. It is compared, in
the same server, with a FastAPI route that only answers its body (same checks, same session), and
with a transaction per request on a connection per client, as web applications do it. What the
echo costs on the short way of `api.direct`, which orders take, is shown beside it. CPU time is
the server's alone, what it does after the answer included.
"""

import asyncio
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated, Any

from fastapi import FastAPI, Response

from api.access import COOKIE
from api.callers import Caller, needs
from api.clock import WallClock
from api.direct import App
from api.edge import Edge
from api.guard import Guard
from api.main import SHORTENED, create_app
from api.pins import token_hash
from api.routes.orders import NewOrder, lines_of
from api.runtime import Runtime, Wiring
from api.server import Server
from benchmarks import Figure, tell
from benchmarks.writer import CLIENTS, set_up
from controller.core import Controller
from controller.messages import ImportWorkers, OpenSession, OrderPlaced, PlaceOrder, Worker
from controller.store import open_store
from devices.transports.memory import MemoryTransport

REQUESTS = 3_000
ALONE = 600
ROUNDS = 3
CPU_MOST = 1.5
GAIN_LEAST = 5.0
Lead = Annotated[Caller, needs("lead", "orders")]
TOKEN = "token-of-the-benchmark"

# What another process runs: CLIENTS connections, each sends its share one request at a time. The
# requests are made before the clock starts, so that the server is what is measured.
_CLIENTS = """
import asyncio, json, sys, time
port, path, count, clients, round_, cookie = sys.argv[1:]
def request(n, k):
    body = json.dumps({"shop": "b" + round_, "number": f"{n}-{k}", "lines": [
        {"line": 1, "sku": f"S{(n * 31 + k) % 100}", "qty": 1}]}).encode()
    head = (f"POST {path} HTTP/1.1", "Host: x", f"Cookie: {cookie}",
        "Content-Type: application/json", f"Content-Length: {len(body)}", "", "")
    return "\\r\\n".join(head).encode() + body
class Client(asyncio.Protocol):
    def __init__(self, requests):
        self.left, self.came = requests, b""
        self.done = asyncio.get_running_loop().create_future()
    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.left.pop())
    def data_received(self, data):
        self.came += data
        head, ended, body = self.came.partition(b"\\r\\n\\r\\n")
        if not ended or len(body) < int(head.lower().split(b"content-length: ")[1].split()[0]):
            return
        self.came = b""
        if head[9:11] != b"20":
            self.done.set_exception(RuntimeError(head))
        elif self.left:
            self.transport.write(self.left.pop())
        else:
            self.done.set_result(None)
    def connection_lost(self, error):
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("closed"))
async def client(requests):
    connect = asyncio.get_running_loop().create_connection
    transport, protocol = await connect(lambda: Client(requests), "127.0.0.1", int(port))
    await protocol.done
    transport.close()
async def main():
    share = range(int(count) // int(clients))
    given = [[request(n, k) for k in share] for n in range(int(clients))]
    begun = time.perf_counter()
    await asyncio.gather(*map(client, given))
    print(time.perf_counter() - begun)
asyncio.run(main())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    per_s: float
    cpu_us: float


def measure() -> list[Figure]:
    """Medians of several rounds, all ways in turn."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        file = Path(home) / "http.db"
        set_up(file)
        with _served(file) as port:
            _clients(port, "/api/orders", 500, "warm")
            _clients(port, "/api/bench/echo", 500, "warm")
            _clients(port, "/api/bench/short", 500, "warm")
            rounds = [_round(port, number) for number in range(ROUNDS)]
    echo, short, durable, alone = (list(each) for each in zip(*rounds, strict=True))
    cpu = median(ours.cpu_us / bare.cpu_us for bare, _, ours, _ in rounds)
    gain = median(ours.per_s / other.per_s for _, _, ours, other in rounds)
    return [
        Figure(name="echo", value=median(each.cpu_us for each in echo), unit="us CPU"),
        Figure(
            name="echo, the short way", value=median(each.cpu_us for each in short), unit="us CPU"
        ),
        Figure(name="durable order", value=median(each.cpu_us for each in durable), unit="us CPU"),
        Figure(name="durable orders", value=median(each.per_s for each in durable), unit="/s"),
        Figure(name="a transaction per request", value=median(e.per_s for e in alone), unit="/s"),
        Figure(name="CPU of a durable order / echo", value=cpu, unit="", most=CPU_MOST),
        Figure(
            name="durable orders / a transaction per request",
            value=gain,
            unit="",
            least=GAIN_LEAST,
        ),
    ]


def _round(port: int, number: int) -> tuple[Run, ...]:
    return (
        _clients(port, "/api/bench/echo", REQUESTS, f"{number}e"),
        _clients(port, "/api/bench/short", REQUESTS, f"{number}s"),
        _clients(port, "/api/orders", REQUESTS, f"{number}o"),
        _clients(port, "/api/bench/alone", ALONE, f"{number}a"),
    )


def _clients(port: int, path: str, count: int, round_name: str) -> Run:
    given = [str(port), path, str(count), str(CLIENTS), round_name, f"{COOKIE}={TOKEN}"]
    spent = time.process_time()
    done = subprocess.run(
        [sys.executable, "-c", _CLIENTS, *given], check=True, capture_output=True, text=True
    )
    seconds = float(done.stdout)
    return Run(per_s=count / seconds, cpu_us=1e6 * (time.process_time() - spent) / count)


@contextmanager
def _served(file: Path) -> Iterator[int]:
    with ExitStack() as ends:
        store = ends.enter_context(closing(open_store(f"sqlite:///{file}")))
        runtime = Runtime(store, WallClock(), Wiring(drivers=(), transport=MemoryTransport()))
        handle = runtime.controller.handle
        handle(ImportWorkers(id="workers", workers=(Worker(badge="B", role="lead"),)))
        handle(OpenSession(id="open", badge="B", token_hash=token_hash(TOKEN)))
        edge = Edge(requests_at_once=1 << 30)
        app = create_app(runtime, edge)
        _add_echo(app, edge)
        _add_alone(app, file, ends)
        listener = ends.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        server = Server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        runtime.start()
        ends.callback(runtime.stop)
        thread.start()
        server.listening.wait()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def _add_echo(app: App, edge: Edge) -> None:
    @app.post("/api/bench/echo")
    async def echo(given: NewOrder, _caller: Lead) -> NewOrder:
        return given

    @app.post("/api/bench/short")
    async def short(given: NewOrder, _caller: Lead) -> Response:
        return Response(given.model_dump_json(), media_type="application/json")

    app.router.routes[:0] = [app.router.routes.pop(), app.router.routes.pop()]
    app.shorten((*SHORTENED, short), Guard(app, edge, app.state.metrics.answered))


def _add_alone(app: FastAPI, file: Path, ends: ExitStack) -> None:
    """A connection and a transaction of its own for each request, on a thread."""
    stores = [ends.enter_context(closing(open_store(f"sqlite:///{file}"))) for _ in range(CLIENTS)]
    idle = [Controller(store, WallClock()) for store in stores]
    threads = ends.enter_context(ThreadPoolExecutor(CLIENTS))

    def place(given: NewOrder, command_id: str) -> Any:
        own = idle.pop()
        try:
            return own.handle(
                PlaceOrder(
                    id=command_id,
                    shop=given.shop,
                    number=given.number,
                    lines=lines_of(given.lines),
                )
            )
        finally:
            idle.append(own)

    @app.post("/api/bench/alone")
    async def alone(given: NewOrder, caller: Lead) -> OrderPlaced:
        placed: OrderPlaced = await asyncio.get_running_loop().run_in_executor(
            threads, place, given, caller.new_id()
        )
        return placed

    app.router.routes.insert(0, app.router.routes.pop())


if __name__ == "__main__":
    sys.exit(tell(measure()))
