"""Owns what a dispatcher changes on tours: lock, other van, no stop, a van that broke down.

Stops that were driven stay as they are; what is left of a tour under way is planned anew. It
refuses what the books no longer allow, by the name of what stands against it.
"""

from collections.abc import Mapping
from typing import Any

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    AssignVan,
    CancelVanStop,
    Command,
    Done,
    LockVanTour,
    ReportVan,
)
from controller.turn import Turn
from controller.workflows import alarming, handheld
from controller.workflows.vans import boarding, dispatching, enrolling, points

_TOUR = "SELECT * FROM van_tour WHERE id = :id"
_LOCK = "UPDATE van_tour SET locked_by = :by WHERE id = :id AND state = 'planned'"
_VAN = "SELECT * FROM van WHERE code = :code AND state <> 'gone'"
_WISH = "SELECT * FROM delivery_wish WHERE kind = :kind AND ref = :ref"
_ASSIGN = "UPDATE delivery_wish SET van = :van WHERE kind = :kind AND ref = :ref"
_ON_TOUR = (
    "SELECT t.id, t.van, t.state FROM van_stop s JOIN van_tour t ON t.id = s.tour "
    "WHERE s.kind = :kind AND s.ref = :ref AND s.state = 'planned' "
    "AND (t.state IN ('loading', 'driving') OR t.locked_by <> '') ORDER BY t.id LIMIT 1"
)
_DRIVES = "SELECT id FROM van_tour WHERE van = :van AND state = 'driving' ORDER BY id LIMIT 1"
_REPLAN = "UPDATE van_tour SET replan = 1 WHERE id = :id AND state = 'driving'"
_STOP = (
    "SELECT s.*, t.state AS tour_state, t.driver FROM van_stop s "
    "JOIN van_tour t ON t.id = s.tour WHERE s.id = :id"
)
_END_STOP = "UPDATE van_stop SET state = 'cancelled', outcome = :why, at_ms = :now WHERE id = :id"
_FREE_DROPS = (
    "UPDATE van_drop SET state = 'cancelled', at_ms = :now WHERE stop = :id AND state = 'planned'"
)
_NOT_TODAY = (
    "UPDATE van_drop SET state = 'attempted', at_ms = :now WHERE stop = :id AND state = 'loaded'"
)
_SET_VAN = "UPDATE van SET state = :state WHERE code = :code"
_ACTIVE = (
    "SELECT * FROM van_tour WHERE van = :van "
    "AND state IN ('planned', 'loading', 'driving', 'back') ORDER BY id LIMIT 1"
)
_TAKES_OVER = (
    "UPDATE van_tour SET van = :new, driver = '', replan = CASE state WHEN 'driving' THEN 1 "
    "ELSE 0 END WHERE id = :id"
)
_CARTONS = (
    "UPDATE container SET place = :new WHERE place = :old AND lpn IN "
    "(SELECT lpn FROM parcel WHERE state IN ('on_van', 'cancelled'))"
)
_OPEN = "SELECT * FROM van_stop WHERE tour = :tour AND state = 'planned' ORDER BY seq, id"
_GIVE_UP = "UPDATE van_tour SET state = :state, ended_ms = :now WHERE id = :id"
_ABOARD = (
    "SELECT d.parcel FROM van_drop d JOIN van_stop s ON s.id = d.stop WHERE s.tour = :tour "
    "AND d.state IN ('loaded', 'attempted', 'refused', 'damaged') ORDER BY d.parcel LIMIT 1"
)


def lock(turn: Turn, command: LockVanTour) -> Done:
    """Raises: NotFound; Refused for a tour that is being loaded already."""
    by = (turn.actor or "console") if command.locked else ""
    if not turn.db.run(_LOCK, id=command.tour, by=by):
        state = the_tour(turn, command.tour).state
        raise Refused("tour_begun", tour=command.tour, state=state, fix="it stays as it is")
    turn.event("van_tour_locked" if by else "van_tour_unlocked", subject=command.tour)
    return Done()


def the_tour(turn: Turn, tour: int) -> Any:
    row = turn.db.one(_TOUR, id=tour)
    if row is None:
        raise NotFound("unknown_van_tour", tour=tour)
    return row


def the_van(turn: Turn, code: str) -> Any:
    row = turn.db.one(_VAN, code=code)
    if row is None:
        raise NotFound("unknown_van", van=code, fix="name a van of the fleet")
    return row


def assign(turn: Turn, command: AssignVan) -> Done:
    """Raises: NotFound; Refused for parcels that are on another van already."""
    enrolling.the_call(turn, command.kind, command.ref)
    if command.van:
        the_van(turn, command.van)
    tour = turn.db.one(_ON_TOUR, kind=command.kind, ref=command.ref)
    if tour is not None and tour.van != command.van:
        fix = "unlock the tour first" if tour.state == "planned" else "cancel the stop first"
        raise Refused("on_another_van", ref=command.ref, van=tour.van, fix=fix)
    if turn.db.one(_WISH, kind=command.kind, ref=command.ref) is None:
        turn.add(tables.delivery_wish, kind=command.kind, ref=command.ref, personal="")
        turn.flush()
    turn.db.run(_ASSIGN, kind=command.kind, ref=command.ref, van=command.van)
    driving = turn.db.value(_DRIVES, van=command.van) if command.kind == "return" else None
    if driving is not None:
        turn.db.run(_REPLAN, id=driving)
    turn.event("van_assigned", subject=command.ref, van=command.van)
    dispatching.ask(turn)
    return Done()


def cancel_stop(turn: Turn, command: CancelVanStop) -> Done:
    """Raises: NotFound; Refused for a stop that is over."""
    stop = turn.db.one(_STOP, id=command.stop)
    if stop is None:
        raise NotFound("unknown_van_stop", stop=command.stop)
    if stop.state != "planned":
        raise Refused("stop_over", stop=stop.id, state=stop.state, fix="nothing is left to do")
    _end_stop(turn, stop.id, command.reason)
    turn.event("van_stop_cancelled", subject=stop.ref, tour=stop.tour, why=command.reason)
    if stop.tour_state == "driving":
        turn.db.run(_REPLAN, id=stop.tour)
        dispatching.ask(turn)
    if stop.driver:
        handheld.tell_screen(turn, stop.driver)
    return Done()


def _end_stop(turn: Turn, stop: int, why: str) -> None:
    turn.db.run(_END_STOP, id=stop, why=why, now=turn.now_ms)
    for statement in (_FREE_DROPS, _NOT_TODAY):
        turn.db.run(statement, id=stop, now=turn.now_ms)


def report(turn: Turn, command: ReportVan) -> Done:
    """A van is out of order, with or without another in its place, or works again.

    Raises: NotFound; Refused naming why the other van cannot take over.
    """
    the_van(turn, command.van)
    turn.db.run(_SET_VAN, code=command.van, state="down" if command.down else "")
    turn.event("van_down" if command.down else "van_works", subject=command.van)
    if not command.down:
        alarming.over(turn, f"van/{command.van}", "van_down")
        return Done()
    alarming.raise_alarm(turn, f"van/{command.van}", "van_down", command.replacement)
    tour = turn.db.one(_ACTIVE, van=command.van)
    if tour is None:
        return Done(note="no_tour")
    if command.replacement:
        _hand_on(turn, tour, command.replacement)
    else:
        _end_tour(turn, tour)
    dispatching.ask(turn)
    return Done(note=command.replacement)


def _hand_on(turn: Turn, tour: Any, van: str) -> None:
    """Another van takes the tour over, where it stands, with all that is aboard."""
    if the_van(turn, van).state:
        raise Refused("van_down", van=van, fix="name a van that works")
    busy = turn.db.one(_ACTIVE, van=van)
    if busy is not None and (busy.state != "planned" or busy.locked_by):
        raise Refused("van_busy", van=van, tour=busy.id, fix="name a van that is free")
    points.check_tour(turn, tour.id, van)
    if busy is not None:
        dispatching.forget(turn, busy.id)
    turn.db.run(_TAKES_OVER, id=tour.id, new=van)
    turn.db.run(_CARTONS, old=tour.van, new=van)
    alarming.over(turn, f"van/{tour.van}", "overtime")
    _send_home(turn, tour)


def _end_tour(turn: Turn, tour: Any) -> None:
    """Nothing more is delivered: what is aboard comes back, the rest waits for the next plan."""
    for stop in turn.db.all(_OPEN, tour=tour.id):
        _end_stop(turn, stop.id, "van_down")
    aboard = turn.db.value(_ABOARD, tour=tour.id) is not None
    left = tour.state in ("driving", "back")
    state = "back" if aboard else "done" if left else "cancelled"
    turn.db.run(_GIVE_UP, id=tour.id, state=state, now=turn.now_ms)
    boarding.end_departure(turn, tour)
    _send_home(turn, tour)


def _send_home(turn: Turn, tour: Any) -> None:
    if tour.driver:
        handheld.send_home(turn, tour.driver)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    LockVanTour: handler(lock),
    AssignVan: handler(assign),
    CancelVanStop: handler(cancel_stop),
    ReportVan: handler(report),
}
