"""Routing: lanes before the deadline, run-out with a reason, diverts confirmed or missed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Table

from controller.messages import CancelOrder, ContainerSeen, Decision, DeviceFault
from controller.store import Db, Store
from controller.turn import Turn
from controller.workflows.routing import container_seen
from tests.workflows.floor import (
    FIRST,
    SECOND,
    SORTER,
    Floor,
    belt_floor,
    confirm,
    last_divert,
    seen,
)


def parcel(floor: Floor) -> Any:
    return floor.parcels()[0]


def place_of(floor: Floor, lpn: str = FIRST) -> Any:
    return floor.value("SELECT place FROM container WHERE lpn = :lpn", lpn=lpn)


@pytest.mark.parametrize("code", [FIRST, f"00{FIRST}", f"]C100{FIRST}", f"TRK{FIRST}"])
def test_a_labelled_parcel_is_sent_to_its_lane_by_any_of_its_codes(code: str) -> None:
    floor = belt_floor()
    decision = seen(floor, code, deadline_ms=floor.clock.ms + 900)
    assert decision == Decision(lane="LANE-01", reason="service ECO")
    event = last_divert(floor)
    assert event.payload == {"do": "divert", "tracking": "T1", "lane": "LANE-01"}
    assert event.expires_ms == floor.clock.ms + 900


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ((), "no_read"),
        (("JUNK",), "unknown_code"),
        ((FIRST, SECOND), "two_parcels"),
        (("TOTE-5",), "not_a_parcel"),
    ],
)
def test_what_cannot_be_told_goes_to_the_run_out(codes: tuple[str, ...], reason: str) -> None:
    floor = belt_floor(parcels=2)
    assert seen(floor, *codes) == Decision(lane="RUNOUT", reason=reason)
    assert last_divert(floor).payload["lane"] == "RUNOUT"
    assert floor.events("sent_to_run_out")[0]["why"] == reason


def test_both_codes_of_one_parcel_and_a_foreign_one_name_one_parcel() -> None:
    floor = belt_floor()
    assert seen(floor, FIRST, f"TRK{FIRST}", "ROUTE-77").lane == "LANE-01"


def test_a_parcel_without_label_goes_to_the_run_out() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S")
    assert seen(floor, FIRST).reason == "not_labelled"


def test_a_cancelled_order_is_intercepted() -> None:
    floor = belt_floor()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert seen(floor, FIRST) == Decision(lane="RUNOUT", reason="intercepted")
    assert confirm(floor, "RUNOUT") == "run_out"
    assert place_of(floor) == "RUNOUT"


def test_only_the_confirmation_makes_a_parcel_sorted(store: Store) -> None:
    floor = belt_floor(store=store)
    seen(floor, FIRST)
    assert parcel(floor).state == "labelled"
    assert confirm(floor, "LANE-01") == "sorted"
    assert (parcel(floor).state, place_of(floor)) == ("sorted", "LANE-01")
    assert floor.sent(f"device/{SORTER}") == []


def test_a_confirmation_told_twice_leaves_the_parcel_sorted() -> None:
    floor = belt_floor()
    seen(floor, FIRST)
    row = last_divert(floor).id
    assert [confirm(floor, "LANE-01", row) for _ in range(2)] == ["sorted", "sorted"]


def test_a_sorted_parcel_that_is_seen_again_is_diverted_again() -> None:
    floor = belt_floor()
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    assert seen(floor, FIRST, tracking="T2").lane == "LANE-01"
    assert last_divert(floor).payload["tracking"] == "T2"


def test_a_missed_divert_recirculates_and_after_three_the_parcel_runs_out() -> None:
    floor = belt_floor()
    for _ in range(3):
        assert seen(floor, FIRST).lane == "LANE-01"
        assert confirm(floor, "") == "recirculates"
    assert seen(floor, FIRST) == Decision(lane="RUNOUT", reason="recirculated_too_often")


def test_a_full_lane_lets_its_parcels_go_round_until_it_has_room() -> None:
    floor = belt_floor()
    floor.do(DeviceFault(id="f", device=SORTER, fault="lane_full", detail="LANE-01"))
    assert seen(floor, FIRST) == Decision(lane="", reason="lane_full")
    assert floor.sent(f"device/{SORTER}") == []
    for _ in range(2):
        seen(floor, FIRST)
    assert seen(floor, FIRST) == Decision(lane="RUNOUT", reason="recirculated_too_often")


def test_a_parcel_in_a_wrong_lane_is_for_a_person() -> None:
    floor = belt_floor()
    seen(floor, FIRST)
    assert confirm(floor, "LANE-02") == "misdiverted"
    assert (parcel(floor).state, place_of(floor)) == ("labelled", "LANE-02")
    assert floor.events("misdiverted") == [{"expected": "LANE-01", "got": "LANE-02"}]
    open_alarms = "SELECT COUNT(*) FROM alarm WHERE state = 'open'"
    assert floor.value(open_alarms) == 1
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    assert floor.value(open_alarms) == 0


def test_after_the_deadline_nothing_is_sent() -> None:
    floor = belt_floor()
    decision = seen(floor, FIRST, deadline_ms=floor.clock.ms - 1)
    assert decision == Decision(lane="", reason="divert_too_late")
    assert floor.sent(f"device/{SORTER}") == []
    assert floor.events("divert_too_late") == [{"lane": "LANE-01", "device": SORTER}]


def test_a_confirmation_after_the_deadline_still_counts() -> None:
    floor = belt_floor()
    seen(floor, FIRST, deadline_ms=floor.clock.ms + 500)
    row = last_divert(floor).id
    floor.controller.sent(row)
    floor.clock.ms += 1_000
    floor.controller.tick()
    assert floor.value("SELECT COUNT(*) FROM alarm") == 0
    assert confirm(floor, "LANE-01", row) == "sorted"


def test_a_confirmation_that_overtakes_the_next_one_sorts_the_parcel() -> None:
    floor = belt_floor()
    seen(floor, FIRST)
    first = last_divert(floor).id
    seen(floor, FIRST, tracking="T2")
    assert confirm(floor, "LANE-01", first) == "sorted"


def test_a_divert_of_nothing_known_is_noted_and_harmless() -> None:
    floor = belt_floor()
    seen(floor)
    assert confirm(floor, "RUNOUT") == "no_parcel"
    assert confirm(floor, "LANE-01", outbox=0) == "no_parcel"


class CountingDb(Db):
    """Counts the statements that it runs."""

    sent = 0

    def _execute(self, sql: str, params: Mapping[str, Any]) -> Any:
        self.sent += 1
        return super()._execute(sql, params)

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        self.sent += 1
        super().insert(table, rows)


def test_a_decision_takes_less_than_ten_statements() -> None:
    floor = belt_floor()
    db = CountingDb(floor.controller.store.engine.raw_connection(), postgres=False)
    turn = Turn(db, seq=999, command_id="c", actor="a", now_ms=floor.clock.ms)
    container_seen(turn, ContainerSeen(id="c", device=SORTER, codes=(FIRST,), tracking="T"))
    turn.flush()
    assert 0 < db.sent < 10
