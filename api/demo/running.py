"""Owns one run of the demo from the first word to the last: opened, served, watched, stopped."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from api.demo import telling
from api.demo.partners import letters_beside, partners
from api.demo.serving import WebServer
from api.demo.visitors import let_in
from api.demo.warehouse import Warehouse, open_books
from api.edge import Edge
from api.main import create_app
from api.server import listen_on
from api.terminal import err, out, print_error
from controller.messages.access import IDLE_MS, LIFE_MS
from controller.store import open_store
from devices.broker import new_password
from devices.mosquitto import BrokerMissing, Mosquitto
from simulation.live.plan import Plan
from simulation.live.site import machines
from simulation.plant import topics

STATUS_S: Final = 1.0
LINE_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asked for; with `seconds` 0 the demo runs until it is stopped."""

    plan: Plan
    url: str
    speed: float
    host: str
    port: int
    seconds: float = 0.0
    broker: bool = True


def run(asked: Asked) -> bool:
    """Runs the demo; whether all invariants hold after a limited run.

    Raises: WrongInput when the port is taken, or the database holds something else.
    """
    with ExitStack() as ends:
        stop = ends.enter_context(_interrupts())
        listening = ends.enter_context(closing(listen_on(asked.host, asked.port)))
        store = ends.enter_context(closing(open_store(asked.url, durable=False)))
        now_ms = open_books(store, asked.plan)
        if stop.is_set():
            return True
        broker = ends.enter_context(_broker()) if asked.broker else None
        others = ends.enter_context(partners(letters_beside(asked.url)))
        warehouse = Warehouse(store, asked.plan, now_ms, asked.speed, broker, others)
        let_in(warehouse.runtime.controller)
        port = listening.getsockname()[1]
        address = _address(asked.host, port)
        warehouse.answers_at(address)
        others.start(store, warehouse.clock, port)
        web = WebServer(create_app(warehouse.runtime, _edge(asked.speed)), listening)
        before = warehouse.figures()
        with _running(warehouse, web):
            telling.welcome(out(), address, asked.speed, others.mailbox.folder)
            _watch(warehouse, stop, asked.seconds)
        telling.outcome(out(), warehouse, before)
        broken = warehouse.violations() if asked.seconds else []
        for each in broken:
            print_error(each)
        return not broken


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Ctrl-C and a polite kill set the event, and no traceback is shown."""
    stop = threading.Event()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each in before:
        signal.signal(each, lambda *_: stop.set())
    yield stop
    for each, handler in before.items():
        signal.signal(each, handler)


@contextmanager
def _broker() -> Iterator[Mosquitto | None]:
    """A broker of our own where mosquitto is installed; else machines are reached in memory."""
    with TemporaryDirectory(prefix="pickwright-") as home:
        try:
            broker = Mosquitto(Path(home), {name: new_password() for name in topics(machines())})
        except BrokerMissing as missing:
            err().print(f"machines are reached in memory: {missing}", soft_wrap=True)
            yield None
            return
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


@contextmanager
def _running(warehouse: Warehouse, web: WebServer) -> Iterator[None]:
    try:
        warehouse.start()
        web.start()
        yield
    finally:
        web.stop()
        warehouse.stop()


def _edge(speed: float) -> Edge:
    """Who has signed in stays so for as long as outside, though the clock runs faster."""
    return Edge(session_idle_ms=round(IDLE_MS * speed), session_life_ms=round(LIFE_MS * speed))


def _address(host: str, port: int) -> str:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
    return f"http://{shown}:{port}"


def _watch(warehouse: Warehouse, stop: threading.Event, seconds: float) -> None:
    """Shows how it goes until somebody stops it or the time is over."""
    ends_s = time.monotonic() + seconds if seconds else float("inf")
    console = err()
    pause_s = STATUS_S if console.is_terminal else LINE_S
    with console.status("") as shown:
        while not stop.is_set() and time.monotonic() < ends_s:
            line = telling.status(warehouse)
            if console.is_terminal:
                shown.update(line)
            else:
                console.print(line, highlight=False, soft_wrap=True)
            stop.wait(max(0.0, min(pause_s, ends_s - time.monotonic())))
