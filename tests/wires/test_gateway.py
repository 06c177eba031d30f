"""A bench behind a gateway: real port, real broker, the drivers none the wiser."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.chunks import CHUNK, LOST, Cutter, Joiner
from devices.driver import DeviceOffline
from devices.envelope import Writer
from devices.gateway import Gateway
from devices.mosquitto import Mosquitto
from devices.settings import Devices
from devices.transports.bridged import BridgedLines
from devices.transports.mqtt import MqttTransport
from devices.transports.serial import Port
from devices.wiring import now_ms
from tests.wires.ears import Ear
from tests.wires.test_lines import Cable

BRANCH, ADDRESS = "wh/v1/main/pack/scale-b1", "line/main/pack/scale-b1"


@pytest.fixture
def cable(tmp_path: Path) -> Cable:
    made = Cable(tmp_path / "ttyUSB0")
    made.plug()
    return made


@pytest.fixture
def gateway(cable: Cable, mosquitto: Mosquitto) -> Iterator[Gateway]:
    devices = Devices(
        serial={"scale": Port(port=str(cable.path))}, branches={"serial/scale": BRANCH}
    )
    started = Gateway(devices, mosquitto.login("scale-b1"), "g1", kept_s=60.0)
    started.start()
    yield started
    started.stop()


@contextmanager
def controller(mosquitto: Mosquitto, take: bool = True) -> Iterator[tuple[BridgedLines, Ear]]:
    wire, ear = MqttTransport(mosquitto.login()), Ear(take=take)
    lines = BridgedLines(wire, "h1", now_ms)
    lines.watch(ear.changed)
    lines.listen(ADDRESS, ear.hear)
    wire.start()
    yield lines, ear
    wire.stop()


@pytest.fixture
def host(mosquitto: Mosquitto) -> Iterator[tuple[BridgedLines, Ear]]:
    with controller(mosquitto) as (lines, ear):
        yield lines, ear


def joined(ear: Ear) -> bytes:
    return b"".join(ear.payloads)


def test_a_line_behind_a_gateway_is_a_line(
    host: tuple[BridgedLines, Ear], gateway: Gateway, cable: Cable
) -> None:
    lines, ear = host
    ear.wait_up()
    os.write(cable.end, b"S S 1 kg\r\n")
    ear.wait(lambda each: joined(each) == b"S S 1 kg\r\n")
    lines.send(ADDRESS, b"SR\r\n")
    assert os.read(cable.end, 64) == b"SR\r\n"
    assert gateway.carried[0].state == ""


def test_a_pulled_cable_and_a_dead_broker_are_told_and_got_over(
    host: tuple[BridgedLines, Ear], gateway: Gateway, cable: Cable, mosquitto: Mosquitto
) -> None:
    lines, ear = host
    ear.wait_up()
    cable.pull()
    assert "line is closed" in ear.wait_down()
    with pytest.raises(DeviceOffline, match="closed"):
        lines.send(ADDRESS, b"stale")
    assert "ttyUSB0" in gateway.carried[0].state
    cable.plug()
    ear.wait_up()
    mosquitto.kill()
    assert "broker" in ear.wait_down()
    os.write(cable.end, b"scanned meanwhile\r")
    mosquitto.start()
    ear.wait_up()
    ear.wait(lambda each: joined(each) == b"scanned meanwhile\r")
    assert gateway.carried[0].lost_bytes == 0


def test_what_a_dead_controller_had_not_worked_off_comes_to_the_next_one(
    gateway: Gateway, cable: Cable, mosquitto: Mosquitto
) -> None:
    """The broker knows nothing either: it has died in between."""
    with controller(mosquitto, take=False) as (_, ear):
        ear.wait_up()
        os.write(cable.end, b"in hand\r")
        ear.wait(lambda each: joined(each) == b"in hand\r")
    mosquitto.kill()
    os.write(cable.end, b"scanned meanwhile\r")
    mosquitto.start()
    with controller(mosquitto) as (_, ear):
        ear.wait(lambda each: joined(each) == b"in hand\rscanned meanwhile\r")
    assert gateway.carried[0].lost_bytes == 0


def chunks(*parts: bytes) -> list[bytes]:
    cutter = Cutter(Writer("scanner-line-1"))
    return [cutter.write(part, 1) for part in parts]


def test_chunks_that_come_twice_or_not_at_all_never_make_another_code() -> None:
    first, second, third, fourth = chunks(b"4006381", b"333931\r", b"96385074\r", b"12\r")
    joiner = Joiner()
    got = [joiner.take(CHUNK.read(each)) for each in (first, first, third, second, fourth)]
    assert got == [b"4006381", b"", LOST + b"96385074\r", b"", b"12\r"]
    assert joiner.take(CHUNK.read(Cutter(Writer("new")).write(b"9\r", 1))) == LOST + b"9\r"
    assert joiner.take(CHUNK.read(first)) == b""
