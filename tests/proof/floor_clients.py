"""Owns who asks something of the floor while it is killed: shops over HTTP, a sorter over MQTT.

Each sends what it has no answer to again, unchanged, and keeps what it was answered. They refuse
to judge; the proof compares their word with the books.
"""

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from devices.driver import DeviceOffline, Send
from devices.envelope import Online, Result, Writer
from devices.sorter import DIVERT, Diverted, Scan
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from devices.transports.transport import Taken
from tests.proof.floor_victim import BRANCH

RESEND_S: Final = 0.5
RESENDS: Final = 8  # then the unit has gone round, and is scanned anew
RESENT_MAX: Final = 25  # at a time, the oldest first
PAUSE_S: Final = 0.1
TIMEOUT_S: Final = 5.0


@dataclass(eq=False)
class Shop:
    """One client that places one order after the other; `answers` by order number."""

    name: str
    url: str
    token: str
    sku: str
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    resent: int = 0
    surprises: list[str] = field(default_factory=list)

    def work(self, over: threading.Event) -> None:
        """Places orders until it is over; the last one gets its answer, too."""
        with httpx.Client(timeout=TIMEOUT_S) as client:
            number = 0
            while not over.is_set():
                number += 1
                self._place(client, f"{self.name}-{number}")

    def _place(self, client: httpx.Client, number: str) -> None:
        order = {
            "shop": "web",
            "number": number,
            "lines": [{"line": 1, "sku": self.sku, "qty": 1}],
        }
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": number}
        waits = threading.Event()
        while True:
            try:
                answer = client.post(f"{self.url}/api/orders", json=order, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 201:
                self.answers[number] = answer.json()
                return
            if answer is not None and answer.status_code < 500:
                self.surprises.append(f"{number}: {answer.status_code} {answer.text[:200]}")
                return
            self.resent += 1
            waits.wait(PAUSE_S)


class ScanningSorter:
    """A sorter that scans a new load unit every `pause_s` and does each divert once.

    A unit without a divert comes round to the scanner again, as on a loop. It answers until it is
    stopped: what it said into a dead broker is asked for once more.
    """

    def __init__(self, broker: Broker, pause_s: float) -> None:
        self.diverts: defaultdict[str, set[str]] = defaultdict(set)
        self.scans = 0
        self.resent = 0
        self._pause_s = pause_s
        self._writer = Writer("sorter-under-kills")
        self._unanswered: dict[str, bytes] = {}
        self._rounds: dict[str, int] = {}  # how often the present scan of a unit was sent
        self._done: dict[str, tuple[bytes, bytes]] = {}  # the answers to each divert, by corr
        self._lock = threading.Lock()
        self._wire = MqttTransport(broker, self._presence)
        self._wire.listen(f"{BRANCH}/cmd/divert", self._divert)

    def _presence(self, online: bool) -> Send:
        return Send(f"{BRANCH}/conn", self._writer.write(Online(online=online), 1))

    def work(self, over: threading.Event) -> None:
        self._wire.start()
        pause = threading.Event()
        rounds_to_resend = max(1, round(RESEND_S / self._pause_s))
        for number in range(1 << 30):
            if over.is_set() and not self._unanswered:
                break
            if not over.is_set():
                self._scan(f"unit-{number}")
            if number % rounds_to_resend == 0:
                self._again()
            pause.wait(self._pause_s)

    def stop(self) -> None:
        self._wire.stop()

    def waiting(self) -> list[str]:
        with self._lock:
            return sorted(self._unanswered)

    def _scan(self, tracking: str) -> None:
        payload = self._writer.write(Scan(codes=(), tracking=tracking), 1)
        with self._lock:
            self._unanswered[tracking] = payload
            self._rounds[tracking] = 0
            self.scans += 1
        self._send("evt/scan", payload)

    def _again(self) -> None:
        with self._lock:
            waiting = dict(list(self._unanswered.items())[:RESENT_MAX])
        for tracking, payload in waiting.items():
            self._rounds[tracking] += 1
            if self._rounds[tracking] > RESENDS:
                self._scan(tracking)
            else:
                self.resent += 1
                self._send("evt/scan", payload)

    def _divert(self, _address: str, payload: bytes, taken: Taken) -> None:
        """A repeat of a divert is answered by the words of the first time."""
        message = DIVERT.read(payload)
        with self._lock:
            self._unanswered.pop(message.data.tracking, None)
            self.diverts[message.data.tracking].add(message.corr)
            if message.corr not in self._done:
                went = Diverted(tracking=message.data.tracking, lane=message.data.lane)
                self._done[message.corr] = (
                    self._writer.write(Result(ok=True), 1, message.corr),
                    self._writer.write(went, 1, message.corr),
                )
            accepted, diverted = self._done[message.corr]
        self._send("res/divert", accepted)
        self._send("evt/diverted", diverted)
        taken()

    def _send(self, leaf: str, payload: bytes) -> None:
        try:
            self._wire.send(f"{BRANCH}/{leaf}", payload)
        except DeviceOffline:
            return
