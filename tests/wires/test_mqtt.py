"""The MQTT wire over a real mosquitto: acknowledged by hand, never late, back after a kill."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devices.driver import DeviceOffline, Send
from devices.envelope import ONLINE, Online, Writer
from devices.mosquitto import Mosquitto
from devices.transports.mqtt import MqttTransport, Presence
from tests.wires.ears import Ear

BRANCH = "wh/v1/main/out/sorter-01"
SCAN, CMD, CONN = f"{BRANCH}/evt/scan", f"{BRANCH}/cmd/divert", f"{BRANCH}/conn"


@contextmanager
def wire(
    mosquitto: Mosquitto,
    user: str,
    address: str,
    take: bool = True,
    presence: Presence | None = None,
) -> Iterator[tuple[MqttTransport, Ear]]:
    """A connection of `user` that listens to `address` and is up."""
    transport, ear = MqttTransport(mosquitto.login(user), presence), Ear(take)
    transport.watch(ear.changed)
    transport.listen(address, ear.hear)
    transport.start()
    ear.wait_up()
    yield transport, ear
    transport.stop()


def conn(online: bool) -> Send:
    return Send(CONN, Writer(f"sorter-01-{time.monotonic_ns()}").write(Online(online=online), 1))


def test_messages_pass_both_ways_between_host_and_device(mosquitto: Mosquitto) -> None:
    with (
        wire(mosquitto, "pickwright", SCAN) as (host, hears),
        wire(mosquitto, "sorter-01", CMD) as (device, obeys),
    ):
        device.send(SCAN, b"scan")
        host.send(CMD, b"divert")
        assert (hears.wait_for(1), obeys.wait_for(1)) == ([b"scan"], [b"divert"])


def test_nothing_is_sent_while_the_broker_is_away_and_nothing_late_after(
    mosquitto: Mosquitto,
) -> None:
    with (
        wire(mosquitto, "pickwright", SCAN) as (host, hears),
        wire(mosquitto, "sorter-01", CMD) as (_device, obeys),
    ):
        mosquitto.kill()
        assert "broker 127.0.0.1" in hears.wait_down()
        with pytest.raises(DeviceOffline, match="was not sent"):
            host.send(CMD, b"stale")
        mosquitto.start()
        for ear in (hears, obeys):
            ear.wait_up()
        host.send(CMD, b"fresh")
        assert obeys.wait_for(1) == [b"fresh"]


def test_what_was_not_taken_is_delivered_again_and_what_was_taken_is_not(
    mosquitto: Mosquitto,
) -> None:
    with (
        wire(mosquitto, "sorter-01", CMD) as (device, _),
        wire(mosquitto, "pickwright", SCAN, take=False) as (_, first),
    ):
        device.send(SCAN, b"kept")
        device.send(SCAN, b"lost")
        first.wait_for(2)
        first.taken[0]()
        with wire(mosquitto, "pickwright", SCAN) as (_, second):
            device.send(SCAN, b"new")
            assert second.wait_for(2) == [b"lost", b"new"]


def test_the_will_of_a_device_that_dies_is_heard_and_kept(mosquitto: Mosquitto) -> None:
    with (
        wire(mosquitto, "pickwright", CONN) as (_, hears),
        wire(mosquitto, "sorter-01", CMD, presence=conn) as (device, _),
    ):
        assert ONLINE.read(hears.wait_for(1)[0]).data.online
        making = device._making
        assert making is not None
        sock = making._client.socket()
        assert isinstance(sock, socket.socket)
        sock.shutdown(socket.SHUT_RDWR)
        hears.wait(lambda ear: len(ear.heard) >= 3)
        words = [ONLINE.read(payload).data.online for payload in hears.payloads]
        assert words == [True, False, True]


def test_a_listener_that_raises_ends_the_connection_and_not_the_wire(
    mosquitto: Mosquitto,
) -> None:
    with (
        wire(mosquitto, "sorter-01", CMD) as (device, _),
        wire(mosquitto, "pickwright", SCAN) as (host, hears),
    ):
        failures = iter([RuntimeError("a defect")])

        def broken(*_: object) -> None:
            if error := next(failures, None):
                raise error

        host._listeners[SCAN].insert(0, broken)
        device.send(SCAN, b"first")
        assert "a defect" in hears.wait_down()
        hears.wait_up()
        device.send(SCAN, b"second")
        assert hears.wait_for(2) == [b"first", b"second"]


def test_an_older_broker_is_spoken_to_in_the_older_version(mosquitto: Mosquitto) -> None:
    from devices.transports.mqtt_connection import OLD

    with wire(mosquitto, "sorter-01", CMD) as (device, _):
        host, hears = MqttTransport(mosquitto.login()), Ear()
        host._version = OLD
        host.watch(hears.changed)
        host.listen(SCAN, hears.hear)
        host.start()
        hears.wait_up()
        device.send(SCAN, b"scan")
        assert hears.wait_for(1) == [b"scan"]
        host.stop()
