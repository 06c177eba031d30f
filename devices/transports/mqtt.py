"""Owns the wire of a broker over all of its connections: who listens, and what comes after a loss.

A message is acknowledged when its listener has taken it, so the broker delivers again what a dead
process had not committed. While there is no connection `send` raises; commands wait in the
outbox, never here. It refuses to know what a message means.
"""

import time
from collections.abc import Callable
from typing import Final

from paho.mqtt.client import topic_matches_sub

from devices.driver import DeviceOffline, Send
from devices.envelope import is_retained
from devices.transports.keeping import Keeper
from devices.transports.mqtt_connection import NEW, OLD, Broker, Connection, Refused
from devices.transports.transport import Changed, Heard, Taken

STUCK_S: Final = 10.0  # a network thread that has not gone round for so long is not relied on
WILDCARDS: Final = frozenset("+#")

Presence = Callable[[bool], Send]


class MqttTransport:
    """`presence(online)` makes our own `conn` message; the will is the one with False.

    An address to listen to may have the wildcards of MQTT.
    """

    def __init__(self, broker: Broker, presence: Presence | None = None) -> None:
        self.broker = broker
        self.why = f"{broker} is not connected yet"
        self._presence = presence
        self._version = NEW
        self._listeners: dict[str, list[Heard]] = {}
        self._patterns: list[str] = []
        self._watchers: list[Changed] = []
        self._making: Connection | None = None
        self._connection: Connection | None = None
        self._keeper = Keeper(f"mqtt {broker.client}", self._serve, self._lost)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Takes leave: the broker tells the others that we are gone."""
        connection = self._connection
        if connection is not None and self._presence:
            self._say(connection, online=False)
        if making := self._making:
            making.disconnect()
        self._keeper.stop()

    @property
    def connected(self) -> bool:
        """Whether there is a connection, and a thread that serves it."""
        connection = self._connection
        return connection is not None and time.monotonic() - connection.beat_s < STUCK_S

    def send(self, address: str, payload: bytes) -> None:
        connection = self._connection
        if connection is None:
            raise DeviceOffline(f"{self.why}; {address} was not sent")
        if time.monotonic() - connection.beat_s >= STUCK_S:
            raise DeviceOffline(f"the thread that serves {self.broker} is stuck")
        connection.publish(address, payload, retain=is_retained(address))

    def listen(self, address: str, heard: Heard) -> None:
        new = address not in self._listeners
        self._listeners.setdefault(address, []).append(heard)
        if new and not WILDCARDS.isdisjoint(address):
            self._patterns.append(address)
        connection = self._connection
        if connection is None:
            self._tell(address, self.why)
        elif new:
            connection.subscribe((address,))

    def watch(self, changed: Changed) -> None:
        self._watchers.append(changed)

    # --- on the network thread -----------------------------------------------------------------

    def _serve(self) -> None:
        will = self._presence(False) if self._presence else None
        self._making = Connection(
            self.broker,
            self,
            version=self._version,
            will=(will.address, will.payload) if will else None,
        )
        try:
            self._making.serve()
        except Refused as refused:
            self._version = OLD if refused.old else NEW
            raise

    def _lost(self, why: str) -> None:
        self._connection = self._making = None
        self.why = why if str(self.broker) in why else f"{self.broker}: {why}"
        self._tell_all(self.why)

    def connected_now(self, connection: Connection) -> None:
        self._keeper.opened()
        if self._listeners:
            connection.subscribe(tuple(self._listeners))
        else:
            self._up(connection)

    def subscribed(self, connection: Connection) -> None:
        if self._connection is None:
            self._up(connection)

    def message(self, address: str, payload: bytes, taken: Taken) -> None:
        heard = self._listeners.get(address, ())
        for pattern in self._patterns:
            if topic_matches_sub(pattern, address):
                heard = (*heard, *self._listeners[pattern])
        for each in heard:
            each(address, payload, taken)
        if not heard:  # an old subscription that the broker still keeps for us
            taken()

    def _up(self, connection: Connection) -> None:
        self._connection = connection
        self._say(connection, online=True)
        for address in self._listeners:
            allowed = address not in connection.forbidden
            self._tell(address, "" if allowed else f"{self.broker} forbids us to hear {address}")

    def _say(self, connection: Connection, *, online: bool) -> None:
        if self._presence:
            send = self._presence(online)
            connection.publish(send.address, send.payload, retain=True)

    def _tell_all(self, why: str) -> None:
        for address in self._listeners:
            self._tell(address, why)

    def _tell(self, address: str, why: str) -> None:
        for changed in self._watchers:
            changed(address, why)
