"""The hub: rows out, messages in, and every trouble a DeviceFault."""

from typing import Any

import pytest

from controller.errors import ControllerError, LimitReached, Refused, StoreUnavailable
from controller.messages import Command, ContainerSeen, DeviceFault
from devices.driver import DeviceOffline, Driver
from devices.envelope import Result, Writer
from devices.hub import INBOX_MAX, Hub
from devices.printer import Printer
from devices.scale import Scale
from devices.sorter import Scan, Sorter
from devices.transports.memory import MemoryTransport, pair
from tests.devices.virtual_floor import START_MS, Desk

TOPIC = "wh/v1/main/out/sorter1"
DIVERT = {"do": "divert", "tracking": "t1", "lane": "L1"}
PRINT = {"do": "print", "label": {"to": ["A"]}}


def set_up(desk: Desk) -> tuple[Hub, MemoryTransport]:
    host, floor = pair()
    drivers: list[Driver] = [Sorter("sorter1", TOPIC), Printer(name="p1", address="tcp/p1")]
    return Hub(desk, drivers, host), floor


def faults(desk: Desk) -> list[tuple[str, str, int]]:
    return [
        (each.device, each.fault, each.outbox)
        for each in desk.commands
        if isinstance(each, DeviceFault)
    ]


def scan(writer: Writer) -> bytes:
    return writer.write(Scan(codes=("P1",), tracking="t1"), START_MS)


def test_a_due_row_goes_out_and_is_marked_sent() -> None:
    desk = Desk()
    hub, floor = set_up(desk)
    arrived: list[bytes] = []
    floor.listen(f"{TOPIC}/cmd/divert", lambda _address, payload, _taken: arrived.append(payload))
    desk.emit("sorter1", DIVERT, START_MS + 900)
    hub.run(START_MS)
    assert (len(arrived), desk.sent_rows) == (1, [1])
    assert hub.next_wake_ms() == START_MS + 250


def test_what_arrives_waits_until_the_hub_runs() -> None:
    desk = Desk()
    hub, floor = set_up(desk)
    floor.send(f"{TOPIC}/evt/scan", scan(Writer("plc")))
    assert desk.commands == []
    hub.run(START_MS)
    assert [type(each) for each in desk.commands] == [ContainerSeen]


def test_a_row_for_an_unknown_device_is_a_fault_of_the_row() -> None:
    desk = Desk()
    hub, _ = set_up(desk)
    desk.emit("robot9", DIVERT)
    hub.drain(START_MS)
    assert faults(desk) == [("robot9", "device_error", 1)]


def test_a_row_that_breaks_the_form_is_a_fault_that_names_the_field() -> None:
    desk = Desk()
    hub, _ = set_up(desk)
    desk.emit("sorter1", {"do": "divert", "tracking": "t1"})
    hub.drain(START_MS)
    assert faults(desk) == [("sorter1", "bad_frame", 1)]
    assert "`lane`" in _detail(desk)


def test_a_message_that_breaks_the_form_is_a_fault_that_names_the_field() -> None:
    desk = Desk()
    hub, floor = set_up(desk)
    bad = scan(Writer("plc")).replace(b'"v":1', b'"v":2')
    floor.send(f"{TOPIC}/evt/scan", bad)
    hub.run(START_MS)
    assert faults(desk) == [("sorter1", "bad_frame", 0)]
    assert "$.v" in _detail(desk)


def _detail(desk: Desk) -> str:
    (fault,) = desk.commands
    assert isinstance(fault, DeviceFault)
    return fault.detail


def test_a_babbling_device_is_reported_once_in_a_while() -> None:
    desk = Desk()
    hub, floor = set_up(desk)
    for now_ms in (START_MS, START_MS + 1, START_MS + 10_000):
        floor.send(f"{TOPIC}/evt/scan", b"babble")
        hub.run(now_ms)
    assert len(faults(desk)) == 2


def test_a_refusal_is_counted_and_the_next_command_goes_on() -> None:
    def refuse_first(desk: Desk, _command: Command[Any]) -> None:
        if len(desk.journal) == 1:
            raise Refused("unknown_parcel")

    desk = Desk(react=refuse_first)
    hub, floor = set_up(desk)
    writer = Writer("plc")
    for _ in range(2):
        floor.send(f"{TOPIC}/evt/scan", scan(writer))
    hub.run(START_MS)
    assert (hub.refused["unknown_parcel"], len(desk.commands)) == (1, 2)


@pytest.mark.parametrize(
    "outage", [StoreUnavailable("store_unavailable"), LimitReached("writer_busy")]
)
def test_commands_wait_while_nobody_can_look_at_them(outage: ControllerError) -> None:
    away = [True]

    def react(desk: Desk, command: Command[Any]) -> None:
        if away[0]:
            del desk.journal[command.id]
            raise outage

    desk = Desk(react=react)
    hub, floor = set_up(desk)
    floor.send(f"{TOPIC}/evt/scan", scan(Writer("plc")))
    with pytest.raises(type(outage)):
        hub.run(START_MS)
    away[0] = False
    hub.run(START_MS)
    assert [each.id for each in desk.commands] == ["sorter1/plc/1"]


class DeadWire(MemoryTransport):
    def send(self, address: str, payload: bytes) -> None:
        raise DeviceOffline(f"{address} took none of {len(payload)} bytes")


def test_a_dead_wire_is_a_fault_and_the_row_is_not_sent() -> None:
    desk = Desk()
    hub = Hub(desk, [Sorter("sorter1", TOPIC)], DeadWire())
    desk.emit("sorter1", DIVERT, START_MS + 900)
    hub.drain(START_MS)
    assert (faults(desk), desk.sent_rows) == ([("sorter1", "offline", 1)], [])


def test_a_print_row_is_marked_sent_before_it_leaves() -> None:
    desk = Desk()
    hub = Hub(desk, [Printer(name="p1", address="tcp/p1")], DeadWire())
    desk.emit("p1", PRINT)
    hub.drain(START_MS)
    assert (faults(desk), desk.sent_rows) == ([("p1", "offline", 1)], [1])


def test_a_new_process_sends_again_what_a_device_knows_and_leaves_a_label_to_a_person() -> None:
    desk = Desk()
    host, floor = pair()
    first = Hub(desk, [Sorter("sorter1", TOPIC), Printer(name="p1", address="tcp/p1")], host)
    for device, payload in (("sorter1", DIVERT), ("p1", PRINT)):
        desk.emit(device, payload)
    first.run(START_MS)
    assert (faults(desk), desk.sent_rows) == ([], [1, 2])
    host.hang_up()
    sorter, printer = Sorter("sorter1", TOPIC, "1"), Printer(name="p1", address="tcp/p1", boot="1")
    arrived: list[bytes] = []
    floor.listen(f"{TOPIC}/cmd/divert", lambda _address, payload, _taken: arrived.append(payload))
    second = Hub(desk, [sorter, printer], host, boot="1")
    second.resume(START_MS)
    second.run(START_MS)
    assert len(arrived) == 1
    assert faults(desk) == [("p1", "no_answer", 2)]


def test_delivered_rows_are_told_to_the_controller() -> None:
    desk = Desk()
    host, floor = pair()
    hub = Hub(desk, [Scale(name="sc1", address="serial/sc1", place="B1")], host)
    desk.emit("sc1", {"do": "tare"})
    hub.run(START_MS)
    floor.send("serial/sc1", b"T S      0.100 kg\r\n")
    hub.run(START_MS)
    assert desk.delivered_rows == [1]


def test_every_driver_is_woken_at_the_start() -> None:
    host, floor = pair()
    hub = Hub(Desk(), [Scale(name="sc1", address="serial/sc1", place="B1")], host)
    arrived: list[bytes] = []
    floor.listen("serial/sc1", lambda _address, payload, _taken: arrived.append(payload))
    hub.run(START_MS)
    assert arrived == [b"SR\r\n"]
    assert hub.next_wake_ms() == 0


def test_two_drivers_on_one_address_are_refused() -> None:
    with pytest.raises(ValueError, match="'a' and 'b'"):
        Hub(Desk(), [Sorter("a", TOPIC), Sorter("b", TOPIC)], pair()[0])


def test_two_drivers_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="'a'"):
        Hub(Desk(), [Sorter("a", TOPIC), Sorter("a", TOPIC + "2")], pair()[0])


def test_a_flood_is_cut_at_the_limit_and_counted() -> None:
    hub, floor = set_up(Desk())
    for _ in range(INBOX_MAX + 3):
        floor.send(f"{TOPIC}/res/divert", b"")
    assert hub.lost == 3


def test_each_delivery_notifies_whoever_runs_the_hub() -> None:
    rung: list[int] = []
    host, floor = pair()
    Hub(Desk(), [Sorter("sorter1", TOPIC)], host, notify=lambda: rung.append(1))
    floor.send(f"{TOPIC}/res/divert", Writer("plc").write(Result(ok=True), START_MS))
    assert rung == [1]
