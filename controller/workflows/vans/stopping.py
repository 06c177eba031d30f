"""Owns a stop of an own van at the door: who got what, or why not, and what comes next.

A stop is over when its parcels are handed over, or with the reason why not; the last outcome may
be taken back. It refuses parcels of other stops, and stops that a dispatcher took away.
"""

from typing import Any

from controller.errors import Refused
from controller.workflows.handheld import Heard, Job
from controller.workflows.vans import handing_over

_THE_TOUR = "SELECT * FROM van_tour WHERE id = :id"
_NEXT = "SELECT * FROM van_stop WHERE tour = :tour AND state = 'planned' ORDER BY seq, id LIMIT 1"
_STOP = "SELECT * FROM van_stop WHERE id = :id"
_OF_STOP = (
    "SELECT d.*, p.lpn, p.order_id, p.state AS parcel_state, p.lane, p.mass_g FROM van_drop d "
    "JOIN parcel p ON p.id = d.parcel WHERE d.stop = :stop "
)
_DROPS = _OF_STOP + "AND d.state = 'loaded' AND p.state = 'on_van' ORDER BY p.id"
_ALL_DROPS = _OF_STOP + "ORDER BY p.id"
_END_STOP = "UPDATE van_stop SET state = :state, outcome = :outcome, at_ms = :now WHERE id = :id"
_LATER = (
    "UPDATE van_stop SET seq = (SELECT MAX(o.seq) + 1 FROM van_stop o WHERE o.tour = :tour), "
    "outcome = 'later' WHERE id = :id"
)
_SEQ = "UPDATE van_stop SET seq = :seq, outcome = :outcome WHERE id = :id"
_RESTED = "UPDATE van_tour SET rested_ms = :at WHERE id = :id"


def the_tour(job: Job) -> Any:
    return job.turn.db.the(_THE_TOUR, id=job.data["tour"])


def show_next(job: Job) -> str:
    """The next stop, or the way back when none is left."""
    turn, tour = job.turn, the_tour(job)
    turn.flush()
    stop = turn.db.one(_NEXT, tour=tour.id)
    if stop is None:
        job.goto("depot", stop=0, target="DONE")
        return "drive_back"
    drops = turn.db.all(_DROPS, stop=stop.id)
    job.goto("stop", stop=stop.id, kind=stop.kind, scanned=[], at_ms=0)
    if stop.kind == "order" and not drops:  # its parcels were cancelled on the way
        _close(job, "cancelled", "nothing_to_bring")
        return show_next(job)
    _aim(job, [drop.lpn for drop in drops], stop.ref)
    if tour.rest_ms and not tour.rested_ms and turn.now_ms >= tour.rest_ms:
        job.warn()
        return "rest_is_due"
    return "next_stop"


def _aim(job: Job, parcels: list[str], ref: str) -> None:
    left = [lpn for lpn in parcels if lpn not in job.data["scanned"]]
    target = ref if job.data["kind"] == "return" else left[0] if left else "DONE"
    job.goto("stop", target=target, left=len(left), parcels=len(parcels))


def scan_at_door(job: Job, heard: Heard) -> str:
    """Each parcel is scanned at the door; after the last one, to whom is asked."""
    drops = _still_to_bring(job)
    lpns = [drop.lpn for drop in drops]
    if heard.ref not in lpns:
        handing_over.drop_of(job.turn, job.data["tour"], heard.ref)
        raise Refused("parcel_of_another_stop", got=heard.ref, fix="put it back into the van")
    job.can_undo("stay")
    job.data = job.data | {"scanned": sorted({*job.data["scanned"], heard.ref})}
    _aim(job, lpns, "")
    return "at_door" if job.data["left"] else _ask_to_whom(job)


def _still_to_bring(job: Job) -> list[Any]:
    """The parcels of the stop. Raises: Refused when a dispatcher has taken the stop away."""
    stop = job.turn.db.the(_STOP, id=job.data["stop"])
    if stop.state != "planned":
        raise Refused("stop_cancelled", stop=stop.ref, fix="NEXT shows the next stop")
    return job.turn.db.all(_DROPS, stop=stop.id)


def _ask_to_whom(job: Job) -> str:
    job.goto("hand", target="CUSTOMER")
    return "to_whom"


def some_only(job: Job, _heard: Heard) -> str:
    """DONE: the parcels that were scanned are all that there are."""
    _still_to_bring(job)
    if not job.data["scanned"]:
        raise Refused("scan_parcels_first", fix="scan a parcel, or say why it stays in the van")
    job.can_undo("stay")
    return _ask_to_whom(job)


def hand_over(job: Job, heard: Heard) -> str:
    """The scanned parcels are delivered; others of the stop stay in the van."""
    turn, tour, scanned = job.turn, the_tour(job), job.data["scanned"]
    drops = _still_to_bring(job)
    job.can_undo("retake", stop=job.data["stop"])
    for drop in drops:
        if drop.lpn in scanned:
            handing_over.deliver(turn, tour, drop, heard.kind.lower())
        else:
            handing_over.fail(turn, drop, "attempted", "missing")
    turn.flush()
    _close(job, "done", heard.kind.lower())
    return _after(job, "delivered")


def collect(job: Job, heard: Heard) -> str:
    """A return is aboard; the returns desk books its goods when it is opened there."""
    stop = job.turn.db.the(_STOP, id=job.data["stop"])
    if stop.kind != "return" or heard.ref != stop.ref:
        raise Refused("wrong_scan", expected=str(job.data["target"]), got=heard.ref)
    _still_to_bring(job)
    job.can_undo("retake", stop=stop.id)
    _close(job, "done", "collected")
    return _after(job, "collected")


def not_over(job: Job, heard: Heard) -> str:
    """NOT_HOME, REFUSED: the parcels stay in the van; somebody not at home may be tried again."""
    _still_to_bring(job)
    if heard.kind == "NOT_HOME":
        job.can_undo("stay")
        job.goto("not_home", target="DONE")
        return "leave_card"
    return _fail_all(job, "refused")


def give_up_today(job: Job, _heard: Heard) -> str:
    """DONE: a card is left; the parcels go back to the house."""
    return _fail_all(job, "attempted")


def _fail_all(job: Job, state: str) -> str:
    drops = _still_to_bring(job)
    job.can_undo("retake", stop=job.data["stop"])
    for drop in drops:
        handing_over.fail(job.turn, drop, state)
    _close(job, "failed", state)
    return _after(job, "noted")


def later(job: Job, _heard: Heard) -> str:
    """LATER, SKIP: the stop comes last."""
    _still_to_bring(job)
    stop = job.turn.db.the(_STOP, id=job.data["stop"])
    job.can_undo("sooner", stop=stop.id, seq=stop.seq, outcome=stop.outcome)
    job.turn.db.run(_LATER, id=stop.id, tour=stop.tour)
    return _after(job, "later_today")


def damaged(job: Job, _heard: Heard) -> str:
    """DAMAGED: which one is scanned next."""
    _still_to_bring(job)
    job.can_undo("stay")
    job.goto("damaged", target="")
    return "which_is_damaged"


def damaged_parcel(job: Job, heard: Heard) -> str:
    """It stays in the van; the rest of the stop goes on."""
    drops = {drop.lpn: drop for drop in _still_to_bring(job)}
    if heard.ref not in drops:
        raise Refused("parcel_of_another_stop", got=heard.ref, fix="scan a parcel of this stop")
    job.can_undo("retake", stop=job.data["stop"])
    handing_over.fail(job.turn, drops.pop(heard.ref), "damaged")
    job.data = job.data | {"scanned": [n for n in job.data["scanned"] if n != heard.ref]}
    if not drops:
        _close(job, "failed", "damaged")
        return _after(job, "noted")
    _aim(job, sorted(drops), "")
    return "noted"


def _close(job: Job, state: str, outcome: str) -> None:
    job.turn.db.run(
        _END_STOP, id=job.data["stop"], state=state, outcome=outcome, now=job.turn.now_ms
    )


def _after(job: Job, message: str) -> str:
    follows = show_next(job)
    return message if follows == "next_stop" else follows


def look_again(job: Job, _heard: Heard) -> str:
    """NEXT: the dispatcher may have changed the tour."""
    return show_next(job)


def retake(job: Job, stop: int) -> None:
    """UNDO of whatever ended a stop: its parcels are aboard again."""
    turn, tour = job.turn, the_tour(job)
    for drop in turn.db.all(_ALL_DROPS, stop=stop):
        if drop.state == "delivered":
            handing_over.take_back(turn, tour, drop)
        elif drop.state in handing_over.STATUS:
            handing_over.unfail(turn, drop)
    turn.db.run(_END_STOP, id=stop, state="planned", outcome="", now=0)


def sooner(job: Job, stop: int, seq: int, outcome: str) -> None:
    """UNDO of `later`."""
    job.turn.db.run(_SEQ, id=stop, seq=seq, outcome=outcome)


def rest(job: Job, _heard: Heard) -> str:
    """BREAK: the driver rests; the books note from when."""
    job.can_undo("not_rested")
    job.turn.db.run(_RESTED, id=job.data["tour"], at=job.turn.now_ms)
    job.turn.event("driver_rests", subject=job.data["tour"])
    job.goto("rest", target="DONE")
    return "resting"


def not_rested(job: Job) -> None:
    job.turn.db.run(_RESTED, id=job.data["tour"], at=0)


def go_on(job: Job, _heard: Heard) -> str:
    job.turn.event("driver_goes_on", subject=job.data["tour"])
    return show_next(job)
