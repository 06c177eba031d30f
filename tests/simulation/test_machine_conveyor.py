"""The emulated conveyor section: 8 m at 1 m/s, so what is put on it comes off after 8 seconds."""

from typing import Any

import pytest

from controller.messages import BeltReported, DeviceFault
from devices.conveyor import JAM, RUNNING, Conveyor, Running, Start
from devices.envelope import ONLINE, RESULT, Writer
from simulation.machines import Blocked, Connected, ConveyorSection, Heard, PutOn, Woken
from tests.simulation.machine_effects import SECOND, START_US, Effects, emitted, physical, woken_at

TOPIC = "wh/v1/main/out/belt1"
HOST = Writer("host")


@pytest.fixture
def belt() -> ConveyorSection:
    return ConveyorSection(name="belt1", topic=TOPIC)


def at(belt: ConveyorSection, second: int, happening: object) -> Effects:
    return belt.handle(START_US + second * SECOND, happening)


def told(belt: ConveyorSection, second: int, verb: str, corr: str, by: int = 0) -> Effects:
    deadline_ms = START_US // 1_000 + by * 1_000 if by else 0
    payload = HOST.write(Start(), START_US // 1_000, corr, deadline_ms)
    return at(belt, second, Heard(f"{TOPIC}/cmd/{verb}", payload))


def states(effects: Effects) -> list[bool]:
    return [
        RUNNING.read(each.payload).data.running
        for each in emitted(effects)
        if each.address == f"{TOPIC}/state"
    ]


def test_what_is_put_on_comes_off_in_order(belt: ConveyorSection) -> None:
    assert woken_at(at(belt, 0, PutOn({"parcel": "P1"}))) == [8 * SECOND]
    assert woken_at(at(belt, 3, PutOn({"parcel": "P2"}))) == []
    off = at(belt, 8, Woken("off"))
    assert physical(off) == [{"parcel": "P1"}]
    assert woken_at(off) == [11 * SECOND]
    assert physical(at(belt, 11, Woken("off"))) == [{"parcel": "P2"}]
    assert belt.riding == 0


def test_it_says_that_it_is_there_and_whether_it_runs(belt: ConveyorSection) -> None:
    presence, state = emitted(at(belt, 0, Connected()))
    assert presence.address == f"{TOPIC}/conn"
    assert ONLINE.read(presence.payload).data.online
    assert RUNNING.read(state.payload).data == Running(running=True, armed=True)
    told(belt, 1, "stop", "1")
    assert states(at(belt, 2, Connected())) == [False]


def test_while_it_is_stopped_nothing_comes_off_and_no_way_is_lost(belt: ConveyorSection) -> None:
    at(belt, 0, PutOn({"parcel": "P1"}))
    stopped = told(belt, 5, "stop", "1")
    assert [each.address for each in emitted(stopped)] == [f"{TOPIC}/res/stop", f"{TOPIC}/state"]
    assert states(stopped) == [False]
    assert physical(at(belt, 8, Woken("off"))) == []
    started = told(belt, 105, "start", "2")
    assert states(started) == [True]
    assert woken_at(started) == [108 * SECOND]
    assert physical(at(belt, 107, Woken("off"))) == []
    assert physical(at(belt, 108, Woken("off"))) == [{"parcel": "P1"}]


def test_a_command_that_comes_twice_is_answered_from_memory(belt: ConveyorSection) -> None:
    first = emitted(told(belt, 1, "stop", "7"))[0]
    assert RESULT.read(first.payload).corr == "7"
    assert told(belt, 2, "start", "8")
    assert emitted(told(belt, 3, "stop", "7")) == [first]
    assert belt.running


def test_a_jam_stops_it_and_a_stop_outlives_the_jam(belt: ConveyorSection) -> None:
    at(belt, 0, PutOn({"parcel": "P1"}))
    jam = at(belt, 2, Blocked(60 * SECOND, "curve"))
    assert [JAM.read(each.payload).data.where for each in emitted(jam)[:1]] == ["curve"]
    assert states(jam) == [False]
    assert at(belt, 3, Blocked(1 * SECOND)) == ()
    assert at(belt, 30, Woken("cleared")) == ()
    told(belt, 40, "stop", "1")
    over = at(belt, 62, Woken("cleared"))
    assert [JAM.read(each.payload).data.jammed for each in emitted(over)] == [False]
    assert woken_at(told(belt, 70, "start", "2")) == [76 * SECOND]


def test_a_start_is_refused_in_a_jam_and_when_it_is_late(belt: ConveyorSection) -> None:
    told(belt, 1, "stop", "1")
    at(belt, 2, Blocked(60 * SECOND))
    assert reasons(told(belt, 3, "start", "2")) == ["not_armed"]
    at(belt, 62, Woken("cleared"))
    assert reasons(told(belt, 70, "start", "3", by=65)) == ["expired"]
    assert not belt.running
    assert reasons(told(belt, 70, "start", "4", by=75)) == [""]
    assert belt.running


def reasons(effects: Effects) -> list[str]:
    answers = [each for each in emitted(effects) if "/res/" in each.address]
    return [RESULT.read(each.payload).data.reason for each in answers]


def test_a_jam_ends_by_itself_and_what_waited_goes_on(belt: ConveyorSection) -> None:
    at(belt, 0, PutOn({"parcel": "P1"}))
    at(belt, 2, Blocked(60 * SECOND))
    over = at(belt, 62, Woken("cleared"))
    assert states(over) == [True]
    assert woken_at(over) == [68 * SECOND]


def test_what_is_not_of_the_wire_is_ignored(belt: ConveyorSection) -> None:
    assert at(belt, 0, Heard(f"{TOPIC}/cmd/stop", b"stop!")) == ()
    assert (belt.ignored, belt.running) == (1, True)


def test_the_driver_follows_what_the_section_says(belt: ConveyorSection) -> None:
    driver = Conveyor("belt1", TOPIC)
    told: list[Any] = []
    for second, happening in ((0, Connected()), (1, Blocked(SECOND)), (2, Woken("cleared"))):
        for emit in emitted(at(belt, second, happening)):
            told += driver.heard(emit.address, emit.payload, 0).commands
    faults = [each.fault for each in told if isinstance(each, DeviceFault)]
    assert faults == ["online", "jam", "jam_cleared"]
    states = [each.running for each in told if isinstance(each, BeltReported)]
    assert states == [True, False, True]
    assert driver.running is True
