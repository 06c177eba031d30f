"""Tracking: one list of events whoever tells them; a repeat is kept once, late news turn none."""

import pytest

from api.replaying import replay
from controller.errors import NotFound, Refused
from controller.journal import commands
from controller.messages import TrackingReport, TrackingReported
from controller.store import Store
from controller.units import DAY, HOUR
from tests.workflows.floor import FIRST, Floor, belt_floor, confirm, seen

STORED = "SELECT status, at_ms, place, words, source FROM tracking_event ORDER BY at_ms, id"


def shipped_floor(store: Store | None = None) -> Floor:
    """A floor whose one parcel has been loaded."""
    floor = belt_floor(store=store)
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    floor.scans("HOME", "LANE-01", FIRST)
    return floor


def tell(floor: Floor, *reports: TrackingReport, carrier: str = "Snail") -> str:
    said = TrackingReported(
        id=floor.id(), actor=carrier, tracking=f"TRK{FIRST}", carrier=carrier, reports=reports
    )
    return floor.do(said).note


def said(status: str, at_ms: int, words: str = "") -> TrackingReport:
    return TrackingReport(status=status, at_ms=at_ms, place="York", words=words)


def test_events_come_in_any_order_and_twice_and_are_kept_once(store: Store) -> None:
    floor = shipped_floor(store)
    now = floor.clock.ms
    accepted, moving, there = (
        said("accepted", now + HOUR),
        said("in_transit", now + 2 * HOUR),
        said("delivered", now + DAY),
    )
    assert tell(floor, there, accepted) == "2 new"
    assert tell(floor, accepted, moving, there) == "1 new"
    assert [row.status for row in floor.all(STORED)] == ["accepted", "in_transit", "delivered"]
    (journey,) = floor.all("SELECT * FROM journey")
    assert (journey.status, journey.delivered_ms) == ("delivered", now + DAY)
    assert (journey.left_ms, journey.promised_ms) == (now, now + 3 * DAY + 12 * HOUR)
    assert floor.books_balance()


def test_what_a_carrier_says_in_free_words_can_be_erased_and_the_way_told_again() -> None:
    floor = shipped_floor()
    report = said("delivered", floor.clock.ms, "left with Ann Archer")
    floor.do(TrackingReported.of_carrier(floor.id(), "Snail", f"TRK{FIRST}", (report,)))
    assert floor.value("SELECT words FROM tracking_event") == report.words
    with floor.controller.store.transaction() as db:
        assert db.run("UPDATE personal SET data = '' WHERE data LIKE '%Ann Archer%'") == 1
    for name, column in (("journal", "payload"), ("event", "data"), ("personal", "data")):
        assert not floor.all(f"SELECT 1 AS n FROM {name} WHERE {column} LIKE '%Ann Archer%'")
    with floor.controller.reading() as db:
        again = [command for _, command, _ in commands(db)][-1]
    assert isinstance(again, TrackingReported)
    assert [(each.status, each.at_ms) for each in again.reports] == [("delivered", report.at_ms)]
    assert again.said == ()
    assert replay(floor.controller.store).same


def test_a_word_that_nobody_mapped_is_kept_as_in_transit_and_somebody_is_asked() -> None:
    floor = shipped_floor()
    tell(floor, said("", floor.clock.ms, "SORTED AT HUB"))
    (event,) = floor.all(STORED)
    assert (event.status, event.words, event.source) == ("in_transit", "SORTED AT HUB", "Snail")
    (alarm,) = floor.all("SELECT * FROM alarm WHERE device = 'carrier/Snail'")
    assert (alarm.fault, alarm.detail) == ("unknown_status", "SORTED AT HUB")


def test_a_number_of_nobody_and_of_another_carrier_is_refused() -> None:
    floor = shipped_floor()
    with pytest.raises(NotFound, match="unknown tracking"):
        tell(floor, said("accepted", 1), carrier="Swift")
    with pytest.raises(Refused, match="unknown status"):
        tell(floor, said("vanished", 1))
