"""Owns the wires of a living building: in memory, or a real broker, terminals and sockets.

Both have two ends, one for the hub and one for the machines, and what the machines hear comes on
the building's thread. It refuses faults: those of a real wire are real.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from devices.driver import DeviceOffline, Send
from devices.mosquitto import Mosquitto
from devices.transports.lines import Line
from devices.transports.memory import pair
from devices.transports.mqtt import MqttTransport
from devices.transports.routing import Wire, Wires, stop_all
from devices.transports.serial import Port, SerialChannel
from devices.transports.tcp import Socket, TcpChannel
from devices.transports.transport import Changed, Heard, Taken, Transport
from devices.wiring import presence
from simulation.live.lines import HOST, FarEnds

SITE: Final = "wh/v1/main"
BAUD: Final = 115_200

Post = Callable[[Callable[[], None]], None]
Deliver = Callable[[Send, Callable[[], None]], None]


class Ends(Protocol):
    """The two ends of the wire; started before the hub resumes."""

    @property
    def host(self) -> Transport: ...
    @property
    def floor(self) -> Transport: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class MemoryEnds:
    """`deliver` is the wire of the building; what the hub sends is posted to its thread first."""

    def __init__(self, post: Post, deliver: Deliver) -> None:
        self.host, self.floor = pair(deliver)
        self.host.deliver = lambda send, arrive: post(lambda: deliver(send, arrive))

    def start(self) -> None:
        """A wire in memory is always up."""

    def stop(self) -> None:
        """Nothing to close."""


class RealEnds:
    """Every machine on its own wire: `topics` are branches on the broker, others are lines."""

    def __init__(
        self,
        broker: Mosquitto,
        post: Post,
        boot: str,
        addresses: Iterable[str],
        topics: Iterable[str],
    ) -> None:
        self._machines = FarEnds(
            lambda address, payload: post(partial(self._hear, address, payload))
        )
        self._by_topic = {
            topic: MqttTransport(broker.login(_device(topic)), presence(topic, f"{boot}w"))
            for topic in topics
        }
        host: dict[str, Wire] = {
            "wh/": MqttTransport(broker.login(), presence(f"{SITE}/host/pickwright", f"{boot}w"))
        }
        for address in addresses:
            host[address] = self._line(address)
        self._host = Wires(host)
        self._floor = _Floor(self._by_topic, self._machines, post)

    @property
    def host(self) -> Transport:
        return self._host

    @property
    def floor(self) -> Transport:
        return self._floor

    def start(self) -> None:
        self._machines.start()
        for each in self._by_topic.values():
            each.start()
        self._host.start()

    def stop(self) -> None:
        stop_all([*self._host.all, *self._by_topic.values()])
        self._machines.stop()

    def _line(self, address: str) -> Line:
        if address.startswith("serial/"):
            port = Port(port=self._machines.serial(address), baud=BAUD)
            return Line(address, str(port), partial(SerialChannel, port))
        peer = Socket(host=HOST, port=self._machines.tcp(address))
        return Line(address, str(peer), partial(TcpChannel, peer))

    def _hear(self, address: str, payload: bytes) -> None:
        self._floor.hear(address, payload)


class _Floor:
    """The machines' end: what they send is lost while their wire is down."""

    def __init__(self, by_topic: dict[str, MqttTransport], lines: FarEnds, post: Post) -> None:
        self._by_topic = by_topic
        self._lines = lines
        self._post = post
        self._listeners: dict[str, list[Heard]] = {}

    def send(self, address: str, payload: bytes) -> None:
        wire = self._by_topic.get(_branch(address))
        if wire is None:
            self._lines.send(address, payload)
            return
        with suppress(DeviceOffline):
            wire.send(address, payload)

    def listen(self, address: str, heard: Heard) -> None:
        self._listeners.setdefault(address, []).append(heard)
        wire = self._by_topic.get(_branch(address))
        if wire is not None:
            wire.listen(address, self._heard)

    def watch(self, changed: Changed) -> None:
        """`changed` is called on the building's thread; lines are not watched."""
        for wire in self._by_topic.values():
            wire.watch(lambda address, why: self._post(partial(changed, address, why)))

    def hear(self, address: str, payload: bytes) -> None:
        """On the building's thread."""
        for heard in self._listeners.get(address, ()):
            heard(address, payload, _nothing)

    def _heard(self, address: str, payload: bytes, taken: Taken) -> None:
        def on_the_floor() -> None:
            self.hear(address, payload)
            taken()

        self._post(on_the_floor)


def _nothing() -> None:
    """The machine has it."""


def _branch(address: str) -> str:
    return "/".join(address.split("/")[:5])


def _device(topic: str) -> str:
    return topic.rpartition("/")[2]
