"""Owns what becomes of a parcel whose carrier sells no label: the bench does not wait.

The next best carrier is asked, or the label is one of the house until a carrier can be had. It
refuses to let a vehicle take a parcel that only the house has labelled.
"""

from collections.abc import Mapping
from typing import Any

from controller import outbox
from controller.handlers import Handler, handler
from controller.messages import Command, Done, LabelRefused
from controller.turn import Turn
from controller.workflows import alarming, shipping
from controller.workflows.carriers import buying, choosing, voiding


def label_refused(turn: Turn, command: LabelRefused) -> Done:
    """No label comes of a purchase: the next best carrier is asked, or the house labels."""
    asked = buying.of_reference(turn, command.reference)
    if asked is None:
        return Done(note="unknown")
    if asked.state != "asked":
        return voiding.late(turn, asked, command) if command.tracking else Done(note=asked.state)
    parcel = shipping.the_parcel(turn, asked.parcel)
    told = f"{command.why}: {command.detail}".rstrip(": ")
    if command.unclear or command.tracking:
        voiding.drop(turn, asked, command.why, command.tracking)
    else:
        voiding.close(turn, asked, "refused", command.why)
    outbox.done(turn.db, parcel.label)
    alarming.raise_alarm(turn, f"carrier/{asked.carrier}", "no_label", told[:500])
    turn.event(
        "label_refused",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        carrier=asked.carrier,
        why=command.why,
    )
    if parcel.state not in buying.TO_LABEL:
        return Done(note=parcel.state)
    return _fall_back(turn, parcel, asked)


def _fall_back(turn: Turn, parcel: Any, last: Any) -> Done:
    """The bench goes on: with another carrier, or with a label of the house."""
    unfit = buying.unfit(turn, parcel.id)
    choice = choosing.choose(turn, parcel, without=unfit)
    if choice.offer is None:
        return _house_label(turn, parcel, last)
    buying.change_service(turn, parcel.id, choice.offer, choice.why)
    turn.event(
        "label_from_another",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        before=last.carrier,
        carrier=choice.offer.carrier,
        service=choice.offer.service,
        late_ms=choice.late_ms,
    )
    alarming.tell_bench(
        turn,
        parcel.bench,
        parcel.id,
        "label_from_another",
        lane=choice.offer.lane,
        printed=0,
        fault="",
    )
    buying.buy_label(turn, shipping.the_parcel(turn, parcel.id), choice.offer.arrives_ms)
    return Done(note=choice.offer.service)


def _house_label(turn: Turn, parcel: Any, last: Any) -> Done:
    """The parcel goes on to its lane, but no vehicle takes it before a carrier's label is on."""
    reference = buying.begin(turn, parcel, last, buying.HOUSE, "house")
    buying.set_label(turn, parcel.id, reference, parcel.cost_cents)
    buying.name_tracking(turn, parcel, reference)
    alarming.raise_alarm(
        turn, f"parcel/{parcel.lpn}", "carrier_label_missing", f"{last.carrier} sold none"
    )
    turn.event("house_label", order_id=parcel.order_id, subject=parcel.lpn, carrier=last.carrier)
    alarming.tell_bench(turn, parcel.bench, parcel.id, "house_label", printed=0, fault="")
    buying.print_label(turn, parcel, last)
    return Done(note="house")


HANDLERS: Mapping[type[Command[Any]], Handler] = {LabelRefused: handler(label_refused)}
