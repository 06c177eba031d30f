"""Belts: their own word is known, and a lead's start leaves for an armed section alone."""

from typing import Any

import pytest

from controller.errors import NotFound, Refused
from controller.messages import BeltReported, DeviceFault, StartBelt, StopBelt
from controller.store import Store
from controller.views.machines import belts
from controller.workflows.conveying import MOVE_MS
from tests.workflows.floor import Floor

BELT = "belt-01"


def told(floor: Floor, *, running: bool, armed: bool) -> None:
    floor.do(BeltReported(id=floor.id(), device=BELT, running=running, armed=armed))


def fault(floor: Floor, name: str) -> None:
    floor.do(DeviceFault(id=floor.id(), device=BELT, fault=name))


def start(floor: Floor) -> None:
    floor.do(StartBelt(id=floor.id(), actor="LEAD-1", device=BELT))


def state(floor: Floor) -> tuple[Any, ...]:
    with floor.controller.reading() as db:
        (belt,) = belts(db)
    return belt.state, belt.armed, belt.since_ms


def stopped_floor(store: Store | None = None, *, armed: bool = True) -> Floor:
    floor = Floor(store=store)
    told(floor, running=False, armed=armed)
    return floor


def test_a_lead_starts_an_armed_section_by_a_row_with_a_deadline(store: Store) -> None:
    floor = stopped_floor(store)
    start(floor)
    (row,) = floor.sent(f"device/{BELT}")
    assert (row.payload, row.expires_ms) == ({"do": "start"}, floor.clock.ms + MOVE_MS)
    assert state(floor)[0] == "stopped"
    told(floor, running=True, armed=True)
    assert state(floor)[:2] == ("running", True)


def test_a_section_that_nobody_has_armed_is_not_started() -> None:
    floor = stopped_floor(armed=False)
    with pytest.raises(Refused, match="belt not armed") as refused:
        start(floor)
    assert "arm it at its own panel" in str(refused.value.fields["fix"])
    assert floor.sent(f"device/{BELT}") == []


@pytest.mark.parametrize("name", ["jam", "offline"])
def test_a_section_with_a_fault_is_not_started(name: str) -> None:
    floor = stopped_floor()
    fault(floor, name)
    assert state(floor)[0] == name
    with pytest.raises(Refused, match="belt has fault"):
        start(floor)


def test_a_section_that_runs_is_not_started_but_stopped() -> None:
    floor = Floor()
    told(floor, running=True, armed=True)
    with pytest.raises(Refused, match="belt runs"):
        start(floor)
    floor.do(StopBelt(id=floor.id(), actor="LEAD-1", device=BELT))
    assert [row.payload for row in floor.sent(f"device/{BELT}")] == [{"do": "stop"}]


def test_a_section_that_has_said_nothing_is_refused_by_name() -> None:
    with pytest.raises(NotFound, match=BELT):
        start(Floor())


def test_the_time_of_a_state_goes_on_until_the_belt_turns() -> None:
    floor = stopped_floor(armed=False)
    since_ms = floor.clock.ms
    floor.clock.ms += 1_000
    told(floor, running=False, armed=True)
    assert state(floor) == ("stopped", True, since_ms)
    told(floor, running=True, armed=True)
    assert state(floor) == ("running", True, floor.clock.ms)


def test_its_word_ends_what_it_refused_before_and_no_jam() -> None:
    floor = stopped_floor()
    for name in ("not_armed", "no_answer", "jam"):
        fault(floor, name)
    told(floor, running=False, armed=False)
    open_ones = floor.all("SELECT fault FROM alarm WHERE state = 'open' ORDER BY fault")
    assert [row.fault for row in open_ones] == ["jam"]
