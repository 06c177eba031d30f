"""Owns a van in the house: loaded for its tour, and emptied after it.

The last stop's parcels are loaded first. What comes back goes to its lane for the next tour, or
is put aside when its order is over. It refuses parcels of other tours.
"""

from typing import Any, Final

from controller import tables
from controller.errors import Refused
from controller.turn import Turn
from controller.units import MINUTE, clock
from controller.workflows import alarming
from controller.workflows.carriers import tracking
from controller.workflows.handheld import Heard, Job
from controller.workflows.vans import handing_over, stopping

AROUND_MS: Final = 30 * MINUTE

_TO_LOAD = (
    "SELECT p.lpn, p.lane, p.state FROM van_stop s JOIN van_drop d ON d.stop = s.id "
    "JOIN parcel p ON p.id = d.parcel WHERE s.tour = :tour AND d.state = 'planned' "
    "AND s.state = 'planned' AND p.state IN ('packed', 'labelled', 'sorted') "
    "ORDER BY s.seq DESC, s.id DESC, p.id"
)
_LEAVE = (
    "UPDATE van_tour SET state = 'driving', left_ms = :now, departure = :departure WHERE id = :id"
)
_LEFT_BEHIND = (
    "UPDATE van_drop SET state = 'cancelled', at_ms = :now WHERE state = 'planned' "
    "AND stop IN (SELECT id FROM van_stop WHERE tour = :tour)"
)
_NOTHING_ABOARD = (
    "UPDATE van_stop SET state = 'cancelled', outcome = 'not_loaded', at_ms = :now "
    "WHERE tour = :tour AND kind = 'order' AND state = 'planned' AND NOT EXISTS "
    "(SELECT 1 FROM van_drop d WHERE d.stop = van_stop.id AND d.state = 'loaded')"
)
_ABOARD = (
    "SELECT d.parcel, p.lane, t.eta_ms, COALESCE(s.carrier, '') AS carrier FROM van_stop t "
    "JOIN van_drop d ON d.stop = t.id JOIN parcel p ON p.id = d.parcel "
    "LEFT JOIN shipping_service s ON s.code = p.service "
    "WHERE t.tour = :tour AND d.state = 'loaded' ORDER BY d.parcel"
)
_SET_STATE = "UPDATE van_tour SET state = :state, ended_ms = :ended WHERE id = :id"
_CLOSED = "UPDATE departure SET state = 'closed' WHERE id = :id"
_TO_UNLOAD = (
    "SELECT p.lpn FROM van_stop s JOIN van_drop d ON d.stop = s.id JOIN parcel p "
    "ON p.id = d.parcel WHERE s.tour = :tour "
    "AND d.state IN ('loaded', 'attempted', 'refused', 'damaged') ORDER BY p.id LIMIT 1"
)


def show_load(job: Job) -> str:
    rows = job.turn.db.all(_TO_LOAD, tour=job.data["tour"])
    ready = [row for row in rows if row.state != "packed"]
    first = ready[0] if ready else None
    job.goto(
        "load",
        target=first.lpn if first else "DONE",
        lane=first.lane if first else "",
        left=len(rows),
    )
    return "load_van" if rows else "van_loaded"


def load_parcel(job: Job, heard: Heard) -> str:
    drop = handing_over.drop_of(job.turn, job.data["tour"], heard.ref)
    handing_over.load(job.turn, drop, job.data["van"])
    job.can_undo("unload", lpn=drop.lpn)
    return "parcel_loaded" if show_load(job) == "load_van" else "van_loaded"


def undo_load(job: Job, lpn: str) -> None:
    handing_over.unload(job.turn, handing_over.drop_of(job.turn, job.data["tour"], lpn))


def drive_off(job: Job, _heard: Heard) -> str:
    """DONE: the van leaves; parcels that are not aboard wait for the next plan."""
    turn, tour = job.turn, job.data["tour"]
    left = len(turn.db.all(_TO_LOAD, tour=tour))
    if left and job.data.get("sure") != left:
        job.data["sure"] = left
        job.warn(left=left)
        return "not_all_loaded"
    turn.db.run(_LEFT_BEHIND, tour=tour, now=turn.now_ms)
    turn.db.run(_NOTHING_ABOARD, tour=tour, now=turn.now_ms)
    aboard = turn.db.all(_ABOARD, tour=tour)
    turn.db.run(_LEAVE, id=tour, now=turn.now_ms, departure=_departure(turn, aboard))
    for parcel in aboard:
        tracking.left(turn, parcel.parcel)
        words = _expected(turn, parcel.eta_ms)
        tracking.note(turn, parcel.parcel, "out_for_delivery", turn.now_ms, words=words)
    turn.event("van_left", subject=tour, van=job.data["van"], parcels=len(aboard), missing=left)
    turn.flush()
    return stopping.show_next(job)


def _expected(turn: Turn, eta_ms: int) -> str:
    """When the customer may count on the van, by local time."""
    around = (max(turn.now_ms, eta_ms - AROUND_MS), max(turn.now_ms, eta_ms) + AROUND_MS)
    return "-".join(clock(at_ms + turn.site.utc_offset_ms) for at_ms in around)


def _departure(turn: Turn, aboard: list[Any]) -> int:
    """The manifest of the tour: it counts what was delivered."""
    departure, first = turn.new_id(), aboard[0] if aboard else None
    turn.add(
        tables.departure,
        id=departure,
        carrier=first.carrier if first else "",
        lane=first.lane if first else "",
        leaves_ms=turn.now_ms,
        state="open",
    )
    return departure


def come_back(job: Job, _heard: Heard) -> str:
    """DONE at the depot: what is still aboard is scanned out of the van."""
    turn, tour = job.turn, stopping.the_tour(job)
    turn.db.run(_SET_STATE, id=tour.id, state="back", ended=turn.now_ms)
    end_departure(turn, tour)
    turn.event("van_back", subject=tour.id, van=tour.van)
    return show_back(job)


def end_departure(turn: Turn, tour: Any) -> None:
    """Nothing more is delivered by the tour."""
    turn.db.run(_CLOSED, id=tour.departure)
    alarming.over(turn, f"van/{tour.van}", "overtime")


def show_back(job: Job) -> str:
    turn, tour = job.turn, job.data["tour"]
    turn.flush()
    target = turn.db.value(_TO_UNLOAD, tour=tour)
    if target is not None:
        job.goto("back", target=target)
        return "unload_van"
    turn.db.run(_SET_STATE, id=tour, state="done", ended=turn.now_ms)
    turn.event("van_tour_done", subject=tour, van=job.data["van"])
    job.home()
    return "van_empty"


def unload(job: Job, heard: Heard) -> str:
    """A parcel that was not delivered is in the house again: to its lane, or put aside."""
    turn = job.turn
    drop = handing_over.drop_of(turn, job.data["tour"], heard.ref)
    if drop.state not in ("loaded", *handing_over.STATUS):
        raise Refused("not_aboard", got=heard.ref, fix="scan what is still in the van")
    told = handing_over.bring_back(turn, drop, job.data["van"])
    job.fields["lane"] = drop.lane
    turn.flush()
    show_back(job)
    return told
