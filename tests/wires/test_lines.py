"""Lines over real pseudo-terminals and sockets: cut, pulled out, put in again."""

import os
import pty
import socket
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from devices.driver import DeviceOffline
from devices.transports.lines import Line
from devices.transports.serial import Port, SerialChannel
from devices.transports.tcp import Socket, TcpChannel
from tests.wires.ears import Ear


@dataclass
class Cable:
    """The device's end of a serial line; `path` is where the host's port appears."""

    path: Path
    end: int = -1

    def plug(self) -> None:
        self.end, port = pty.openpty()
        tty.setraw(port, termios.TCSANOW)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(port))
        self._port = port

    def pull(self) -> None:
        self.path.unlink()
        os.close(self._port)
        os.close(self.end)


@pytest.fixture
def cable(tmp_path: Path) -> Cable:
    made = Cable(tmp_path / "ttyUSB0")
    made.plug()
    return made


@contextmanager
def open_line(line: Line) -> Iterator[tuple[Line, Ear]]:
    ear = Ear()
    line.watch(ear.changed)
    line.listen(line.address, ear.hear)
    line.start()
    yield line, ear
    line.stop()


def serial_line(cable: Cable) -> Line:
    port = Port(port=str(cable.path))
    return Line("serial/scale", str(port), partial(SerialChannel, port))


def tcp_line(port: int) -> Line:
    peer = Socket(host="127.0.0.1", port=port)
    return Line("tcp/printer", str(peer), partial(TcpChannel, peer))


def flood(line: Line) -> None:
    for _ in range(2_000):
        line.send(line.address, b"x" * 65_536)


def joined(ear: Ear) -> bytes:
    return b"".join(ear.payloads)


def test_bytes_pass_both_ways_over_a_serial_port(cable: Cable) -> None:
    with open_line(serial_line(cable)) as (line, ear):
        ear.wait_up()
        os.write(cable.end, b"S S 1 kg\r\n")
        ear.wait(lambda each: joined(each) == b"S S 1 kg\r\n")
        line.send("serial/scale", b"SR\r\n")
        assert os.read(cable.end, 64) == b"SR\r\n"


def test_a_cable_that_is_pulled_out_is_told_and_used_again_when_it_is_back(cable: Cable) -> None:
    with open_line(serial_line(cable)) as (line, ear):
        ear.wait_up()
        cable.pull()
        assert "ttyUSB0" in ear.wait_down()
        with pytest.raises(DeviceOffline, match="ttyUSB0"):
            line.send("serial/scale", b"stale")
        cable.plug()
        ear.wait_up()
        line.send("serial/scale", b"fresh")
        assert os.read(cable.end, 64) == b"fresh"


def test_a_printer_that_hangs_up_is_called_again_and_gets_nothing_old() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        open_line(tcp_line(server.getsockname()[1])) as (line, ear),
    ):
        printer, _ = server.accept()
        ear.wait_up()
        line.send("tcp/printer", b"^XA^XZ")
        assert printer.recv(64) == b"^XA^XZ"
        printer.close()
        assert "hung up" in ear.wait_down()
        printer, _ = server.accept()
        ear.wait_up()
        line.send("tcp/printer", b"~HS")
        assert printer.recv(64) == b"~HS"
        printer.close()


def test_a_printer_that_takes_no_bytes_holds_nobody_up() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        open_line(tcp_line(server.getsockname()[1])) as (line, ear),
    ):
        printer, _ = server.accept()
        ear.wait_up()
        with pytest.raises(DeviceOffline, match="takes no bytes"):
            flood(line)
        printer.close()


def test_a_port_that_is_not_there_says_so() -> None:
    with open_line(serial_line(Cable(Path("/dev/ttyNone")))) as (_, ear):
        ear.wait(
            lambda each: (
                "ttyNone" in each.wire.get("serial/scale", "")
                and "open yet" not in each.wire["serial/scale"]
            )
        )
