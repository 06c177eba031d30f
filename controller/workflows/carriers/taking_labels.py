"""Owns the labels that carriers sell: each is looked at before it counts, then kept and printed.

It refuses labels that are not the parcel's own, that cannot be read, and that are dearer than
quoted.
"""

from collections.abc import Mapping
from typing import Any

from controller import barcodes, outbox
from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, LabelBought
from controller.turn import Turn
from controller.workflows import alarming, shipping
from controller.workflows.carriers import buying, piecing, voiding
from controller.workflows.papers import documents, erasing

_SOLD = (
    "UPDATE purchase SET state = :state, tracking = :tracking, cost_cents = :cost, "
    "answered_ms = :now, why = :why WHERE id = :id"
)
_TERMS = "SELECT * FROM carrier WHERE name = :name"
_LET_GO = (  # its packer has gone on without it: nobody will scan the label at the bench
    "UPDATE parcel SET state = 'labelled' WHERE id = :id AND state = 'packed' "
    "AND EXISTS (SELECT 1 FROM load l WHERE l.id = parcel.load AND l.state = 'packed')"
)
_CODE = "SELECT kind, ref FROM barcode WHERE code = :code"


def label_bought(turn: Turn, command: LabelBought) -> Done:
    """The carrier's answer: tracking number and price are frozen, and the label is printed.

    Raises: Refused naming why this cannot be the parcel's label; the purchase stays open.
    """
    parcel = shipping.the_parcel(turn, command.parcel)
    command = erasing.without_erased(turn, command, parcel.order_id)
    bought = _purchase(turn, parcel, command.reference)
    if bought.state != "asked":
        return voiding.late(turn, bought, command)
    _check_label(turn, parcel, bought, command)
    _set_bought(turn, bought, command)
    outbox.done(turn.db, parcel.label)
    alarming.works_again(turn, "carrier/buy")
    alarming.over(turn, f"carrier/{bought.carrier}", "no_label")
    if parcel.state not in buying.TO_LABEL:
        gone = buying.of_reference(turn, bought.reference)
        voiding.drop(turn, gone, f"the parcel is {parcel.state}")
        alarming.tell_bench(turn, parcel.bench, parcel.id, "parcel_gone")
        return Done(note=parcel.state)
    buying.print_label(turn, parcel, bought)
    if not alarming.at_bench(turn, parcel.bench or "", parcel.id):
        turn.db.run(_LET_GO, id=parcel.id)
        if bought.shipment:
            piecing.remind(turn, parcel.order_id)
    return Done(note="printing")


def _purchase(turn: Turn, parcel: Any, reference: str) -> Any:
    """The purchase that is answered. Raises: Refused."""
    found = buying.latest(turn, parcel.id)
    if reference:
        found = buying.of_reference(turn, reference)
    if found is None or not parcel.label:
        raise Refused("label_not_asked", parcel=parcel.id, fix="pack the parcel first")
    if found.parcel != parcel.id:
        raise Refused("label_of_another_parcel", parcel=parcel.id, reference=reference)
    return found


def _set_bought(turn: Turn, bought: Any, command: LabelBought) -> None:
    parcel = shipping.the_parcel(turn, bought.parcel)
    turn.db.run(
        _SOLD,
        id=bought.id,
        state="bought",
        tracking=command.tracking,
        cost=command.cost_cents,
        now=turn.now_ms,
        why="",
    )
    buying.set_label(turn, parcel.id, command.tracking, command.cost_cents)
    if command.label:
        about = documents.About(
            order_id=parcel.order_id, parcel=parcel.id, personal=turn.filed.key
        )
        documents.keep(turn, "label", about, {"tracking": command.tracking}, command.form)
    buying.name_tracking(turn, parcel, command.tracking)
    told: dict[str, Any] = {}
    if bought.shipment:
        piecing.sold(turn, bought, command.master or command.tracking)
        told = _as_piece(turn, bought)
    turn.event(
        "label_bought",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        service=parcel.service,
        tracking=command.tracking,
        cost_cents=command.cost_cents,
        **told,
    )


def _as_piece(turn: Turn, bought: Any) -> dict[str, Any]:
    """What a parcel's story tells of the shipment that it is a piece of."""
    shipment = piecing.shipment(turn, bought.shipment)
    return {"piece": bought.piece, "pieces": shipment.pieces, "master": shipment.master}


def _check_label(turn: Turn, parcel: Any, bought: Any, command: LabelBought) -> None:
    """Raises: Refused."""
    if command.label:
        documents.check_kept(command.label, command.form)
    tracking = command.tracking
    code = barcodes.read(tracking).code
    if not code:
        raise Refused("label_unreadable", parcel=parcel.id, tracking=tracking)
    if command.master and bought.shipment:
        master = piecing.shipment(turn, bought.shipment).master
        if master not in ("", command.master):
            fix = "ask the carrier for another label"
            raise Refused(
                "label_of_another_shipment", expected=master, got=command.master, fix=fix
            )
    known = turn.db.one(_CODE, code=code)
    if known is not None and known.kind == "parcel" and known.ref != parcel.lpn:
        raise Refused(
            "label_of_another_parcel",
            parcel=parcel.id,
            tracking=tracking,
            by=known.ref,
            fix="ask the carrier for another label",
        )
    terms = turn.db.one(_TERMS, name=bought.carrier)
    if terms is None:
        return
    most = bought.quoted_cents * (100 + terms.dearer_percent) // 100
    if command.cost_cents > most:
        raise Refused(
            "label_dearer",
            parcel=parcel.id,
            tracking=tracking,
            cost_cents=command.cost_cents,
            most=most,
            fix="correct the rate card, or raise dearer_percent of the carrier",
        )


HANDLERS: Mapping[type[Command[Any]], Handler] = {LabelBought: handler(label_bought)}
