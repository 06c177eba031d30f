"""Outages, presence and floods: what a hub makes of wires that go and devices that babble."""

from typing import Any

from controller.messages import DeviceFault
from devices.driver import DeviceOffline
from devices.envelope import Online, Result, Writer
from devices.hub import RATE_MAX, Hub
from devices.outages import TOLD_MS
from devices.printer import Printer
from devices.sorter import Sorter
from devices.transports.memory import MemoryTransport
from devices.transports.transport import Changed, nothing
from tests.devices.test_hub import DIVERT, PRINT, TOPIC, faults, scan
from tests.devices.virtual_floor import START_MS, Desk

SCAN = f"{TOPIC}/evt/scan"


class Cut(MemoryTransport):
    """A wire that a test cuts and joins."""

    def __init__(self) -> None:
        super().__init__()
        self.why = ""
        self.sent: list[bytes] = []
        self._changed: Any = None

    def watch(self, changed: Changed) -> None:
        self._changed = changed

    def send(self, _address: str, payload: bytes) -> None:
        if self.why:
            raise DeviceOffline(self.why)
        self.sent.append(payload)

    def become(self, why: str) -> None:
        self.why = why
        for address in self._listeners:
            self._changed(address, why)

    def arrive(self, address: str, payload: bytes, taken: Any = nothing) -> None:
        for heard in self._listeners[address]:
            heard(address, payload, taken)


def cut_hub(desk: Desk) -> tuple[Hub, Cut]:
    wire = Cut()
    hub = Hub(desk, [Sorter("sorter1", TOPIC), Printer(name="p1", address="tcp/p1")], wire)
    hub.run(START_MS)
    return hub, wire


def test_a_short_outage_is_nobodys_business_and_rows_wait_for_its_end() -> None:
    desk = Desk()
    hub, wire = cut_hub(desk)
    wire.become("broker gone")
    hub.run(START_MS)
    desk.emit("sorter1", DIVERT, START_MS + 60_000)
    desk.emit("p1", PRINT)
    hub.run(START_MS + TOLD_MS - 1)
    assert (wire.sent, desk.sent_rows, faults(desk)) == ([], [], [])
    wire.become("")
    hub.run(START_MS + TOLD_MS - 1)
    assert desk.sent_rows == [1, 2]
    assert {each.fault for each in desk.commands if isinstance(each, DeviceFault)} == {"online"}


def test_a_long_outage_is_an_alarm_and_so_is_every_row_until_it_is_over() -> None:
    desk = Desk()
    hub, wire = cut_hub(desk)
    wire.become("broker gone")
    hub.run(START_MS)
    assert hub.next_wake_ms() == START_MS + TOLD_MS
    desk.emit("p1", PRINT)
    hub.run(START_MS + TOLD_MS)
    hub.run(START_MS + TOLD_MS + 50)
    assert faults(desk)[:3] == [
        ("sorter1", "offline", 0),
        ("p1", "offline", 0),
        ("p1", "offline", 1),
    ]
    wire.become("")
    hub.run(START_MS + 9_000)
    assert faults(desk)[-2:] == [("sorter1", "online", 0), ("p1", "online", 0)]


def test_an_accepted_divert_is_asked_after_when_the_wire_is_back() -> None:
    desk = Desk()
    hub, wire = cut_hub(desk)
    desk.emit("sorter1", DIVERT, START_MS + 60_000)
    hub.run(START_MS)
    accepted = Writer("plc").write(Result(ok=True), START_MS, "1")
    wire.arrive(f"{TOPIC}/res/divert", accepted)
    hub.run(START_MS + 10)
    wire.become("broker gone")
    hub.run(START_MS + 20)
    wire.become("")
    hub.run(START_MS + 30)
    assert wire.sent == [wire.sent[0]] * 2


def test_a_message_is_taken_after_its_command_is_committed_and_not_before() -> None:
    order: list[str] = []
    desk = Desk(react=lambda _desk, _command: order.append("committed"))
    hub, wire = cut_hub(desk)
    wire.arrive(SCAN, scan(Writer("plc")), lambda: order.append("taken"))
    assert order == []
    hub.run(START_MS)
    assert order == ["committed", "taken"]


def test_presence_is_news_once_each_way() -> None:
    desk = Desk()
    hub, wire = cut_hub(desk)
    plc = Writer("plc")
    for online in (True, True, False, False, True):
        wire.arrive(f"{TOPIC}/conn", plc.write(Online(online=online), START_MS))
    hub.run(START_MS)
    assert [fault for _, fault, _ in faults(desk)] == ["online", "offline", "online"]


def test_a_flood_is_cut_and_told_once_and_the_next_second_is_heard() -> None:
    desk = Desk()
    hub, wire = cut_hub(desk)
    plc = Writer("plc")
    for _ in range(RATE_MAX + 500):
        wire.arrive(SCAN, scan(plc))
    hub.run(START_MS)
    assert (len(desk.commands), faults(desk)) == (RATE_MAX + 1, [("sorter1", "flood", 0)])
    wire.arrive(SCAN, scan(plc))
    hub.run(START_MS + 1_000)
    assert len(desk.commands) == RATE_MAX + 2
