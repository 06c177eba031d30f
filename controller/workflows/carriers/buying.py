"""Owns labels as they are bought: one purchase after another, and never two labels that count.

The reference of a purchase is the parcel's plate with the purchase's number: the same reference
again is the same purchase. What is made of a carrier's answer is elsewhere: `taking_labels` and
`falling_back`. It refuses to print, or let leave, what has no label.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from controller import barcodes, outbox, tables
from controller.errors import Refused
from controller.plan.choosing import Choice
from controller.plan.rating import Offer
from controller.turn import Turn
from controller.workflows import shipping
from controller.workflows.carriers import choosing, insuring, piecing, voiding
from controller.workflows.carriers.piecing import Ids, Terms
from controller.workflows.papers import customs, printing

HOUSE: Final = ""  # the carrier of labels that a carrier's will replace
TO_LABEL: Final = ("packed", "labelled", "sorted")

_LATEST = "SELECT * FROM purchase WHERE parcel = :parcel ORDER BY number DESC LIMIT 1"
_NUMBER = (
    "SELECT COALESCE(MAX(u.number), 0) FROM parcel p JOIN purchase u ON u.parcel = p.id "
    "WHERE p.lpn = :lpn"
)
_BY_REFERENCE = "SELECT * FROM purchase WHERE reference = :reference"
_UNFIT = (  # a carrier that has said no to a piece may take the parcel by itself
    "SELECT u.carrier FROM purchase u LEFT JOIN shipment s ON s.reference = u.shipment "
    "WHERE u.parcel = :parcel AND (u.state = 'dropped' "
    "OR (u.state = 'refused' AND COALESCE(s.state, '') <> 'refused')) "
    "UNION SELECT name FROM carrier WHERE down_ms > 0 ORDER BY 1"
)
_BEGUN = (
    "UPDATE purchase SET promised_ms = :promised, billed = :billed, shipment = :shipment, "
    "piece = :piece WHERE reference = :reference"
)
_SET_LABEL = "UPDATE parcel SET label = :label WHERE id = :id"
_LABELLED = "UPDATE parcel SET tracking = :tracking, cost_cents = :cost WHERE id = :id"
_SERVICE = (
    "UPDATE parcel SET service = :service, lane = :lane, cost_cents = :cost, "
    "base_cents = :base, insured_cents = :insured, why = :why, "
    "state = CASE WHEN state = 'sorted' AND lane <> :lane THEN 'labelled' ELSE state END "
    "WHERE id = :id"
)
_CODE = "SELECT kind, ref FROM barcode WHERE code = :code"


def buy_label(turn: Turn, parcel: Any, choice: Choice) -> None:
    """Asks the carrier for a label of the service chosen, at its price."""
    offer = choice.offer
    assert offer is not None, parcel.lpn
    price = {"cost_cents": offer.cost_cents, "insured_cents": choice.insured_cents}
    chosen = parcel._replace(service=offer.service, **price)
    terms = Terms(offer.arrives_ms, offer.billed, choice.joins)
    _buy(turn, chosen, terms, lambda: choice.pieces)


def buy_again(turn: Turn, parcel: Any) -> None:
    """Asks for another label of the service that a parcel has, at its price of now.

    While the last has no answer it is the same purchase, at the price that was asked.
    """
    last = latest(turn, parcel.id)
    terms = Terms(last.promised_ms, last.billed, last.shipment) if last else Terms(0, 0, "")
    if last is not None and _is_same(last, parcel):
        _buy(turn, parcel._replace(cost_cents=last.quoted_cents), terms, tuple)
        return
    choice = choosing.again(turn, parcel, terms.arrives_ms)
    if choice is not None:
        buy_label(turn, parcel, choice)
    else:
        _buy(turn, parcel, terms, tuple)


def _buy(turn: Turn, parcel: Any, terms: Terms, begins: Callable[[], Ids]) -> None:
    """`begins` says with which parcels it begins a shipment, where it joins none."""
    last = latest(turn, parcel.id)
    takes = piecing.carrier_of(turn, parcel.service)
    carrier = takes.carrier if takes else ""
    if last is not None and _is_same(last, parcel):
        reference, shipment, piece = last.reference, last.shipment, last.piece
    else:
        if last is not None and last.state == "asked":
            voiding.drop(turn, last, "another service was chosen")
        reference = begin(turn, parcel, last, carrier)
        which = partial(_declared, turn, parcel, begins)
        shipment, piece = piecing.place(turn, parcel, reference, takes, terms, which)
        begun = {"shipment": shipment, "piece": piece, "billed": terms.billed}
        turn.db.run(_BEGUN, reference=reference, promised=terms.arrives_ms, **begun)
    asked = {
        "parcel": parcel.id,
        "service": parcel.service,
        "carrier": carrier,
        "reference": reference,
        "cost_cents": parcel.cost_cents,
        **insuring.told(parcel.insured_cents),
    }
    wait_ms = 0
    if shipment:
        asked |= {"shipment": shipment, "piece": piece}
        wait_ms = piecing.waits_ms(turn, reference, shipment)
    else:
        piecing.tell(turn, parcel.order_id)
    row_id = outbox.emit(turn, "carrier/buy", asked, about=parcel.id, wait_ms=wait_ms)
    turn.db.run(_SET_LABEL, id=parcel.id, label=row_id)


def _is_same(last: Any, parcel: Any) -> bool:
    return bool(last.state == "asked" and last.service == parcel.service)


def _declared(turn: Turn, parcel: Any, begins: Callable[[], Ids]) -> Ids:
    """The pieces of a shipment that begins; none where customs lacks data of those to come."""
    pieces = begins()
    return () if customs.lacking(turn, parcel, pieces) else pieces


def begin(
    turn: Turn, parcel: Any, last: Any, carrier: str, state: str = "asked", why: str = ""
) -> str:
    """A new purchase of a parcel; its reference."""
    number = turn.db.value(_NUMBER, lpn=parcel.lpn) + 1
    reference = parcel.lpn if number == 1 else f"{parcel.lpn}-{number}"
    row = {
        "id": turn.new_id(),
        "parcel": parcel.id,
        "number": number,
        "reference": reference,
        "carrier": carrier,
        "service": parcel.service,
        "bench": last.bench if last is not None else parcel.bench or "",
        "state": state,
        "quoted_cents": parcel.cost_cents,
        "tracking": reference if state == "house" else "",
        "asked_ms": turn.now_ms,
        "why": why,
    }
    turn.put(tables.purchase, [row])
    return reference


def has_label(turn: Turn, parcel_id: int) -> bool:
    """Whether there is one to print, be it of the house."""
    last = latest(turn, parcel_id)
    return last is not None and last.state in ("bought", "house")


def check_prints(turn: Turn, parcel: Any) -> None:
    """Raises: Refused while the parcel has no label, or is gone."""
    if not has_label(turn, parcel.id) or parcel.state not in TO_LABEL:
        raise Refused("no_label_to_print", parcel=parcel.lpn or parcel.id, state=parcel.state)


def check_leaves(turn: Turn, parcel: Any) -> None:
    """Raises: Refused for a parcel on which no label of a carrier is."""
    last = latest(turn, parcel.id)
    if last is not None and last.state != "bought":
        raise Refused("carrier_label_missing", parcel=parcel.lpn, fix="have it labelled anew")


def latest(turn: Turn, parcel_id: int) -> Any | None:
    """The purchase of a parcel that counts, or did last."""
    return turn.db.one(_LATEST, parcel=parcel_id)


def of_reference(turn: Turn, reference: str) -> Any | None:
    return turn.db.one(_BY_REFERENCE, reference=reference)


def unfit(turn: Turn, parcel_id: int = 0) -> frozenset[str]:
    """Carriers that are down, and those that sold a parcel no label."""
    return frozenset(row.carrier for row in turn.db.all(_UNFIT, parcel=parcel_id))


def set_label(turn: Turn, parcel_id: int, tracking: str, cost_cents: int) -> None:
    turn.db.run(_LABELLED, id=parcel_id, tracking=tracking, cost=cost_cents)


def print_label(turn: Turn, parcel: Any, bought: Any) -> None:
    """At the bench where the parcel is, or was packed."""
    labelled = shipping.the_parcel(turn, parcel.id)
    bench = labelled.bench if parcel.state == "packed" else bought.bench
    printing.print_label(turn, labelled._replace(bench=bench or ""))


def change_service(turn: Turn, parcel_id: int, choice: Choice, offer: Offer) -> None:
    """The parcel goes by another service; if it stands at the wrong lane now, it moves on."""
    turn.db.run(
        _SERVICE,
        id=parcel_id,
        service=offer.service,
        lane=offer.lane,
        cost=offer.cost_cents,
        base=offer.base_cents,
        insured=choice.insured_cents,
        why=choice.why,
    )


def name_tracking(turn: Turn, parcel: Any, tracking: str) -> None:
    """The carrier's barcode leads to the parcel, unless it names something else here."""
    code = barcodes.read(tracking).code or tracking
    known = turn.db.one(_CODE, code=code)
    if known is None:
        turn.add(tables.barcode, code=code, kind="parcel", ref=parcel.lpn)
    elif known.ref != parcel.lpn:
        turn.event("code_in_use", order_id=parcel.order_id, subject=parcel.lpn, code=code)
