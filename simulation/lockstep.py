"""Owns the run over a real broker in which time stands still while a message is on its way.

Every message of the broker's topics crosses the real wire, from the sender's client to the
receiver's, and nothing else happens until it has arrived. So a day over MQTT ends exactly as the
same day in one process. It refuses to go on when a message does not arrive as it was sent.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from devices.driver import Send
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from devices.transports.transport import Taken
from simulation.host import Carry
from simulation.plant import SORTER_TOPIC
from simulation.wire import BROKER

HOST_HEARS: Final = ("wh/v1/+/+/+/evt/+", "wh/v1/+/+/+/res/+")
DEVICE_HEARS: Final = f"{SORTER_TOPIC}/cmd/+"
PATIENCE_S: Final = 10.0


class _Client:
    """One end on the broker, and what it has heard."""

    def __init__(self, broker: Broker, topics: tuple[str, ...]) -> None:
        self.heard: queue.SimpleQueue[Send] = queue.SimpleQueue()
        self._up = {topic: threading.Event() for topic in topics}
        self.wire = MqttTransport(broker)
        self.wire.watch(self._changed)
        for topic in topics:
            self.wire.listen(topic, self._hear)

    def start(self) -> None:
        """Returns when the broker delivers to us. Raises: ConnectionError when it never does."""
        self.wire.start()
        if not all(up.wait(PATIENCE_S) for up in self._up.values()):
            raise ConnectionError(self.wire.why)

    def _changed(self, topic: str, why: str) -> None:
        if not why:
            self._up[topic].set()

    def _hear(self, address: str, payload: bytes, taken: Taken) -> None:
        self.heard.put(Send(address, payload))
        taken()


@contextmanager
def over_broker(host: Broker, device: Broker) -> Iterator[Carry]:
    """Carries messages over a broker; `host` and `device` are how the two ends log in."""
    ends = _Client(host, HOST_HEARS), _Client(device, (DEVICE_HEARS,))
    controller, machine = ends

    def carry(send: Send, arrive: Callable[[], None]) -> None:
        if send.address.startswith(BROKER):
            to_machine = send.address.startswith(f"{SORTER_TOPIC}/cmd/")
            sender, receiver = (controller, machine) if to_machine else (machine, controller)
            sender.wire.send(send.address, send.payload)
            came = receiver.heard.get(timeout=PATIENCE_S)
            if came != send:
                raise ConnectionError(f"{send} was sent, {came} came")
        arrive()

    try:
        for end in ends:
            end.start()
        yield carry
    finally:
        for end in ends:
            end.wire.stop()
