"""`pickwright device simulate` as an integrator meets it: a child process, a driver at our end."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from controller.messages import ContainerSeen, DeviceFault, LabelPrinted, WeightRead
from devices.conveyor import Conveyor
from devices.driver import Driver
from devices.hub import Hub
from devices.mosquitto import Mosquitto, free_port
from devices.printer import Printer
from devices.scale import Scale
from devices.sorter import Sorter
from devices.transports.lines import Line
from devices.transports.mqtt import MqttTransport
from devices.transports.routing import Wire
from devices.transports.serial import Port, SerialChannel
from devices.transports.tcp import Socket, TcpChannel
from devices.wiring import now_ms
from tests.api.command_line import CommandLine
from tests.devices.test_hub import PRINT
from tests.devices.virtual_floor import Desk
from tests.until import WAIT_S, until


@contextmanager
def emulated(*arguments: str, **environment: str) -> Iterator[str]:
    """The first line that a child says, while it lives."""
    command = [sys.executable, "-u", "-m", "api.cli", "device", "simulate", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin", **environment}
    ) as child:
        assert child.stdout is not None
        yield child.stdout.readline()
        child.send_signal(signal.SIGINT)
        child.stdout.read()
        assert child.wait(WAIT_S) == 0


@contextmanager
def hub_on(wire: Wire, driver: Driver) -> Iterator[tuple[Desk, Hub]]:
    desk = Desk()
    hub = Hub(desk, [driver], wire)
    wire.start()
    yield desk, hub
    wire.stop()


def happens(desk: Desk, hub: Hub, kind: type, text: str = "") -> None:
    def seen() -> bool:
        hub.run(now_ms())
        return any(isinstance(each, kind) and text in repr(each) for each in desk.commands)

    until(seen)


def test_a_printer_prints_until_its_roll_is_empty_and_its_silence_is_a_fault() -> None:
    port = free_port()
    driver = Printer(name="p1", address="tcp/p1", poll_ms=100, timeout_ms=700)
    peer = Socket(host="127.0.0.1", port=port)
    line = Line("tcp/p1", str(peer), partial(TcpChannel, peer))
    with emulated("printer", "--tcp", str(port), "--paper", "1") as said:
        assert said == f"a printer at 127.0.0.1:{port}; Ctrl-C ends it\n"
        with hub_on(line, driver) as (desk, hub):
            desk.emit("p1", PRINT)
            happens(desk, hub, LabelPrinted)
            desk.emit("p1", PRINT)
            happens(desk, hub, DeviceFault, "no_answer")


def test_a_scale_on_a_serial_port_is_weighed_with() -> None:
    with emulated("scale", "--pty", "--every", "1500") as said:
        port = Port(port=said.split()[3].rstrip(";"))
        line = Line("serial/s1", str(port), partial(SerialChannel, port))
        with hub_on(line, Scale(name="s1", address="serial/s1", place="B1")) as (desk, hub):
            happens(desk, hub, WeightRead)


def test_a_sorter_over_mqtt_is_seen(mosquitto: Mosquitto) -> None:
    topic = "wh/v1/main/outbound/sorter-01"
    word = mosquitto.users["sorter-01"]
    with emulated(
        *("sorter", "--topic", topic, "--broker", f"127.0.0.1:{mosquitto.port}"),
        *("--every", "200"),
        PICKWRIGHT_BROKER_PASSWORD=word,
    ) as said:
        assert topic in said
        wire = MqttTransport(mosquitto.login())
        with hub_on(wire, Sorter("sorter-01", topic)) as (desk, hub):
            happens(desk, hub, DeviceFault, "online")
            happens(desk, hub, ContainerSeen)


def test_a_conveyor_section_over_mqtt_is_seen_stopped_and_started(mosquitto: Mosquitto) -> None:
    topic = "wh/v1/main/outbound/belt-01"
    with emulated(
        *("conveyor", "--topic", topic, "--broker", f"127.0.0.1:{mosquitto.port}"),
        *("--every", "100"),
        PICKWRIGHT_BROKER_PASSWORD=mosquitto.users["belt-01"],
    ):
        driver = Conveyor("belt-01", topic)
        with hub_on(MqttTransport(mosquitto.login()), driver) as (desk, hub):
            happens(desk, hub, DeviceFault, "online")
            happens(desk, hub, DeviceFault, "jam_cleared")
            for do, runs in (("stop", False), ("start", True)):
                row = desk.emit("belt-01", {"do": do}, now_ms() + 10_000).id

                def obeyed(row: int = row, runs: bool = runs) -> bool:
                    hub.run(now_ms())
                    return row in desk.delivered_rows and driver.running is runs

                until(obeyed)


def test_a_file_is_checked_and_gives_the_broker_its_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command_line = CommandLine(capsys)
    file = tmp_path / "devices.toml"
    file.write_text(
        '[broker]\nhost = "10.0.0.5"\n[device.sorter-01]\ndriver = "sorter"\n'
        'topic = "wh/v1/main/out/sorter-01"\n'
    )
    assert "1 devices, 0 lines, broker 10.0.0.5:1883" in command_line("device", "check", file).out
    for _ in range(2):
        ended = command_line("broker", "config", file, "-d", tmp_path / "broker")
        assert (ended.code, "3 users" in ended.out) == (0, True)
        secrets = (tmp_path / "broker" / "secrets").read_text()
        assert secrets.splitlines()[1].startswith("sorter-01 ")
        file.write_text(file.read_text() + "\n")
        assert (tmp_path / "broker" / "secrets").stat().st_mode & 0o077 == 0
        assert secrets == (tmp_path / "broker" / "secrets").read_text()
    file.write_text('[device.x]\ndriver = "robot"\n')
    ended = command_line("device", "check", file)
    assert (ended.code, "'robot' is not known" in ended.err) == (2, True)


def test_a_broker_that_we_started_ends_with_us(tmp_path: Path, mosquitto: Mosquitto) -> None:
    start = (
        "import pathlib, time; from devices.mosquitto import Mosquitto; "
        f"m = Mosquitto(pathlib.Path({str(tmp_path / 'other')!r})); m.start(); "
        "print(m.port, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        port = int(owner.stdout.readline())
        assert accepts(port)
        owner.kill()
    until(lambda: not accepts(port))
    assert accepts(mosquitto.port)


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True
