"""Sorters and conveyors on wh/v1: commands once, outcomes reported, deadlines kept."""

import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from controller.messages import (
    BeltReported,
    Command,
    ContainerSeen,
    DeviceFault,
    DivertConfirmed,
    Event,
)
from devices.conveyor import Conveyor, NotArmed, Running
from devices.driver import BadFrame, Effects, load_driver
from devices.envelope import Online, Result, Writer
from devices.sorter import DIVERT, Diverted, Jam, LaneFull, Scan, Sorter
from tests.devices.virtual_floor import START_MS, row

TOPIC = "wh/v1/main/out/sorter1"
PLC = Writer("plc-1")


def sorter() -> Sorter:
    return Sorter("sorter1", TOPIC)


def divert(number: int = 1, expires_ms: int = START_MS + 2_000) -> Event:
    return row(number, "sorter1", {"do": "divert", "tracking": "t1", "lane": "L1"}, expires_ms)


def hear(
    device: Sorter | Conveyor, name: str, data: msgspec.Struct, corr: str = "", now: int = START_MS
) -> Effects:
    topic = TOPIC if isinstance(device, Sorter) else "wh/v1/main/out/belt1"
    return device.heard(f"{topic}/{name}", PLC.write(data, START_MS, corr, START_MS + 900), now)


def only(effects: Effects) -> Command[Any]:
    (command,) = effects.commands
    return command


def test_a_scan_becomes_container_seen_with_the_deadline() -> None:
    seen = only(hear(sorter(), "evt/scan", Scan(codes=("P1",), tracking="t1")))
    assert isinstance(seen, ContainerSeen)
    assert (seen.codes, seen.tracking) == (("P1",), "t1")
    assert (seen.device, seen.deadline_ms) == ("sorter1", START_MS + 900)


def test_a_redelivered_scan_is_the_same_command() -> None:
    payload = PLC.write(Scan(codes=(), tracking="t1"), START_MS)
    device = sorter()
    first, again = (device.heard(f"{TOPIC}/evt/scan", payload, START_MS) for _ in range(2))
    assert first == again


def test_a_divert_goes_out_with_its_row_and_deadline() -> None:
    (send,) = sorter().carry_out(divert(7), START_MS).sends
    message = DIVERT.read(send.payload)
    assert send.address == f"{TOPIC}/cmd/divert"
    assert (message.corr, message.deadline) == ("7", START_MS + 2_000)
    assert (message.data.tracking, message.data.lane) == ("t1", "L1")


def test_an_unaccepted_divert_is_sent_again_unchanged() -> None:
    device = sorter()
    first = device.carry_out(divert(), START_MS)
    assert device.wake(first.wake_ms).sends == first.sends
    assert device.carry_out(divert(), START_MS + 300).sends == first.sends


def test_an_accepted_divert_waits_for_its_outcome_in_silence() -> None:
    device = sorter()
    device.carry_out(divert(), START_MS)
    accepted = hear(device, "res/divert", Result(ok=True), "1")
    assert accepted == Effects(wake_ms=START_MS + 120_000)
    fault = only(device.wake(START_MS + 120_000))
    assert isinstance(fault, DeviceFault)
    assert (fault.fault, fault.outbox) == ("no_answer", 1)


def test_a_device_that_is_back_is_asked_for_the_outcome_that_it_owes() -> None:
    """The broker died between its two words, and the controller was back before the device."""
    device = sorter()
    sends = device.carry_out(divert(), START_MS).sends
    hear(device, "conn", Online(online=True))
    hear(device, "res/divert", Result(ok=True), "1")
    assert device.connected(START_MS + 1_000).sends == sends
    assert hear(device, "conn", Online(online=False)).sends == ()
    assert hear(device, "conn", Online(online=True)).sends == sends
    assert hear(device, "conn", Online(online=True)).sends == sends
    hear(device, "evt/diverted", Diverted(tracking="t1", lane="L1"), "1")
    assert hear(device, "conn", Online(online=True)).sends == ()


def test_a_diverted_load_confirms_its_row() -> None:
    device = sorter()
    device.carry_out(divert(), START_MS)
    effects = hear(device, "evt/diverted", Diverted(tracking="t1", lane="L1"), "1")
    done = only(effects)
    assert isinstance(done, DivertConfirmed)
    assert (done.outbox, done.lane, effects.wake_ms) == (1, "L1", 0)
    assert device.carry_out(divert(), START_MS + 9_000) == effects


def test_a_refused_divert_counts_as_missed() -> None:
    device = sorter()
    device.carry_out(divert(), START_MS)
    done = only(hear(device, "res/divert", Result(ok=False, reason="too_late"), "1"))
    assert isinstance(done, DivertConfirmed)
    assert (done.outbox, done.lane) == (1, "")


def test_a_device_that_diverts_on_its_own_confirms_no_row() -> None:
    done = only(hear(sorter(), "evt/diverted", Diverted(tracking="t1", lane="L9")))
    assert isinstance(done, DivertConfirmed)
    assert (done.outbox, done.lane) == (0, "L9")


def test_an_expired_divert_is_never_sent() -> None:
    device = sorter()
    effects = device.carry_out(divert(expires_ms=START_MS), START_MS)
    fault = only(effects)
    assert isinstance(fault, DeviceFault)
    assert (effects.sends, fault.fault, fault.outbox) == ((), "too_late", 1)


def test_a_divert_that_nobody_accepts_is_given_up_at_its_deadline() -> None:
    device = sorter()
    wake_ms = device.carry_out(divert(), START_MS).wake_ms
    while wake_ms < START_MS + 2_000:
        effects = device.wake(wake_ms)
        assert len(effects.sends) == 1
        wake_ms = effects.wake_ms
    gone = device.wake(wake_ms)
    fault = only(gone)
    assert isinstance(fault, DeviceFault)
    assert (fault.fault, gone.sends, gone.wake_ms) == ("no_answer", (), 0)


def test_a_row_without_deadline_is_given_up_too() -> None:
    device = sorter()
    wake_ms = device.carry_out(divert(expires_ms=1 << 52), START_MS).wake_ms
    for _ in range(30):
        wake_ms = device.wake(wake_ms).wake_ms or wake_ms
    assert wake_ms == START_MS + 5_000


@pytest.mark.parametrize(
    ("name", "data", "fault", "detail"),
    [
        ("evt/jam", Jam(jammed=True, where="curve"), "jam", "curve"),
        ("evt/jam", Jam(jammed=False), "jam_cleared", ""),
        ("evt/lane_full", LaneFull(lane="L1"), "lane_full", "L1"),
        ("conn", Online(online=False), "offline", "left the wire"),
    ],
)
def test_troubles_of_the_sorter_are_faults(
    name: str, data: msgspec.Struct, fault: str, detail: str
) -> None:
    told = only(hear(sorter(), name, data))
    assert isinstance(told, DeviceFault)
    assert (told.device, told.fault, told.detail) == ("sorter1", fault, detail)


def test_a_device_that_comes_online_ends_its_alarm() -> None:
    (fault,) = hear(sorter(), "conn", Online(online=True)).commands
    assert isinstance(fault, DeviceFault)
    assert fault.fault == "online"


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"do": "divert", "tracking": "t1"}, "`lane`"),
        ({"do": "fly", "tracking": "t1", "lane": "L1"}, r"\$\.do"),
        ({"do": "divert", "tracking": "", "lane": "L1"}, r"\$\.tracking"),
    ],
)
def test_a_row_that_breaks_the_form_is_refused_by_field(
    payload: dict[str, Any], named: str
) -> None:
    with pytest.raises(BadFrame, match=named):
        sorter().carry_out(row(1, "sorter1", payload), START_MS)


def belt(armed: bool = True) -> Conveyor:
    device = Conveyor("belt1", "wh/v1/main/out/belt1")
    hear(device, "state", Running(running=False, armed=armed))
    return device


def start(number: int = 3, expires_ms: int = START_MS + 5_000) -> Event:
    return row(number, "belt1", {"do": "start"}, expires_ms)


@pytest.mark.parametrize("do", ["start", "stop"])
def test_a_conveyor_command_is_delivered_when_the_section_agrees(do: str) -> None:
    device = belt()
    event = row(3, "belt1", {"do": do}, START_MS + 5_000)
    (send,) = device.carry_out(event, START_MS).sends
    assert send.address == f"wh/v1/main/out/belt1/cmd/{do}"
    assert hear(device, f"res/{do}", Result(ok=True), "3") == Effects(delivered=(3,))
    assert device.carry_out(event, START_MS + 1) == Effects(delivered=(3,))


def test_a_section_that_says_no_is_a_fault_of_the_row() -> None:
    device = belt()
    device.carry_out(start(), START_MS)
    fault = only(hear(device, "res/start", Result(ok=False, reason="door open"), "3"))
    assert isinstance(fault, DeviceFault)
    assert (fault.fault, fault.detail, fault.outbox) == ("refused", "door open", 3)


def test_a_section_that_no_person_has_armed_is_not_started_and_always_stopped() -> None:
    for device in (belt(armed=False), Conveyor("belt1", "wh/v1/main/out/belt1")):
        with pytest.raises(NotArmed, match="at its own panel"):
            device.carry_out(start(), START_MS)
        assert device.wake(START_MS + 250).sends == ()
        stop = row(4, "belt1", {"do": "stop"})
        assert device.carry_out(stop, START_MS).sends[0].address.endswith("/cmd/stop")


def test_arming_that_was_taken_back_holds_for_the_next_start() -> None:
    device = belt()
    hear(device, "state", Running(running=False))
    with pytest.raises(NotArmed):
        device.carry_out(start(), START_MS)


def test_a_start_that_could_leave_late_is_not_sent() -> None:
    with pytest.raises(NotArmed, match="deadline"):
        belt().carry_out(start(expires_ms=0), START_MS)


def test_a_stop_takes_back_a_start_that_is_still_repeated() -> None:
    device = belt()
    device.carry_out(start(), START_MS)
    stopped = device.carry_out(row(4, "belt1", {"do": "stop"}), START_MS + 10)
    fault = only(stopped)
    assert isinstance(fault, DeviceFault)
    assert (fault.fault, fault.outbox) == ("withdrawn", 3)
    assert [send.address[-8:] for send in device.wake(START_MS + 260).sends] == ["cmd/stop"]


def test_only_the_section_says_whether_it_runs() -> None:
    device = belt()
    device.carry_out(start(), START_MS)
    assert device.running is False
    hear(device, "state", Running(running=True))
    assert device.running is True


def test_a_section_tells_each_change_of_its_state_once() -> None:
    device = belt()
    assert hear(device, "state", Running(running=False, armed=True)).commands == ()
    told = only(hear(device, "state", Running(running=True, armed=True)))
    assert isinstance(told, BeltReported)
    assert (told.device, told.running, told.armed) == (device.name, True, True)
    assert hear(device, "state", Running(running=True, armed=True)).commands == ()


def test_drivers_are_loaded_by_kind() -> None:
    loaded = load_driver("scale", name="sc1", address="serial/sc1", place="B1")
    assert (loaded.name, loaded.addresses) == ("sc1", ("serial/sc1",))


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'robot'.*conveyor, lights, printer"):
        load_driver("robot")


def test_a_driver_of_somebody_else_is_found_by_its_entry_point(tmp_path: Path) -> None:
    metadata = tmp_path / "robots-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: robots\nVersion: 1.0\n")
    entry = "[pickwright.drivers]\nrobot = devices.conveyor:Conveyor\n"
    (metadata / "entry_points.txt").write_text(entry)
    sys.path.insert(0, str(tmp_path))
    try:
        assert load_driver("robot", name="r1", topic="wh/v1/a/b/r1").name == "r1"
    finally:
        sys.path.remove(str(tmp_path))
