"""A hostile client at the real broker, with the shipped rights and the real controller behind."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from api.clock import WallClock
from api.runtime import Runtime, Wiring
from controller.store import open_store
from devices.driver import DeviceOffline
from devices.envelope import SIZE_MAX, Writer
from devices.hub import RATE_MAX
from devices.mosquitto import Mosquitto
from devices.sorter import Scan, Sorter
from devices.transports.mqtt import MqttTransport
from tests.until import until
from tests.wires.ears import Ear
from tests.wires.test_mqtt import wire

SORTER = "wh/v1/main/out/sorter-01"
SCANNER = "wh/v1/main/out/scanner-02"


def scan(number: int, session: str = "plc") -> bytes:
    writer = Writer(session)
    for _ in range(number):
        payload = writer.write(Scan(codes=(f"P{number}",), tracking=f"t{number}"), 1)
    return payload


@pytest.fixture
def runtime(mosquitto: Mosquitto) -> Iterator[Runtime]:
    store, transport, ear = open_store(), MqttTransport(mosquitto.login()), Ear()
    transport.watch(ear.changed)
    drivers = [Sorter("sorter-01", SORTER), Sorter("scanner-02", SCANNER)]
    running = Runtime(store, WallClock(), Wiring(drivers=drivers, transport=transport))
    transport.start()
    running.start()
    ear.wait_up()
    yield running
    running.stop()
    transport.stop()
    store.close()


def rows(runtime: Runtime, name: str, text: str = "") -> list[str]:
    """The ids of the commands of this name that the controller has carried out."""
    with runtime.controller.reading() as db:
        found = db.all("SELECT command_id, name, payload FROM journal ORDER BY seq")
    return [row.command_id for row in found if row.name == name and text in row.payload]


def wait_for_scans(runtime: Runtime, *ids: str) -> None:
    until(lambda: rows(runtime, "ContainerSeen") == list(ids))


def wait_for_fault(runtime: Runtime, text: str) -> None:
    until(lambda: rows(runtime, "DeviceFault", text))


def test_nobody_gets_in_without_a_name_and_its_word(mosquitto: Mosquitto) -> None:
    for login in (
        mosquitto.login(username="", password=""),
        mosquitto.login("sorter-01", password="wrong"),
    ):
        transport, ear = MqttTransport(login), Ear()
        transport.watch(ear.changed)
        transport.listen(f"{SORTER}/cmd/divert", ear.hear)
        transport.start()
        ear.wait(lambda each: "refuses us" in str(each.wire))
        transport.stop()


def test_a_device_speaks_for_itself_alone_and_hears_no_other(
    mosquitto: Mosquitto, runtime: Runtime
) -> None:
    own, others = f"{SCANNER}/cmd/divert", f"{SORTER}/cmd/divert"
    with (
        wire(mosquitto, "scanner-02", own) as (hostile, obeys),
        wire(mosquitto, "sorter-01", others) as (_, victim),
    ):
        hostile.send(f"{SORTER}/evt/scan", scan(1))
        hostile.send(f"{SORTER}/res/divert", scan(2))
        hostile.send(others, b"divert to me")
        hostile.send(own, b"a command to myself")
        hostile.listen(others, obeys.hear)
        hostile.send(f"{SCANNER}/evt/scan", scan(3))
        wait_for_scans(runtime, "scanner-02/plc/3")
        heard = [payload for _, payload in victim.heard]
        assert all(b"divert to me" not in each for each in heard)
        assert all(address == own for address, _ in obeys.heard)
        assert b"a command to myself" not in obeys.payloads


def test_what_breaks_the_form_is_a_fault_and_the_next_message_is_heard(
    mosquitto: Mosquitto, runtime: Runtime
) -> None:
    with wire(mosquitto, "sorter-01", f"{SORTER}/cmd/divert") as (device, _):
        device.send(f"{SORTER}/evt/scan", b'{"v":1,"id":')
        wait_for_fault(runtime, "not a wh/v1 message")
        device.send(f"{SORTER}/evt/scan", b"[" * 2_000)
        device.send(f"{SORTER}/evt/unknown", scan(8))
        device.send(f"{SORTER}/evt/scan", scan(1))
        wait_for_scans(runtime, "sorter-01/plc/1")
        assert runtime.failures == 0


def test_a_message_that_is_too_large_does_not_reach_us(
    mosquitto: Mosquitto, runtime: Runtime
) -> None:
    with wire(mosquitto, "sorter-01", f"{SORTER}/cmd/divert") as (device, _):
        device.send(f"{SORTER}/evt/scan", b"x" * (SIZE_MAX + 1))

        def heard_again() -> bool:
            with suppress(DeviceOffline):  # the broker may hang up on such a client
                device.send(f"{SORTER}/evt/scan", scan(1))
            return rows(runtime, "ContainerSeen") == ["sorter-01/plc/1"]

        until(heard_again)
        assert rows(runtime, "DeviceFault", "bytes; at most") == []


def test_a_replay_and_a_number_used_twice_change_nothing(
    mosquitto: Mosquitto, runtime: Runtime
) -> None:
    with wire(mosquitto, "sorter-01", f"{SORTER}/cmd/divert") as (device, _):
        forged = scan(1).replace(b"P1", b"P9")
        for payload in (scan(1), scan(1), forged, scan(2), scan(1)):
            device.send(f"{SORTER}/evt/scan", payload)
        wait_for_scans(runtime, "sorter-01/plc/1", "sorter-01/plc/2")
        until(lambda: runtime.hub.refused["command_id_used_before"] == 1)


def test_a_flood_of_one_device_does_not_drown_another(
    mosquitto: Mosquitto, runtime: Runtime
) -> None:
    with (
        wire(mosquitto, "scanner-02", f"{SCANNER}/cmd/divert") as (hostile, _),
        wire(mosquitto, "sorter-01", f"{SORTER}/cmd/divert") as (device, _),
    ):
        for _ in range(3 * RATE_MAX):
            with suppress(DeviceOffline):  # the broker takes no more of it for now
                hostile.send(f"{SCANNER}/evt/scan", b"{}")
        device.send(f"{SORTER}/evt/scan", scan(1))
        wait_for_scans(runtime, "sorter-01/plc/1")
        assert len(rows(runtime, "DeviceFault", '"scanner-02"')) <= 4
