"""Owns labels that are not to be used: given back to the carrier, which says that it took them.

It refuses to call a label void before its carrier has said so; where a carrier takes none back,
a person is told.
"""

from collections.abc import Mapping
from typing import Any

from controller import outbox
from controller.handlers import Handler, handler
from controller.messages import Command, Done, LabelBought, LabelRefused, LabelVoided
from controller.turn import Turn
from controller.workflows import alarming
from controller.workflows.carriers import piecing
from controller.workflows.carriers.abilities import can
from controller.workflows.papers import documents, erasing

_CLOSE = (
    "UPDATE purchase SET state = :state, tracking = :tracking, answered_ms = :now, why = :why "
    "WHERE id = :id"
)
_OFFERS = "SELECT offers FROM carrier WHERE name = :name"
_BY_REFERENCE = (
    "SELECT u.*, p.order_id, p.lpn FROM purchase u JOIN parcel p ON p.id = u.parcel "
    "WHERE u.reference = :reference"
)
_LPN = "SELECT lpn FROM parcel WHERE id = :id"
_OF_PARCEL = (
    "SELECT * FROM purchase WHERE parcel = :parcel AND state IN ('asked', 'bought', 'house') "
    "ORDER BY number"
)
_DROPPED = (  # of which the carrier has sold a label
    "SELECT u.*, p.order_id, p.lpn FROM purchase u JOIN parcel p ON p.id = u.parcel "
    "WHERE u.shipment = :shipment AND u.shipment <> '' AND u.state = 'dropped' "
    "AND u.tracking <> '' ORDER BY u.id"
)
_OF_ANOTHER = (
    "SELECT id FROM purchase WHERE tracking = :tracking AND carrier = :carrier AND id <> :id "
    "AND state = 'bought' ORDER BY id LIMIT 1"
)


def close(
    turn: Turn,
    purchase: Any,
    state: str,
    why: str,
    tracking: str = "",
    *,
    declined: bool = False,
) -> None:
    """A purchase ends; a label that was printed of it counts no more.

    `declined`: its carrier has said no, which of a piece may be for being one.
    """
    turn.db.run(
        _CLOSE,
        id=purchase.id,
        state=state,
        tracking=tracking or purchase.tracking,
        now=turn.now_ms,
        why=why[:500],
    )
    if purchase.shipment:
        piecing.over(turn, purchase, refused=declined)
    if purchase.tracking:
        documents.void_label(turn, purchase.parcel, purchase.tracking, why)


def drop(turn: Turn, purchase: Any, why: str, tracking: str = "") -> None:
    """What was bought, or may have been, is not used; its carrier is to take it back."""
    offers = turn.db.value(_OFFERS, name=purchase.carrier)
    tracking = tracking or purchase.tracking
    another = tracking and turn.db.one(
        _OF_ANOTHER, tracking=tracking, carrier=purchase.carrier, id=purchase.id
    )
    if offers is None or purchase.state == "house":
        close(turn, purchase, "voided", why, tracking)
    elif another:  # the number is not ours to give back: the carrier is asked what it sold
        close(turn, purchase, "dropped", why)
        _give_back(turn, purchase, "", offers)
    else:
        close(turn, purchase, "dropped", why, tracking)
        _give_back(turn, purchase, tracking, offers)


def drop_all(turn: Turn, shipment: Any, why: str) -> int:
    """All pieces of a shipment are given back: at once, where its carrier can do that.

    One whose label is still asked for counts no more either: what comes of it goes back.
    Returns: how many labels there were.
    """
    offers = turn.db.value(_OFFERS, name=shipment.carrier) or ""
    here = piecing.pieces(turn, shipment.reference)
    sold = [each for each in here if each.state == "bought"]
    for each in here:
        if each.state == "asked":
            outbox.give_up(turn.db, each.label)
            drop(turn, each, why)
    if not can(offers, "void_all") or not sold:
        for each in sold:
            drop(turn, each, why)
        return len(sold)
    for each in sold:
        close(turn, each, "dropped", why)
    asked = {
        "shipment": shipment.reference,
        "carrier": shipment.carrier,
        "reference": shipment.reference,
        "tracking": shipment.master,
    }
    outbox.emit(turn, "carrier/void", asked)
    return len(sold)


def order_cancelled(turn: Turn, order_id: str) -> None:
    """Of an order that does not leave no shipment counts any more."""
    for each in piecing.of_order(turn, order_id):
        states = {piece.parcel_state for piece in piecing.pieces(turn, each.reference)}
        if states and not states & {"shipped", "on_van"}:
            drop_all(turn, each, "the order was cancelled")
            piecing.remind(turn, order_id)


def surplus(turn: Turn, purchase: Any, tracking: str) -> None:
    """A carrier has sold a second label under one reference: that one goes back."""
    told = f"{tracking} besides {purchase.tracking} of {purchase.reference}"
    alarming.raise_alarm(turn, f"carrier/{purchase.carrier}", "second_label", told[:500])
    offers = turn.db.value(_OFFERS, name=purchase.carrier) or ""
    _give_back(turn, purchase, tracking, offers)


def late(turn: Turn, purchase: Any, command: LabelBought | LabelRefused) -> Done:
    """A label of a purchase that is over is given back, but never the one that counts."""
    if purchase.state != "bought":
        told = f"came late, after it was {purchase.state}"
        drop(turn, purchase, told, command.tracking)
        return Done(note="late")
    if command.reference and command.tracking != purchase.tracking:
        surplus(turn, purchase, command.tracking)
        return Done(note="second_label")
    return Done(note="bought_before")


def _give_back(turn: Turn, purchase: Any, tracking: str, offers: str) -> None:
    """With all that a repeat of the purchase needs: that may be the way to learn its number."""
    if can(offers, "void"):
        asked = {
            "parcel": purchase.parcel,
            "service": purchase.service,
            "carrier": purchase.carrier,
            "reference": purchase.reference,
            "tracking": tracking,
        }
        outbox.emit(turn, "carrier/void", asked)
        return
    told = f"{purchase.reference} {tracking}".strip()
    alarming.raise_alarm(turn, f"carrier/{purchase.carrier}", "void_by_hand", told)


def parcel_cancelled(turn: Turn, parcel_id: int) -> None:
    """The parcel does not leave: no label of it counts any more, and nobody sees to it."""
    alarming.works_again(turn, f"parcel/{turn.db.value(_LPN, id=parcel_id)}")
    for purchase in turn.db.all(_OF_PARCEL, parcel=parcel_id):
        if purchase.state != "asked":
            drop(turn, purchase, "the parcel was cancelled")
            if purchase.shipment:
                piecing.remind(turn, piecing.shipment(turn, purchase.shipment).order_id)


def label_voided(turn: Turn, command: LabelVoided) -> Done:
    """A carrier that refuses to take a label back is a matter for a person."""
    if command.shipment:
        return _all_voided(turn, command)
    purchase = turn.db.one(_BY_REFERENCE, reference=command.reference)
    if purchase is None:
        erasing.keep_none(turn)
        return Done(note="unknown")
    command = erasing.without_erased(turn, command, purchase.order_id)
    told = f"{command.reference} {purchase.tracking}: {command.detail}"[:500]
    if not command.voided:
        alarming.raise_alarm(turn, f"carrier/{purchase.carrier}", "not_voided", told)
        return Done(note="not_voided")
    if purchase.state == "dropped":
        close(turn, purchase, "voided", purchase.why)
    turn.event(
        "label_voided",
        order_id=purchase.order_id,
        subject=purchase.lpn,
        tracking=command.tracking or purchase.tracking,
        why=purchase.why,
    )
    return Done(note="voided")


def _all_voided(turn: Turn, command: LabelVoided) -> Done:
    """One answer for all pieces of a shipment."""
    dropped = turn.db.all(_DROPPED, shipment=command.shipment)
    command = erasing.without_erased(turn, command, *(each.order_id for each in dropped))
    if dropped and not command.voided:
        told = f"{command.shipment} {command.tracking}, all pieces: {command.detail}"[:500]
        alarming.raise_alarm(turn, f"carrier/{dropped[0].carrier}", "not_voided", told)
        return Done(note="not_voided")
    for each in dropped:
        close(turn, each, "voided", each.why)
        about = {"order_id": each.order_id, "subject": each.lpn}
        turn.event("label_voided", **about, tracking=each.tracking, why=each.why)
    return Done(note="voided")


HANDLERS: Mapping[type[Command[Any]], Handler] = {LabelVoided: handler(label_voided)}
