"""Silence: a device that stays connected and says nothing is an alarm until it speaks again."""

from controller.messages import DeviceFault
from devices.conveyor import Conveyor, Running
from devices.envelope import Online, Writer
from devices.hub import Hub
from devices.outages import TOLD_MS
from tests.devices.test_outages import Cut
from tests.devices.virtual_floor import START_MS, Desk

TOPIC = "wh/v1/main/out/belt1"
STATE, CONN = f"{TOPIC}/state", f"{TOPIC}/conn"
SILENT_MS = 5_000


class Belt:
    """A belt that says its state, and a hub that expects it."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.wire = Cut()
        self.plc = Writer("plc")
        belts = [Conveyor("belt1", TOPIC), Conveyor("belt2", f"{TOPIC}2")]
        self.hub = Hub(self.desk, belts, self.wire, silent_ms={"belt1": SILENT_MS})
        self.run(0)

    def run(self, after_ms: int) -> list[str]:
        self.hub.run(START_MS + after_ms)
        return self.faults()

    def faults(self) -> list[str]:
        return [each.fault for each in self.desk.commands if isinstance(each, DeviceFault)]

    def speak(self, after_ms: int) -> bytes:
        payload = self.plc.write(Running(running=True), START_MS + after_ms)
        self.wire.arrive(STATE, payload)
        self.run(after_ms)
        return payload

    def be(self, online: bool, after_ms: int) -> None:
        self.wire.arrive(CONN, self.plc.write(Online(online=online), START_MS + after_ms))
        self.run(after_ms)


def test_silence_is_told_once_and_ends_with_the_next_word() -> None:
    belt = Belt()
    belt.speak(1_000)
    assert belt.hub.next_wake_ms() == START_MS + 6_000
    assert belt.run(5_999) == ["speaking"]
    belt.run(6_000)
    assert belt.run(60_000) == ["speaking", "silent"]
    assert belt.hub.next_wake_ms() == 0
    belt.speak(61_000)
    belt.speak(62_000)
    assert belt.faults() == ["speaking", "silent", "speaking"]
    (told,) = [each for each in belt.desk.commands if getattr(each, "fault", "") == "silent"]
    assert isinstance(told, DeviceFault)
    assert (told.device, told.detail) == ("belt1", "said nothing for 5000 ms")


def test_a_device_that_never_speaks_after_a_start_is_silent_too() -> None:
    assert Belt().run(SILENT_MS) == ["silent"]


def test_what_the_broker_says_for_a_device_is_no_sign_of_life() -> None:
    belt = Belt()
    kept = belt.speak(0)
    belt.be(online=True, after_ms=1_000)
    belt.wire.arrive(STATE, kept)
    belt.run(4_000)
    assert "silent" in belt.run(SILENT_MS)


def test_a_device_that_is_away_is_not_silent_as_well_and_has_its_time_when_it_is_back() -> None:
    belt = Belt()
    belt.speak(0)
    belt.be(online=False, after_ms=1_000)
    assert "silent" not in belt.run(60_000)
    belt.be(online=True, after_ms=61_000)
    assert "silent" not in belt.run(61_000 + SILENT_MS - 1)
    assert "silent" in belt.run(61_000 + SILENT_MS)


def test_a_wire_that_is_down_is_no_silence_and_wakes_nobody_in_vain() -> None:
    belt = Belt()
    belt.speak(0)
    belt.wire.become("broker gone")
    belt.run(1_000)
    assert "silent" not in belt.run(60_000)
    assert TOLD_MS < SILENT_MS
    assert belt.hub.next_wake_ms() == 0
    belt.wire.become("")
    assert "silent" not in belt.run(61_000)
    assert "silent" in belt.run(61_000 + SILENT_MS)
