"""Owns a packed parcel at the bench: its service, its label, and the scan that lets it go.

It refuses to let a parcel go whose label has not come out. A parcel that no service takes is
parked with an alarm, so that its packer goes on.
"""

from collections.abc import Callable
from typing import Any

from controller import outbox
from controller.errors import Refused
from controller.plan.choosing import Choice
from controller.turn import Turn
from controller.workflows import alarming, shipping
from controller.workflows.carriers import buying, choosing, insuring, piecing
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import emptying
from controller.workflows.papers import customs, declaring, documents, printing

_PACKED = (
    "UPDATE parcel SET state = 'packed', mass_g = :mass_g, service = :service, lane = :lane, "
    "cost_cents = :cost, base_cents = :base, insured_cents = :insured, why = :why "
    "WHERE id = :id AND state = 'packing'"
)
_LET_GO = "UPDATE parcel SET state = :state WHERE id = :id AND state = 'packed'"
_KIND = "SELECT kind FROM place WHERE name = :name"
_BELT = "SELECT name FROM place WHERE kind = 'belt' ORDER BY name LIMIT 1"
_SET_DOWN = "UPDATE container SET place = :place WHERE lpn = :lpn"


def close_parcel(job: Job, mass_g: int) -> str:
    """Chooses the service for the parcel as weighed and buys its label."""
    turn, data = job.turn, job.data
    parcel = shipping.the_parcel(turn, data["parcel"])._replace(mass_g=mass_g)
    choice = choosing.choose(turn, parcel)
    fault, lacks = lacking(turn, parcel, choice)
    offer = None if lacks else choice.offer
    packed = turn.db.run(
        _PACKED,
        id=parcel.id,
        mass_g=mass_g,
        service=offer.service if offer else "",
        lane=offer.lane if offer else "",
        cost=offer.cost_cents if offer else 0,
        base=offer.base_cents if offer else 0,
        insured=choice.insured_cents if offer else 0,
        why=lacks or choice.why,
    )
    if not packed:
        return parcel_gone(job)
    if offer is None:
        return _park(job, parcel, fault, lacks or choice.why)
    _tell(turn, parcel, offer.service, choice)
    declaring.keep(turn, parcel.id)
    buying.buy_label(turn, parcel, choice)
    emptying.to_label(job)
    return "parcel_packed"


def lacking(turn: Turn, parcel: Any, choice: Choice) -> tuple[str, str]:
    """What a parcel without a label lacks: the name of it, and which goods lack it."""
    lacks = customs.lacking(turn, parcel, choice.pieces)
    if lacks:
        return "customs_data_missing", lacks
    waits = declaring.lacking(turn, parcel.id)
    return (waits.fault, waits.why) if waits else ("no_service", "")


def _park(job: Job, parcel: Any, fault: str, why: str) -> str:
    """The parcel waits for a person, its packer does not."""
    alarming.raise_alarm(job.turn, f"parcel/{parcel.lpn}", fault, why)
    job.turn.event(fault, order_id=parcel.order_id, subject=parcel.lpn, why=why)
    piecing.remind(job.turn, parcel.order_id)
    job.warn(parcel=parcel.lpn)
    emptying.next_parcel(job)
    return parked_as(fault)


def parked_as(fault: str) -> str:
    """What a packer is told of a parcel that waits for a person."""
    return fault if fault in ("declaration_needed", declaring.NOT_KNOWN) else "parcel_parked"


def _tell(turn: Turn, parcel: Any, service: str, choice: Choice) -> None:
    """What was chosen, what was wanted instead, and whether it comes too late."""
    about = {"order_id": parcel.order_id, "subject": parcel.lpn}
    told = {"service": service, "why": choice.why, **insuring.told(choice.insured_cents)}
    turn.event("parcel_packed", **about, mass_g=parcel.mass_g, **told)
    if choice.told:
        turn.event("other_service", **about, service=service, why=choice.told)
    if choice.late_ms:
        turn.event("will_be_late", **about, service=service, late_ms=choice.late_ms)
    alarming.over(turn, f"parcel/{parcel.lpn}", "no_service")


def parcel_gone(job: Job) -> str:
    """The parcel was cancelled, or taken over, under the packer's hands: it is put aside."""
    job.warn(parcel=job.data["box"])
    emptying.next_parcel(job)
    return "parcel_gone"


def scan_label(job: Job, heard: Heard) -> str:
    """The label is on the parcel: it goes onto the belt, freight straight to its lane."""
    turn, data = job.turn, job.data
    if heard.ref != data["box"]:
        raise Refused("wrong_label", expected=data["box"], got=heard.ref)
    parcel: int = data["parcel"]
    row = shipping.label_row(turn, parcel)
    if row.parcel_state != "packed":
        return parcel_gone(job)
    check_is_out(turn, parcel, row, data["box"])
    if turn.db.value(_KIND, name=data["lane"]) == "freight":
        state, place = "sorted", data["lane"]
    else:
        state, place = "labelled", turn.db.value(_BELT) or ""
    turn.db.run(_LET_GO, id=data["parcel"], state=state)
    turn.db.run(_SET_DOWN, lpn=data["box"], place=place)
    if state == "sorted":
        told = {"lane": place, "by": job.worker}
        turn.event("parcel_sorted", order_id=data["order"], subject=data["box"], **told)
    emptying.next_parcel(job)
    return "tote_done" if job.step == "tote" else "parcel_labelled"


def print_again(job: Job, _heard: Heard) -> str:
    """PRINT: a recorded reprint, or the purchase again under the same reference.

    A label that may still come out is asked for again only on the second press.
    """
    row = shipping.label_row(job.turn, job.data["parcel"])
    if row.parcel_state != "packed":
        return parcel_gone(job)
    return another(job, row, emptying.to_label)


def check_is_out(turn: Turn, parcel: int, row: Any, box: str) -> None:
    """Raises: Refused while no label that counts has come out; `row` is that of the label."""
    if not buying.has_label(turn, parcel) and documents.labels_voided(turn, parcel):
        raise Refused("label_voided", parcel=box, fix="scan PRINT for another")
    if row.state != "done" or not row.topic.startswith("device/"):
        raise Refused("label_not_printed", parcel=box, fix="wait, or scan PRINT")


def another(job: Job, row: Any, to_label: Callable[[Job], None]) -> str:
    """What PRINT comes to for a parcel that is here; `row` is that of its label."""
    turn, data = job.turn, job.data
    parcel = shipping.the_parcel(turn, data["parcel"])
    if row.state not in ("done", "failed") and not data["sure"]:
        job.warn()
        job.goto("label", sure=1)
        return "label_on_its_way"
    outbox.give_up(turn.db, row.id)
    to_label(job)
    if not buying.has_label(turn, parcel.id):
        buying.buy_again(turn, parcel)
        return "label_asked_again"
    printing.print_label(turn, parcel, "bench", job.worker)
    turn.event("label_reprinted", order_id=parcel.order_id, subject=parcel.lpn, by=job.worker)
    return "label_reprinted"
