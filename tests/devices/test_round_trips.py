"""Drivers and emulated machines over one wire, through the real codecs, in virtual time."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest

from controller.messages import (
    Command,
    ContainerSeen,
    DeviceFault,
    DivertConfirmed,
    LabelPrinted,
    WeightRead,
)
from devices.driver import Send
from devices.hub import Hub
from devices.printer import Printer
from devices.scale import Scale
from devices.sorter import Sorter
from devices.transports.memory import pair
from simulation.machines import (
    EmulatedScale,
    Inducted,
    Lane,
    Loaded,
    LoopSorter,
    PaperLoaded,
    ZebraPrinter,
)
from simulation.streams import Chance
from tests.devices.virtual_floor import START_MS, Desk, Floor

SECOND = 1_000_000
TOPIC = "wh/v1/main/out/sorter1"
LANES = ("L0", "L1", "L2", "L3")


def kinds(desk: Desk) -> Counter[str]:
    return Counter(type(command).__name__ for command in desk.commands)


# --- sorter ----------------------------------------------------------------------------------


def lane_of(parcel: str) -> str:
    return LANES[int(parcel.removeprefix("P")) % len(LANES)]


def decide(desk: Desk, command: Command[Any]) -> None:
    """A scan is answered by a divert row to the parcel's lane."""
    if isinstance(command, ContainerSeen) and command.codes:
        job = {"do": "divert", "tracking": command.tracking, "lane": lane_of(command.codes[0])}
        desk.emit("sorter1", job, expires_ms=command.deadline_ms)


def sorter_floor(**settings: Any) -> tuple[Desk, Floor, LoopSorter]:
    deliver = settings.pop("deliver", None)
    machine = LoopSorter(
        name="sorter1",
        topic=TOPIC,
        chance=Chance(3, "sorter", lambda: 0),
        lanes={lane: Lane(10_000 + 5_000 * nth, 1_000) for nth, lane in enumerate(LANES)},
        benches={"B1": 110_000},
        **settings,
    )
    desk = Desk(react=decide)
    return desk, Floor(desk, [Sorter("sorter1", TOPIC)], [machine], deliver), machine


def put_on(floor: Floor, machine: LoopSorter, parcels: int) -> None:
    for number in range(parcels):
        parcel = f"P{number}"
        at_us = START_MS * 1_000 + number * SECOND
        floor.at(at_us, partial(floor.tell, machine, Inducted("B1", parcel, (parcel,))))


def arrived(floor: Floor) -> list[tuple[str, str]]:
    return sorted((each.data["parcel"], each.data["lane"]) for each in floor.happened)


def wanted(parcels: int) -> list[tuple[str, str]]:
    return sorted((f"P{number}", lane_of(f"P{number}")) for number in range(parcels))


def test_every_parcel_slides_into_its_own_lane() -> None:
    desk, floor, machine = sorter_floor()
    put_on(floor, machine, 200)
    floor.run(300 * SECOND)
    assert arrived(floor) == wanted(200)
    assert kinds(desk) == {"ContainerSeen": 200, "DivertConfirmed": 200}
    confirmed = {each.outbox for each in desk.commands if isinstance(each, DivertConfirmed)}
    assert confirmed == set(range(1, 201))


def test_no_reads_come_round_until_they_are_read() -> None:
    _, floor, machine = sorter_floor(no_read_ppm=200_000)
    put_on(floor, machine, 100)
    floor.run(1_200 * SECOND)
    assert arrived(floor) == wanted(100)
    assert machine.scans > 100


@pytest.mark.parametrize("seed", range(5))
def test_a_wire_that_loses_doubles_and_delays_diverts_every_parcel_once(seed: int) -> None:
    chance = Random(seed)

    def deliver(_send: Send, arrive: Callable[[], None]) -> None:
        draw = chance.random()
        if draw < 0.10:
            return
        arrive()
        if draw < 0.20:
            floor.at(floor.now_us + chance.randrange(1, 3 * SECOND), arrive)

    desk, floor, machine = sorter_floor(deliver=deliver)
    put_on(floor, machine, 60)
    floor.run(2_000 * SECOND)
    assert arrived(floor) == wanted(60)
    assert {each.fault for each in desk.commands if isinstance(each, DeviceFault)} <= {"no_answer"}


# --- printer ---------------------------------------------------------------------------------

PRINTER = "tcp/p1"


def print_row(desk: Desk, number: int) -> None:
    desk.emit("p1", {"do": "print", "label": {"to": ["Ada"], "parcel": f"P{number}"}})


def labels(floor: Floor) -> list[str]:
    return [each.data["label"].codes[0].removeprefix("]C0") for each in floor.happened]


def printer_floor(paper: int = 100) -> tuple[Desk, Floor, ZebraPrinter]:
    machine = ZebraPrinter(name="p1", address=PRINTER, paper=paper)
    desk = Desk()
    return desk, Floor(desk, [Printer(name="p1", address=PRINTER)], [machine]), machine


def test_every_label_is_printed_once_and_confirmed() -> None:
    desk, floor, _ = printer_floor()
    for number in range(5):
        print_row(desk, number)
    floor.run(20 * SECOND)
    assert labels(floor) == ["P0", "P1", "P2", "P3", "P4"]
    confirmed = [each.outbox for each in desk.commands if isinstance(each, LabelPrinted)]
    assert confirmed == [1, 2, 3, 4, 5]


def test_an_empty_roll_leaves_labels_uncertain_and_none_is_printed_twice() -> None:
    desk, floor, machine = printer_floor(paper=1)
    for number in range(3):
        print_row(desk, number)
    floor.run(10 * SECOND)
    told = [(each.fault, each.outbox) for each in desk.commands if isinstance(each, DeviceFault)]
    assert told == [("no_answer", 1), ("no_answer", 2), ("no_answer", 3)]
    assert labels(floor) == ["P0"]
    floor.tell(machine, PaperLoaded(100))
    print_row(desk, 3)
    floor.run(30 * SECOND)
    assert labels(floor) == ["P0", "P1", "P2", "P3"]
    last = desk.commands[-1]
    assert isinstance(last, LabelPrinted)
    assert last.outbox == 4


def test_a_restart_of_the_hub_prints_nothing_again() -> None:
    desk, floor, _ = printer_floor()
    print_row(desk, 0)
    floor.run(SECOND)
    host, _ = pair()
    Hub(desk, [Printer(name="p1", address=PRINTER, boot="1")], host).run(START_MS + 1_000)
    floor.run(5 * SECOND)
    assert labels(floor) == ["P0"]


# --- scale -----------------------------------------------------------------------------------


def test_every_load_on_the_scale_is_weighed_once() -> None:
    machine = EmulatedScale(name="sc1", address="serial/sc1", random=Random(5))
    desk = Desk()
    driver = Scale(name="sc1", address="serial/sc1", place="B1")
    floor = Floor(desk, [driver], [machine])
    masses = [500, 1_500, 1_500, 40]
    for nth, mass_g in enumerate(masses):
        start_us = START_MS * 1_000 + 10 * nth * SECOND
        floor.at(start_us, partial(floor.tell, machine, Loaded(mass_g)))
        floor.at(start_us + 5 * SECOND, partial(floor.tell, machine, Loaded(0)))
    floor.run(60 * SECOND)
    weights = [each.mass_g for each in desk.commands if isinstance(each, WeightRead)]
    assert len(weights) == len(masses)
    assert all(abs(got - put) <= 2 for got, put in zip(weights, masses, strict=True))
