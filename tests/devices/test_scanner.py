"""Fixed scanners: framings, AIM identifiers, no-reads, echoes and noise."""

import pytest

from controller.messages import Command, ContainerSeen, DeviceFault
from devices.driver import BadFrame
from devices.scanner import Scanner
from tests.devices.virtual_floor import START_MS, row


def heard(scanner: Scanner, payload: bytes, now_ms: int = START_MS) -> tuple[Command[object], ...]:
    return scanner.heard(scanner.address, payload, now_ms).commands


def codes(scanner: Scanner, payload: bytes, now_ms: int = START_MS) -> list[tuple[str, ...]]:
    seen = heard(scanner, payload, now_ms)
    return [each.codes for each in seen if isinstance(each, ContainerSeen)]


@pytest.mark.parametrize(
    ("framing", "wire"),
    [
        ("stx_etx", b"\x02%s\x03"),
        ("stx_etx", b"\x02%s\x03\r\n"),
        ("cr", b"%s\r"),
        ("crlf", b"%s\r\n"),
        ("lf", b"%s\n"),
        ("tab", b"%s\t"),
    ],
)
def test_every_framing_gives_the_code_with_its_aim_identifier(framing: str, wire: bytes) -> None:
    scanner = Scanner(name="s1", address="tcp/s1", framing=framing)
    code = "]C100340123450000000000"
    assert codes(scanner, wire.replace(b"%s", code.encode())) == [(code,)]


def test_two_frames_in_one_chunk_are_two_reads() -> None:
    assert codes(Scanner(name="s1", address="a"), b"A1\rB2\r") == [("A1",), ("B2",)]


def test_a_split_frame_is_one_read() -> None:
    scanner = Scanner(name="s1", address="a")
    assert codes(scanner, b"LPN0") == []
    assert codes(scanner, b"0042\r") == [("LPN00042",)]


def test_an_echo_is_one_read_and_a_later_scan_is_another() -> None:
    scanner = Scanner(name="s1", address="a")
    assert codes(scanner, b"A1\rA1\r") == [("A1",)]
    assert codes(scanner, b"A1\r", START_MS + 600) == [("A1",)]


def test_group_separators_stay_in_the_code() -> None:
    scanner = Scanner(name="s1", address="a")
    assert codes(scanner, b"]C110LOT\x1d37100\r") == [("]C110LOT\x1d37100",)]


@pytest.mark.parametrize("wire", [b"NOREAD\r", b"NR\r", b"\r"])
def test_a_no_read_has_no_codes(wire: bytes) -> None:
    assert codes(Scanner(name="s1", address="a"), wire) == [()]


def test_two_labels_on_one_load_are_two_codes() -> None:
    assert codes(Scanner(name="s1", address="a"), b"A1;B2\r") == [("A1", "B2")]


def test_the_decision_is_due_at_the_next_decision_point() -> None:
    scanner = Scanner(name="s1", address="a", answer_ms=300)
    (seen,) = heard(scanner, b"A1\r")
    assert isinstance(seen, ContainerSeen)
    assert seen.deadline_ms == START_MS + 300


@pytest.mark.parametrize("wire", [b"A\x001\r", b"A\x7f\r"])
def test_a_garbled_code_is_a_fault_and_no_read(wire: bytes) -> None:
    (fault,) = heard(Scanner(name="s1", address="a"), wire)
    assert isinstance(fault, DeviceFault)
    assert fault.fault == "bad_frame"


def test_a_stream_without_an_end_is_a_fault() -> None:
    (fault,) = heard(Scanner(name="s1", address="a"), b"x" * 600)
    assert isinstance(fault, DeviceFault)
    assert "600 bytes" in fault.detail


def test_ids_differ_between_boots_and_reads() -> None:
    ids = [
        command.id
        for boot in "ab"
        for command in heard(Scanner(name="s1", address="a", boot=boot), b"A1\rB2\r")
    ]
    assert ids == ["s1/a/1", "s1/a/2", "s1/b/1", "s1/b/2"]


def test_a_scanner_takes_no_commands() -> None:
    with pytest.raises(BadFrame, match="'print'"):
        Scanner(name="s1", address="a").carry_out(row(1, "s1", {"do": "print"}), START_MS)


def test_an_unknown_framing_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="stx_etx, cr"):
        Scanner(name="s1", address="a", framing="etb")
