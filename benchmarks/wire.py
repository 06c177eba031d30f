"""Owns the measurement of the wire: from a scan on the belt to the divert that answers it.

Four processes on one machine: mosquitto with the shipped configuration, the controller on a SQLite
file with synchronous=FULL, a planner that solves without a pause, and here the sorter, which sends
scans at a fixed rate, whether answered or not, and confirms every divert. The bare round trip is
the same two messages at the same rate against a process that only answers.

    python -m benchmarks.wire --rate 300 --seconds 20
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from api.clock import WallClock
from api.runtime import Runtime, Wiring
from benchmarks import Figure, tell
from benchmarks.planners import batch
from controller.plan import Effort, batching
from controller.solving import step_back
from controller.store import open_store
from devices.envelope import Result, Writer
from devices.mosquitto import Mosquitto
from devices.sorter import DIVERT, SCAN, Divert, Diverted, Scan, Sorter
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from tests.workflows.floor import FIRST, SECOND, SORTER, belt_floor

TOPIC = f"wh/v1/main/outbound/{SORTER}"
BARE = "wh/v1/main/outbound/bare"
DEADLINE_MS = 2_000
WARM_UP = 200
READY_S = 120
SYNCS = 200
PAGE = b"\0" * 8_192
P50_MS, P99_MS, TIMES_BARE = 3.0, 25.0, 5.0

_spawn = multiprocessing.get_context("spawn")


def measure(rate: int = 200, seconds: float = 15.0) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="wire-") as home:
        broker = Mosquitto(Path(home) / "broker", {SORTER: "word", "bare": "word"})
        broker.start()
        try:
            return _measure(Path(home), broker, rate, round(rate * seconds))
        finally:
            broker.stop()


def _measure(home: Path, broker: Mosquitto, rate: int, scans: int) -> list[Figure]:
    url = f"sqlite:///{home / 'wire.db'}"
    store = open_store(url)
    belt_floor(parcels=2, store=store)
    store.close()
    with _beside(_plan_for_ever):
        with _beside(_answer, broker.login()):
            bare = _Belt(broker.login("bare"), BARE).run(rate, scans)
        syncs = _syncs(home / "syncs")
        with _beside(_control, url, broker.login()):
            ours = _Belt(broker.login(SORTER), TOPIC).run(rate, scans)
    return [
        *(
            Figure(name=f"the disk's sync: p{each}", value=_percentile(syncs, each), unit="ms")
            for each in (50, 99)
        ),
        *_figures(f"bare round trip, {rate}/s", bare),
        *_figures(f"scan to divert, {rate}/s", ours),
        *_bars(bare, ours),
    ]


def _syncs(file: Path) -> list[float]:
    """What a commit waits for at the least: appended pages that are safe, in ms."""
    times_ms: list[float] = []
    with file.open("wb", buffering=0) as raw:
        for _ in range(SYNCS):
            raw.write(PAGE)
            began = time.perf_counter()
            os.fsync(raw)
            times_ms.append(1_000 * (time.perf_counter() - began))
    return times_ms


def _figures(name: str, times_ms: Sequence[float]) -> Iterator[Figure]:
    late = sum(each >= DEADLINE_MS for each in times_ms)
    yield Figure(name=f"{name}: not in time", value=late, unit="scans")
    for percent in (50, 90, 99, 100):
        yield Figure(name=f"{name}: p{percent}", value=_percentile(times_ms, percent), unit="ms")


def _bars(bare: Sequence[float], ours: Sequence[float]) -> Iterator[Figure]:
    for percent, most in ((50, P50_MS), (99, P99_MS)):
        value = _percentile(ours, percent)
        yield Figure(
            name=f"{most:g} ms / scan to divert, p{percent}",
            value=most / value,
            unit="ratio",
            least=1.0,
        )
        yield Figure(
            name=f"{TIMES_BARE:g} bare round trips / scan to divert, p{percent}",
            value=TIMES_BARE * _percentile(bare, percent) / value,
            unit="ratio",
            least=1.0 if percent == 99 else 0.0,
        )


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


class _Belt:
    """The sorter's side: scans at a fixed rate, a note of when each was answered."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self._topic = topic
        self._wire = MqttTransport(broker)
        self._writer = Writer("belt")
        self._sent: dict[str, float] = {}
        self._times_ms: dict[str, float] = {}
        self._up, self._all = threading.Event(), threading.Event()
        self._wire.watch(lambda _address, why: self._up.set() if not why else None)
        self._wire.listen(f"{topic}/cmd/divert", self._diverted)

    def run(self, rate: int, scans: int) -> list[float]:
        """The times from scan to divert, in ms, without those of the warm-up."""
        self._wire.start()
        self._up.wait(10)
        began = time.perf_counter()
        for number in range(scans + WARM_UP):
            pause = began + number / rate - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
            self._scan(f"t{number}", (FIRST, SECOND)[number % 2])
        self._wait_for(scans + WARM_UP)
        self._wire.stop()
        late_ms = float(DEADLINE_MS)  # a divert that did not come in time
        return [self._times_ms.get(each, late_ms) for each in list(self._sent)[WARM_UP:]]

    def _wait_for(self, count: int) -> None:
        until = time.monotonic() + 10
        while len(self._times_ms) < count and time.monotonic() < until:
            time.sleep(0.05)

    def _scan(self, tracking: str, code: str) -> None:
        now_ms = time.time_ns() // 1_000_000
        scan = Scan(codes=(code,), tracking=tracking)
        payload = self._writer.write(scan, now_ms, deadline_ms=now_ms + DEADLINE_MS)
        self._sent[tracking] = time.perf_counter()
        self._wire.send(f"{self._topic}/evt/scan", payload)

    def _diverted(self, _address: str, payload: bytes, taken: Callable[[], None]) -> None:
        came = time.perf_counter()
        message = DIVERT.read(payload)
        tracking = message.data.tracking
        new = tracking not in self._times_ms
        self._times_ms.setdefault(tracking, 1_000 * (came - self._sent[tracking]))
        taken()
        if new and message.corr:
            for name, data in (
                ("res/divert", Result(ok=True)),
                ("evt/diverted", Diverted(tracking=tracking, lane=message.data.lane)),
            ):
                answer = self._writer.write(data, message.ts, message.corr)
                self._wire.send(f"{self._topic}/{name}", answer)


@contextmanager
def _beside(run: Callable[..., None], *given: Any) -> Iterator[None]:
    """`run` in a process of its own, ready, until the block ends."""
    ours, theirs = _spawn.Pipe()
    process = _spawn.Process(target=run, args=(theirs, *given), daemon=True)
    process.start()
    theirs.close()  # so that a child that dies ends the wait
    try:
        if not ours.poll(READY_S):
            raise TimeoutError(f"{run.__name__} is not ready after {READY_S} s: a busy machine?")
        ours.recv()
        yield
        ours.send("end")
        process.join(5)
    finally:
        process.kill()


def _plan_for_ever(pipe: Connection) -> None:
    problem = batch()
    step_back()
    pipe.send("ready")
    while not pipe.poll():
        batching.solve(problem, Effort())


def _answer(pipe: Connection, login: Broker) -> None:
    wire, writer, up = MqttTransport(login), Writer("bare"), threading.Event()

    def heard(_address: str, payload: bytes, taken: Callable[[], None]) -> None:
        scan = SCAN.read(payload)
        divert = Divert(tracking=scan.data.tracking, lane="L")
        wire.send(f"{BARE}/cmd/divert", writer.write(divert, scan.ts))
        taken()

    wire.watch(lambda _address, why: up.set() if not why else None)
    wire.listen(f"{BARE}/evt/scan", heard)
    wire.start()
    up.wait(10)
    pipe.send("ready")
    pipe.recv()


def _control(pipe: Connection, url: str, login: Broker) -> None:
    """The controller's process as `serve` runs it, without pages."""
    store, wire, up = open_store(url), MqttTransport(login), threading.Event()
    wire.watch(lambda _address, why: up.set() if not why else None)
    wiring = Wiring(drivers=[Sorter(SORTER, TOPIC, "bench")], transport=wire)
    runtime = Runtime(store, WallClock(), wiring)
    wire.start()
    runtime.start()
    up.wait(10)
    pipe.send("ready")
    pipe.recv()
    runtime.stop()
    wire.stop()
    store.close()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="From a scan to its divert, over MQTT.")
    parser.add_argument("--rate", type=int, default=200, help="scans a second (200)")
    parser.add_argument("--seconds", type=float, default=15.0, help="for how long (15)")
    asked = parser.parse_args(arguments)
    return tell(measure(asked.rate, asked.seconds))


if __name__ == "__main__":
    sys.exit(main())
