"""Owns what becomes of a parcel whose carrier sells no label: the bench does not wait.

The next best carrier is asked, or the label is one of the house until a carrier can be had. It
refuses to let a vehicle take a parcel that only the house has labelled.
"""

from collections.abc import Mapping
from typing import Any

from controller import outbox
from controller.handlers import Handler, handler
from controller.messages import Command, Done, LabelRefused
from controller.plan.choosing import Choice
from controller.plan.rating import Offer
from controller.turn import Turn
from controller.workflows import alarming, shipping
from controller.workflows.carriers import buying, choosing, piecing, voiding
from controller.workflows.papers import erasing

_FIRST = (
    "SELECT u.quoted_cents, c.elsewhere_percent FROM purchase u JOIN carrier c "
    "ON c.name = u.carrier WHERE u.parcel = :parcel ORDER BY u.number LIMIT 1"
)


def label_refused(turn: Turn, command: LabelRefused) -> Done:
    """No label comes of a purchase: the next best carrier is asked, or the house labels."""
    asked = buying.of_reference(turn, command.reference)
    if asked is None:
        erasing.keep_none(turn)
        return Done(note="unknown")
    parcel = shipping.the_parcel(turn, asked.parcel)
    command = erasing.without_erased(turn, command, parcel.order_id)
    if asked.state != "asked":
        return voiding.late(turn, asked, command) if command.tracking else Done(note=asked.state)
    told = f"{command.why}: {command.detail}".rstrip(": ")
    if command.unclear or command.tracking:
        voiding.drop(turn, asked, command.why, command.tracking)
    else:
        voiding.close(turn, asked, "refused", command.why, declined=command.declined)
    outbox.done(turn.db, parcel.label)
    fault = "no_pieces" if asked.shipment and command.declined else "no_label"
    alarming.raise_alarm(turn, f"carrier/{asked.carrier}", fault, told[:500])
    turn.event(
        "label_refused",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        carrier=asked.carrier,
        why=command.why,
    )
    if parcel.state not in buying.TO_LABEL:
        return Done(note=parcel.state)
    answer = _fall_back(turn, parcel, asked)
    if asked.shipment:
        piecing.remind(turn, parcel.order_id)
    return answer


def _fall_back(turn: Turn, parcel: Any, last: Any) -> Done:
    """The bench goes on: with another carrier, or with a label of the house."""
    unfit = buying.unfit(turn, parcel.id)
    choice = choosing.choose(turn, parcel, without=unfit)
    if choice.offer is None:
        return _house_label(turn, parcel, last, f"{last.carrier} sold none")
    dear = _too_dear(turn, parcel.id, choice.offer)
    if dear and not last.shipment:  # a further piece is quoted what it adds alone
        return _house_label(turn, parcel, last, f"{last.carrier} sold none, and {dear}")
    buying.change_service(turn, parcel.id, choice, choice.offer)
    if choice.offer.service == last.service:
        turn.event("label_alone", order_id=parcel.order_id, subject=parcel.lpn, **_of(choice))
    else:
        _tell_another(turn, parcel, last, choice)
    buying.buy_label(turn, parcel, choice)
    return Done(note=choice.offer.service)


def _of(choice: Choice) -> dict[str, Any]:
    offer = choice.offer
    return {"carrier": offer.carrier, "service": offer.service} if offer else {}


def _tell_another(turn: Turn, parcel: Any, last: Any, choice: Choice) -> None:
    turn.event(
        "label_from_another",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        before=last.carrier,
        **_of(choice),
        late_ms=choice.late_ms,
    )
    lane = choice.offer.lane if choice.offer else ""
    told = {"lane": lane, "printed": 0, "fault": ""}
    alarming.tell_bench(turn, parcel.bench, parcel.id, "label_from_another", **told)


def _too_dear(turn: Turn, parcel_id: int, offer: Offer) -> str:
    """Why a person is to decide, where it costs far more than what was quoted first; or ""."""
    first = turn.db.one(_FIRST, parcel=parcel_id)
    if first is None or not first.quoted_cents:
        return ""
    percent = offer.cost_cents * 100 // first.quoted_cents
    if percent <= 100 + first.elsewhere_percent:
        return ""
    return f"{offer.service} costs {percent} % of what was quoted"


def _house_label(turn: Turn, parcel: Any, last: Any, why: str) -> Done:
    """The parcel goes on to its lane, but no vehicle takes it before a carrier's label is on."""
    reference = buying.begin(turn, parcel, last, buying.HOUSE, "house", why)
    buying.set_label(turn, parcel.id, reference, parcel.cost_cents)
    buying.name_tracking(turn, parcel, reference)
    alarming.raise_alarm(turn, f"parcel/{parcel.lpn}", "carrier_label_missing", why)
    turn.event("house_label", order_id=parcel.order_id, subject=parcel.lpn, carrier=last.carrier)
    alarming.tell_bench(turn, parcel.bench, parcel.id, "house_label", printed=0, fault="")
    buying.print_label(turn, parcel, last)
    return Done(note="house")


HANDLERS: Mapping[type[Command[Any]], Handler] = {LabelRefused: handler(label_refused)}
