"""The emulated loop sorter: the scanner at 0, lanes at 10 m and 20 m, a loop of 60 m at 1 m/s."""

from typing import Any

import pytest

from devices.envelope import RESULT, Writer
from devices.sorter import DIVERTED, JAM, LANE_FULL, SCAN, Divert, Scan
from simulation.machines import (
    Heard,
    Inducted,
    Jammed,
    Lane,
    LaneEmptied,
    LoopSorter,
    Rebooted,
    Woken,
)
from simulation.streams import Chance
from tests.simulation.machine_effects import SECOND, START_US, Effects, emitted, physical, woken_at

TOPIC = "wh/v1/main/out/sorter1"
HOST = Writer("host")


def sorter(**settings: Any) -> LoopSorter:
    return LoopSorter(
        name="sorter1",
        topic=TOPIC,
        chance=Chance(8, "sorter", lambda: 0),
        lanes={"L1": Lane(10_000, capacity=2), "L2": Lane(20_000)},
        benches={"B1": 55_000},
        loop_mm=60_000,
        speed_mm_s=1_000,
        **settings,
    )


def induct(machine: LoopSorter, parcel: str = "P1", at_us: int = 0) -> Effects:
    return machine.handle(START_US + at_us, Inducted("B1", parcel, (f"LPN-{parcel}",)))


def woken(machine: LoopSorter, at_us: int) -> Effects:
    return machine.handle(START_US + at_us, Woken("belt"))


def scanned(machine: LoopSorter, at_us: int) -> tuple[Scan, int]:
    """The scan at this instant, and its deadline after the start in ms."""
    (emit,) = emitted(woken(machine, at_us))
    message = SCAN.read(emit.payload)
    return message.data, message.deadline - START_US // 1_000


def divert(
    machine: LoopSorter,
    tracking: str,
    lane: str,
    at_us: int,
    corr: str = "1",
    by_ms: int = 0,
) -> Effects:
    deadline = START_US // 1_000 + by_ms if by_ms else 0
    payload = HOST.write(Divert(tracking=tracking, lane=lane), 0, corr, deadline)
    return machine.handle(START_US + at_us, Heard(f"{TOPIC}/cmd/divert", payload))


def accepted(effects: Effects) -> tuple[bool, str]:
    result = RESULT.read(emitted(effects)[0].payload).data
    return result.ok, result.reason


def test_a_parcel_is_scanned_when_it_reaches_the_scanner() -> None:
    machine = sorter()
    assert woken_at(induct(machine)) == [5 * SECOND]
    assert emitted(woken(machine, 4 * SECOND)) == []
    scan, deadline_ms = scanned(machine, 5 * SECOND)
    assert (scan.codes, deadline_ms) == (("LPN-P1",), 15_000)


def test_a_parcel_slides_into_the_lane_that_it_was_given_in_time() -> None:
    machine = sorter()
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    taken = divert(machine, scan.tracking, "L2", 14 * SECOND)
    assert accepted(taken) == (True, "")
    assert woken_at(taken) == [25 * SECOND]
    effects = woken(machine, 25 * SECOND)
    assert physical(effects) == [{"parcel": "P1", "lane": "L2"}]
    message = DIVERTED.read(emitted(effects)[0].payload)
    assert (message.corr, message.data.lane, machine.in_lane["L2"]) == ("1", "L2", 1)
    assert woken(machine, 65 * SECOND) == ()


def test_a_late_divert_is_refused_and_the_parcel_comes_round_again() -> None:
    machine = sorter()
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    assert accepted(divert(machine, scan.tracking, "L1", 15 * SECOND)) == (False, "too_late")
    again, deadline_ms = scanned(machine, 65 * SECOND)
    assert (again.tracking, deadline_ms) == (scan.tracking, 75_000)


def test_a_divert_after_its_own_deadline_is_refused() -> None:
    machine = sorter()
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    late = divert(machine, scan.tracking, "L2", 16 * SECOND, by_ms=15_000)
    assert accepted(late) == (False, "expired")


@pytest.mark.parametrize(
    ("tracking", "lane", "reason"),
    [("nobody", "L1", "unknown_tracking"), ("sorter1-0.1", "L9", "unknown_lane")],
)
def test_a_divert_that_makes_no_sense_is_refused(tracking: str, lane: str, reason: str) -> None:
    machine = sorter()
    induct(machine)
    woken(machine, 5 * SECOND)
    assert accepted(divert(machine, tracking, lane, 6 * SECOND)) == (False, reason)


def test_a_repeated_divert_is_answered_from_memory_and_done_once() -> None:
    machine = sorter()
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    first = divert(machine, scan.tracking, "L1", 6 * SECOND)
    assert emitted(divert(machine, scan.tracking, "L1", 7 * SECOND)) == emitted(first)
    done = woken(machine, 15 * SECOND)
    repeated = divert(machine, scan.tracking, "L1", 16 * SECOND)
    assert emitted(repeated) == [*emitted(first), *emitted(done)]
    assert machine.in_lane["L1"] == 1


def test_another_lane_on_the_way_settles_the_first_command_as_missed() -> None:
    machine = sorter()
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    divert(machine, scan.tracking, "L1", 6 * SECOND, corr="1")
    _, missed = emitted(divert(machine, scan.tracking, "L2", 7 * SECOND, corr="2"))
    message = DIVERTED.read(missed.payload)
    assert (message.corr, message.data.lane) == ("1", "")
    assert emitted(woken(machine, 15 * SECOND)) == []
    assert physical(woken(machine, 25 * SECOND)) == [{"parcel": "P1", "lane": "L2"}]


def test_a_full_lane_lets_the_parcel_ride_on_until_it_is_emptied() -> None:
    machine = sorter()
    machine.in_lane["L1"] = 2
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    divert(machine, scan.tracking, "L1", 6 * SECOND)
    full, missed = emitted(woken(machine, 15 * SECOND))
    assert LANE_FULL.read(full.payload).data.lane == "L1"
    assert DIVERTED.read(missed.payload).data.lane == ""
    machine.handle(START_US + 20 * SECOND, LaneEmptied("L1"))
    scanned(machine, 65 * SECOND)
    divert(machine, scan.tracking, "L1", 66 * SECOND, corr="2")
    assert physical(woken(machine, 75 * SECOND)) == [{"parcel": "P1", "lane": "L1"}]


def test_a_jam_makes_everything_later_by_its_length() -> None:
    machine = sorter()
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    divert(machine, scan.tracking, "L1", 6 * SECOND)
    jammed = machine.handle(START_US + 10 * SECOND, Jammed(30 * SECOND, "curve"))
    assert JAM.read(emitted(jammed)[0].payload).data.where == "curve"
    assert emitted(woken(machine, 15 * SECOND)) == []
    (over,) = emitted(woken(machine, 40 * SECOND))
    assert JAM.read(over.payload).data.jammed is False
    assert physical(woken(machine, 45 * SECOND)) == [{"parcel": "P1", "lane": "L1"}]


def test_a_jam_within_a_jam_counts_only_what_it_adds() -> None:
    machine = sorter()
    induct(machine)
    machine.handle(START_US, Jammed(30 * SECOND))
    machine.handle(START_US + 10 * SECOND, Jammed(25 * SECOND))
    assert emitted(woken(machine, 30 * SECOND)) == []
    assert len(emitted(woken(machine, 35 * SECOND))) == 1
    scanned(machine, 40 * SECOND)


def test_a_parcel_put_on_a_standing_belt_starts_with_it() -> None:
    machine = sorter()
    machine.handle(START_US, Jammed(30 * SECOND))
    induct(machine, at_us=10 * SECOND)
    woken(machine, 30 * SECOND)
    scanned(machine, 35 * SECOND)


def test_a_full_belt_lets_the_next_parcel_wait() -> None:
    machine = sorter(pitch_mm=60_000)
    induct(machine, "P1")
    induct(machine, "P2")
    scan, _ = scanned(machine, 5 * SECOND)
    divert(machine, scan.tracking, "L1", 6 * SECOND)
    woken(machine, 15 * SECOND)
    assert scanned(machine, 20 * SECOND)[0].codes == ("LPN-P2",)


def test_no_reads_and_misreads_come_at_their_rates() -> None:
    machine = sorter(no_read_ppm=100_000, misread_ppm=100_000)
    for _ in range(300):
        induct(machine, "0042", at_us=0)
    reads = []
    for turn in range(10):
        for emit in emitted(woken(machine, (5 + 60 * turn) * SECOND)):
            reads.append(SCAN.read(emit.payload).data.codes)
    none = sum(codes == () for codes in reads)
    wrong = sum(codes not in ((), ("LPN-0042",)) for codes in reads)
    assert len(reads) == machine.scans == 600
    assert 40 <= none <= 80
    assert 40 <= wrong <= 80


def test_a_missed_divert_is_reported_and_comes_round_again() -> None:
    machine = sorter(missed_ppm=1_000_000)
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    divert(machine, scan.tracking, "L1", 6 * SECOND)
    (missed,) = emitted(woken(machine, 15 * SECOND))
    assert DIVERTED.read(missed.payload).data.lane == ""
    scanned(machine, 65 * SECOND)


def test_a_reboot_forgets_targets_and_numbers_anew() -> None:
    machine = sorter()
    induct(machine)
    scan, _ = scanned(machine, 5 * SECOND)
    divert(machine, scan.tracking, "L1", 6 * SECOND)
    machine.handle(START_US + 7 * SECOND, Rebooted("2"))
    assert emitted(woken(machine, 15 * SECOND)) == []
    (emit,) = emitted(woken(machine, 65 * SECOND))
    message = SCAN.read(emit.payload)
    assert (message.session, message.seq) == ("sorter1-2", 1)
    assert message.data.tracking != scan.tracking


def test_a_command_that_breaks_the_form_is_ignored_and_counted() -> None:
    machine = sorter()
    assert machine.handle(START_US, Heard(f"{TOPIC}/cmd/divert", b"{}")) == ()
    assert machine.ignored == 1
