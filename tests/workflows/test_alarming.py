"""Alarms: opened, counted, told at the bench, and over when the device works again."""

import pytest

from controller.messages import (
    AcknowledgeAlarm,
    DeviceFault,
    DivertConfirmed,
    OutboxGivenUp,
    WeightRead,
)
from controller.store import Store
from controller.views.machines import Occurrence, occurrences
from tests.workflows.floor import FIRST, SORTER, Floor, belt_floor, last_divert, seen


def fault(floor: Floor, device: str, name: str, outbox: int = 0, detail: str = "") -> str:
    command = DeviceFault(id=floor.id(), device=device, fault=name, outbox=outbox, detail=detail)
    return floor.do(command).note


def alarms(floor: Floor) -> list[tuple[str, str, int, str]]:
    rows = floor.all("SELECT device, fault, times, state FROM alarm ORDER BY device, fault")
    return [tuple(row) for row in rows]


def history(floor: Floor, since_ms: int = 0) -> tuple[Occurrence, ...]:
    with floor.controller.reading() as db:
        return occurrences(db, since_ms)


def test_the_same_fault_again_is_one_alarm_counted_twice() -> None:
    floor = Floor()
    for _ in range(2):
        fault(floor, "printer-bench-01", "paper_out")
        floor.clock.ms += 1_000
    assert alarms(floor) == [("printer-bench-01", "paper_out", 2, "open")]
    assert floor.value("SELECT since_ms FROM alarm") == floor.clock.ms - 2_000


def test_an_alarm_that_comes_back_starts_anew() -> None:
    floor = Floor()
    fault(floor, SORTER, "jam")
    fault(floor, SORTER, "jam_cleared")
    floor.clock.ms += 1_000
    fault(floor, SORTER, "jam")
    assert floor.value("SELECT since_ms FROM alarm") == floor.clock.ms
    assert alarms(floor) == [(SORTER, "jam", 2, "open")]


def test_each_occurrence_is_kept_from_raised_to_cleared(store: Store) -> None:
    floor = Floor(store=store)
    began_ms = floor.clock.ms
    fault(floor, SORTER, "jam", detail="curve")
    floor.clock.ms += 1_000
    fault(floor, SORTER, "jam", detail="infeed")
    floor.do(AcknowledgeAlarm(id="seen", actor="LEAD-1", device=SORTER, fault="jam"))
    assert [(each.state, each.times) for each in history(floor)] == [("acknowledged", 2)]
    floor.clock.ms += 1_000
    fault(floor, SORTER, "jam_cleared")
    fault(floor, SORTER, "jam_cleared")
    floor.clock.ms += 1_000
    fault(floor, SORTER, "jam")
    again, first = history(floor)
    assert (first.state, first.detail, first.acknowledged_by) == ("cleared", "infeed", "LEAD-1")
    assert (first.raised_ms, first.cleared_ms) == (began_ms, began_ms + 2_000)
    assert (again.state, again.raised_ms, again.acknowledged_by) == (
        "active",
        began_ms + 3_000,
        "",
    )
    assert (again.times, again.of_day) == (1, 2)


def test_what_was_over_before_the_day_is_not_of_it() -> None:
    floor = Floor()
    for device in ("printer-bench-01", SORTER):
        fault(floor, device, "jam")
    fault(floor, SORTER, "jam_cleared")
    floor.clock.ms += 1_000
    today = history(floor, since_ms=floor.clock.ms)
    assert [(each.device, each.state) for each in today] == [("printer-bench-01", "active")]


def test_a_sign_of_life_ends_alarms_but_a_jam_needs_its_all_clear() -> None:
    floor = belt_floor()
    fault(floor, SORTER, "offline")
    fault(floor, SORTER, "jam")
    seen(floor, FIRST)
    states = [(name, state) for _, name, _, state in alarms(floor)]
    assert states == [("jam", "open"), ("offline", "cleared")]
    assert fault(floor, SORTER, "jam_cleared") == "cleared"
    assert {state for *_, state in alarms(floor)} == {"cleared"}


def test_a_weight_ends_the_alarm_of_its_scale() -> None:
    floor = belt_floor()
    floor.scans("HOME")
    order = floor.order("x", {"PEN": 1})
    floor.tour([[(order, "BOX-S", {"PEN": 1})]])
    floor.scans("BENCH-01")
    floor.scans(floor.screens["W1"].screen.target, "BOX-S", "PEN")
    fault(floor, "scale-bench-01", "overload")
    floor.do(WeightRead(id="w", device="scale-bench-01", place="BENCH-01", mass_g=100))
    assert alarms(floor) == [("scale-bench-01", "overload", 1, "cleared")]


def test_a_fault_that_names_a_row_gives_it_up() -> None:
    floor = belt_floor()
    seen(floor, FIRST)
    row = last_divert(floor).id
    fault(floor, SORTER, "too_late", outbox=row)
    assert floor.sent(f"device/{SORTER}") == []
    assert floor.parcels()[0].state == "labelled"


def test_a_row_that_nobody_took_in_time_is_an_alarm() -> None:
    floor = belt_floor()
    seen(floor, FIRST, deadline_ms=floor.clock.ms + 500)
    floor.clock.ms += 500
    floor.controller.tick()
    assert alarms(floor) == [(SORTER, "given_up", 1, "open")]


@pytest.mark.parametrize("row", [0, 12_345])
def test_giving_up_what_is_settled_or_unknown_changes_nothing(row: int) -> None:
    floor = Floor()
    command = OutboxGivenUp(id="g", outbox=row, reason="expired")
    assert floor.do(command).note == "settled_before"
    assert alarms(floor) == []


def test_giving_up_a_confirmed_divert_changes_nothing() -> None:
    floor = belt_floor()
    seen(floor, FIRST)
    row = last_divert(floor).id
    floor.do(DivertConfirmed(id="d", device=SORTER, outbox=row, lane="LANE-01"))
    assert floor.do(OutboxGivenUp(id="g", outbox=row, reason="expired")).note == "settled_before"
