"""Owns one connection to an MQTT broker: made, served on one thread, and thrown away when lost.

The one factory of clients sets TCP_NODELAY, manual acknowledgement and limits. Whoever sends
writes to the socket at once, under a lock. It refuses to reconnect: nothing that a client keeps of
a lost connection is ever sent late.
"""

import selectors
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY as FIRST_ONLY
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from devices.driver import DeviceOffline
from devices.transports import mqtt_tls
from devices.transports.transport import Taken

CONNECT_S: Final = 3.0
TICK_S: Final = 0.5
UNACKNOWLEDGED_MAX: Final = 2_000  # sends that the broker has not acknowledged
TOPICS_MAX: Final = 100  # per SUBSCRIBE
SESSION_S: Final = 3_600  # how long the broker keeps what it has for us while we are away
EXPIRY_S: Final = 5  # a command that nobody takes by then is given up by its driver as well
OLD, NEW = MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where the broker is and who we are there; `ca` or `certificate` switch TLS on.

    `lasting`: the broker keeps our subscriptions and what came for us while we are away.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    client: str
    username: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    certificate: str = ""
    key: str = ""
    keepalive_s: int = 5
    lasting: bool = True

    def __str__(self) -> str:
        return f"broker {self.host}:{self.port}"


class Refused(ConnectionError):
    """The broker does not let us in; `old` when it speaks MQTT 3.1.1 only."""

    def __init__(self, why: str, old: bool = False) -> None:
        super().__init__(why)
        self.old = old


class Ear(Protocol):
    """Who is told of what happens; called on the network thread."""

    def connected_now(self, connection: "Connection", /) -> None: ...
    def subscribed(self, connection: "Connection", /) -> None: ...
    def message(self, address: str, payload: bytes, taken: Taken, /) -> None: ...


def new_client(broker: Broker, version: MQTTProtocolVersion) -> Client:
    """The one factory of MQTT clients. Raises: ValueError naming a certificate's fault."""
    clean = None if version == NEW else not broker.lasting
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=broker.client,
        clean_session=clean,
        protocol=version,
        reconnect_on_failure=False,
        manual_ack=True,
    )
    client.connect_timeout = CONNECT_S
    client.max_queued_messages_set(UNACKNOWLEDGED_MAX)
    client.on_socket_open = _no_delay
    client.on_socket_register_write = _written_by_us
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    if context := mqtt_tls.context_of(broker):
        client.tls_set_context(context)
    return client


def _no_delay(_client: Client, _data: Any, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _written_by_us(_client: Client, _data: Any, _sock: Any) -> None:
    """Its presence keeps the library from writing on whatever thread queues a packet."""


class Connection:
    """`serve` is for the network thread, the rest for any."""

    def __init__(
        self,
        broker: Broker,
        ear: Ear,
        *,
        version: MQTTProtocolVersion = NEW,
        will: tuple[str, bytes] | None = None,
    ) -> None:
        self.beat_s = time.monotonic()
        self._broker = broker
        self._ear = ear
        self._version = version
        self._lock = threading.Lock()
        self._bell, self._ring = socket.socketpair()
        self._ring.setblocking(False)
        self._refused: Refused | None = None
        self._answered = False
        self._ended = False
        self._forbidden: list[str] = []
        self._topics: dict[int, Sequence[str]] = {}
        self._expiry = _properties(PacketTypes.PUBLISH, version, MessageExpiryInterval=EXPIRY_S)
        self._client = client = new_client(broker, version)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        if will:
            client.will_set(*will, qos=1, retain=True)

    def serve(self) -> None:
        """Connects, and works until the connection is gone. Raises: OSError for why it is."""
        client = self._client
        try:
            client.connect(
                self._broker.host,
                self._broker.port,
                self._broker.keepalive_s,
                clean_start=not self._broker.lasting if self._version == NEW else FIRST_ONLY,
                properties=_properties(
                    PacketTypes.CONNECT,
                    self._version,
                    SessionExpiryInterval=SESSION_S if self._broker.lasting else 0,
                ),
            )
            self._work(client.socket())
        except ssl.SSLError as error:
            why = mqtt_tls.told(self._broker, error)
            raise ConnectionError(f"{self._broker}: {why}") from error
        finally:
            with self._lock:
                self._ended = True
                self._bell.close()
                self._ring.close()
        why = "closed the connection"
        if not self._answered:
            why = f"{why} before it answered: {mqtt_tls.unanswered(self._broker)}"
        raise self._refused or ConnectionError(f"{self._broker} {why}")

    def publish(self, address: str, payload: bytes, *, retain: bool) -> None:
        """Raises: DeviceOffline when the broker cannot take it now."""
        properties = None if retain else self._expiry
        with self._lock:
            info = self._client.publish(address, payload, 1, retain, properties)
            self._write()
        if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            raise DeviceOffline(f"{self._broker} acknowledges nothing; {address} was not sent")
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise DeviceOffline(f"{self._broker} is gone; {address} was not sent")

    def subscribe(self, addresses: Sequence[str]) -> None:
        """`subscribed` is told when the broker has answered for all that was asked so far."""
        with self._lock:
            for start in range(0, len(addresses), TOPICS_MAX):
                some = addresses[start : start + TOPICS_MAX]
                _, mid = self._client.subscribe([(address, 1) for address in some])
                if mid is not None:
                    self._topics[mid] = some
            self._ring_bell()

    @property
    def forbidden(self) -> Sequence[str]:
        """The topics that the broker does not let us hear."""
        return tuple(self._forbidden)

    def disconnect(self) -> None:
        """A leave-taking: the broker does not send the will."""
        with self._lock:
            self._client.disconnect()
            self._write()
            self._ring_bell()

    # --- on the network thread -----------------------------------------------------------------

    def _work(self, sock: Any) -> None:
        client = self._client
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            selector.register(sock, selectors.EVENT_READ)
            while client.socket() is not None and self._refused is None:
                self.beat_s = time.monotonic()
                writes = selectors.EVENT_WRITE if client.want_write() else 0
                selector.modify(sock, selectors.EVENT_READ | writes)
                ready = {key.fileobj for key, _ in selector.select(TICK_S)}
                if self._bell in ready:
                    self._bell.recv(64)
                if sock in ready:
                    self._read(sock)
                if client.want_write():
                    with self._lock:
                        client.loop_write()
                client.loop_misc()

    def _read(self, sock: Any) -> None:
        self._client.loop_read()
        while isinstance(sock, ssl.SSLSocket) and self._client.socket() and sock.pending():
            self._client.loop_read()

    def _write(self) -> None:
        """Under the lock; what the socket does not take now is left to the network thread."""
        self._client.loop_write()
        if self._client.want_write():
            self._ring_bell()

    def _ring_bell(self) -> None:
        with suppress(OSError):  # full: it is ringing; closed: nobody is left to hear it
            self._ring.send(b"!")

    def _on_connect(
        self, _client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        self._answered = True
        if reason.is_failure:
            old = reason.getName() == "Unsupported protocol version"
            self._refused = Refused(f"{self._broker} refuses us: {reason}", old)
            return
        self._ear.connected_now(self)

    def _on_subscribe(
        self, _client: Client, _data: Any, mid: int, reasons: list[Any], _properties: Any
    ) -> None:
        topics = self._topics.pop(mid, ())
        answers = zip(topics, reasons, strict=False)
        self._forbidden += [topic for topic, reason in answers if reason.is_failure]
        if not self._topics:
            self._ear.subscribed(self)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        mid, qos = message.mid, message.qos
        payload = bytes(message.payload)
        self._ear.message(message.topic, payload, lambda: self._acknowledge(mid, qos))

    def _acknowledge(self, mid: int, qos: int) -> None:
        with self._lock:
            if qos and not self._ended:
                self._client.ack(mid, qos)
                self._write()


def _properties(packet: int, version: MQTTProtocolVersion, **values: int) -> Properties | None:
    """MQTT 5 properties; an older broker gets none."""
    if version != NEW:
        return None
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return properties
