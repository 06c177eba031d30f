"""Owns the proof that a broker that dies again and again loses no divert and doubles none.

The real controller on a SQLite file and an emulated loop sorter talk over a real mosquitto, which
is killed and started again under load. In the end every parcel lies in a lane, once; every divert
that was asked for has come to an end, done or told to people; and none was confirmed twice.

    python -m tests.proof.broker --kills 50
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from api.clock import WallClock
from api.runtime import Runtime, Wiring
from controller.messages import DivertConfirmed, from_json
from controller.store import Store, open_store
from controller.views.checks import check
from devices.driver import DeviceOffline
from devices.mosquitto import Mosquitto
from devices.sorter import Sorter
from devices.transports.mqtt import MqttTransport
from simulation.machines import (
    Emit,
    Heard,
    Inducted,
    Lane,
    LoopSorter,
    Physical,
    Wake,
    Woken,
)
from simulation.streams import Chance
from tests.workflows.floor import SORTER, belt_floor

TOPIC = f"wh/v1/main/outbound/{SORTER}"
RATE = 40
LIFE_S = (1.5, 3.0)  # from a start of the broker to its next death
DEAD_S = (0.0, 0.6)
SETTLE_S = 150.0


@dataclass(slots=True)
class Verdict:
    kills: int = 0
    parcels: int = 0
    rows: int = 0
    told: int = 0  # diverts that ended as a fault, for a person to look at
    back_s: float = 0.0  # the longest time from the broker's return to the first message
    findings: list[str] = field(default_factory=list)


class Belt:
    """The sorter in real time on its own thread; like a PLC it keeps what it could not say."""

    def __init__(self, wire: MqttTransport) -> None:
        self.diverted: Counter[str] = Counter()
        self.inducted = 0
        self._wire = wire
        self._machine = LoopSorter(
            name=SORTER,
            topic=TOPIC,
            chance=Chance(1, "sorter", WallClock().now_ms),
            lanes={"RUNOUT": Lane(at_mm=3_000, capacity=1 << 30)},
            benches={"B": 7_000},
            loop_mm=8_000,
            speed_mm_s=4_000,
            pitch_mm=1,
        )
        self._arrived: SimpleQueue[object] = SimpleQueue()
        self._wakes: list[tuple[int, int, str]] = []
        self._turns = count()
        self._unsaid: deque[Emit] = deque()
        self._stopping = False
        wire.listen(f"{TOPIC}/cmd/divert", self._hear)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def induct(self) -> None:
        self.inducted += 1
        self._arrived.put(Inducted("B", f"P{self.inducted}", (f"X{self.inducted}",)))

    def stop(self) -> None:
        self._stopping = True
        self._thread.join()

    def _hear(self, address: str, payload: bytes, taken: Callable[[], None]) -> None:
        taken()
        self._arrived.put(Heard(address, payload))

    def _run(self) -> None:
        while not self._stopping:
            due_us = self._wakes[0][0] if self._wakes else _now_us() + 50_000
            with suppress(Empty):
                wait_s = min(0.05, max(0.0, (due_us - _now_us()) / 1e6))
                self._take(self._arrived.get(timeout=wait_s))
            while self._wakes and self._wakes[0][0] <= _now_us():
                self._take(Woken(heappop(self._wakes)[2]))
            self._say_rest()

    def _take(self, happening: object) -> None:
        for effect in self._machine.handle(_now_us(), happening):
            match effect:
                case Emit(address=address) if address.endswith("/evt/scan"):
                    with suppress(DeviceOffline):  # the parcel comes round again
                        self._wire.send(address, effect.payload)
                case Emit():
                    self._unsaid.append(effect)
                case Wake(at_us=at_us, token=token):
                    heappush(self._wakes, (at_us, next(self._turns), token))
                case Physical(data=data):
                    self.diverted[data["parcel"]] += 1

    def _say_rest(self) -> None:
        with suppress(DeviceOffline):
            while self._unsaid:
                self._wire.send(self._unsaid[0].address, self._unsaid[0].payload)
                self._unsaid.popleft()


def _now_us() -> int:
    return time.time_ns() // 1_000


def kill_often(home: Path, kills: int, seed: int) -> Verdict:
    verdict = Verdict()
    rng = random.Random(seed)
    store = open_store(f"sqlite:///{home / 'broker.db'}")
    belt_floor(store=store)
    broker = Mosquitto(home / "broker", {SORTER: "word"})
    broker.start()
    host, device = MqttTransport(broker.login()), MqttTransport(broker.login(SORTER))
    drivers = [Sorter(SORTER, TOPIC, outcome_ms=30_000)]
    runtime = Runtime(store, WallClock(), Wiring(drivers=drivers, transport=host))
    belt = Belt(device)
    for each in (host, device):
        each.start()
    runtime.start()
    try:
        _until(lambda: host.connected and device.connected, 10)
        for _ in range(kills):
            _load(belt, rng.uniform(*LIFE_S))
            broker.kill()
            _load(belt, rng.uniform(*DEAD_S))
            broker.start()
            verdict.kills += 1
            began = time.monotonic()
            while not (host.connected and device.connected):
                _load(belt, 0.02)
            verdict.back_s = max(verdict.back_s, time.monotonic() - began)
        _load(belt, 1.0)
        _until(lambda: len(belt.diverted) == belt.inducted and not _open_rows(store), SETTLE_S)
    finally:
        belt.stop()
        runtime.stop()
        for each in (host, device):
            each.stop()
        broker.stop()
    verdict.parcels = belt.inducted
    _judge(store, belt, verdict)
    store.close()
    return verdict


def _load(belt: Belt, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        belt.induct()
        threading.Event().wait(min(left, 1 / RATE))


def _until(holds: Callable[[], object], patience_s: float) -> None:
    end = time.monotonic() + patience_s
    while not holds() and time.monotonic() < end:
        threading.Event().wait(0.1)


def _open_rows(store: Store) -> list[Any]:
    with store.reading() as db:
        return db.all(
            "SELECT id, state FROM outbox WHERE topic LIKE 'device/%' "
            "AND state NOT IN ('done', 'failed', 'delivered') ORDER BY id"
        )


def _judge(store: Store, belt: Belt, verdict: Verdict) -> None:
    found = verdict.findings
    missing = belt.inducted - len(belt.diverted)
    if missing:
        found.append(f"{missing} parcels never came into a lane")
    found += [f"{parcel} was diverted {n} times" for parcel, n in belt.diverted.items() if n > 1]
    found += [f"row {row.id} is still {row.state}" for row in _open_rows(store)[:5]]
    with store.reading() as db:
        journal = db.all("SELECT name, payload FROM journal ORDER BY seq")
        rows = db.all(
            "SELECT id, state, payload FROM outbox WHERE topic = :topic ORDER BY id",
            topic=f"device/{SORTER}",
        )
        for name, sentences in check(db).items():
            found += [f"{name}: {sentence}" for sentence in sentences[:3]]
    verdict.rows = len(rows)
    confirmed = Counter(
        from_json(each.payload, DivertConfirmed).outbox
        for each in journal
        if each.name == "DivertConfirmed" and '"lane":"RUNOUT"' in each.payload
    )
    found += [f"row {row} was confirmed {n} times" for row, n in confirmed.items() if n > 1]
    faults = " ".join(e.payload for e in journal if e.name in ("DeviceFault", "OutboxGivenUp"))
    for row in rows:
        if row.state == "failed":
            verdict.told += 1
            if f'"outbox":{row.id}' not in faults:
                found.append(f"row {row.id} failed, and nobody was told")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kill a broker many times; lose no divert.")
    parser.add_argument("--kills", type=int, default=50, help="how often (50)")
    parser.add_argument("--seed", type=int, default=1, help="of the points of time (1)")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="broker-") as home:
        verdict = kill_often(Path(home), asked.kills, asked.seed)
    for finding in verdict.findings:
        sys.stderr.write(f"FOUND {finding}\n")
    sys.stdout.write(
        f"{verdict.kills} kills, {verdict.parcels} parcels each in a lane once, {verdict.rows} "
        f"diverts asked for, {verdict.told} of them told to people, back within "
        f"{verdict.back_s:.1f} s, {len(verdict.findings)} findings\n"
    )
    return 1 if verdict.findings else 0


if __name__ == "__main__":
    sys.exit(main())
