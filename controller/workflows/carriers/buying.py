"""Owns labels as they are bought: one purchase after another, and never two labels that count.

The reference of a purchase is the parcel's plate with the purchase's number: the same reference
again is the same purchase. A label that cannot be had is had from the next best carrier, or is one
of the house until a carrier can be had. It refuses labels that are not the parcel's own, that
cannot be read, and that are dearer than quoted.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller import barcodes, outbox, tables
from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, LabelBought, LabelRefused, RelabelParcel, VoidLabel
from controller.plan.rating import Offer
from controller.turn import Turn
from controller.workflows import alarming, shipping
from controller.workflows.carriers import choosing, voiding
from controller.workflows.papers import customs, documents, printing

HOUSE: Final = ""  # the carrier of labels that a carrier's will replace
TO_LABEL: Final = ("packed", "labelled", "sorted")

_LATEST = "SELECT * FROM purchase WHERE parcel = :parcel ORDER BY number DESC LIMIT 1"
_NUMBER = (
    "SELECT COALESCE(MAX(u.number), 0) FROM parcel p JOIN purchase u ON u.parcel = p.id "
    "WHERE p.lpn = :lpn"
)
_BY_REFERENCE = "SELECT * FROM purchase WHERE reference = :reference"
_SOLD = (
    "UPDATE purchase SET state = :state, tracking = :tracking, cost_cents = :cost, "
    "answered_ms = :now, why = :why WHERE id = :id"
)
_TERMS = "SELECT * FROM carrier WHERE name = :name"
_UNFIT = (
    "SELECT carrier FROM purchase WHERE parcel = :parcel AND state IN ('refused', 'dropped') "
    "UNION SELECT name FROM carrier WHERE down_ms > 0 ORDER BY 1"
)
_PROMISED = "UPDATE purchase SET promised_ms = :promised WHERE reference = :reference"
_SET_LABEL = "UPDATE parcel SET label = :label WHERE id = :id"
_LABELLED = "UPDATE parcel SET tracking = :tracking, cost_cents = :cost WHERE id = :id"
_SERVICE = (
    "UPDATE parcel SET service = :service, lane = :lane, cost_cents = :cost, "
    "base_cents = :base, why = :why, "
    "state = CASE WHEN state = 'sorted' AND lane <> :lane THEN 'labelled' ELSE state END "
    "WHERE id = :id"
)
_LET_GO = (  # its packer has gone on without it: nobody will scan the label at the bench
    "UPDATE parcel SET state = 'labelled' WHERE id = :id AND state = 'packed' "
    "AND EXISTS (SELECT 1 FROM load l WHERE l.id = parcel.load AND l.state = 'packed')"
)
_CODE = "SELECT kind, ref FROM barcode WHERE code = :code"


def buy_label(turn: Turn, parcel: Any, arrives_ms: int = 0) -> None:
    """Asks the carrier for a label at the price quoted; asked again it is the same purchase."""
    last = turn.db.one(_LATEST, parcel=parcel.id)
    carrier, reference = shipping.carrier_of(turn, parcel.service), ""
    if last is not None and last.state == "asked":
        if last.service == parcel.service:
            reference = last.reference
        else:
            voiding.drop(turn, last, "another service was chosen")
    if not reference:
        reference = _begin(turn, parcel, last, carrier)
        turn.db.run(_PROMISED, reference=reference, promised=arrives_ms)
    asked = {
        "parcel": parcel.id,
        "service": parcel.service,
        "carrier": carrier,
        "reference": reference,
        "cost_cents": parcel.cost_cents,
    }
    row_id = outbox.emit(turn, "carrier/buy", asked, about=parcel.id)
    turn.db.run(_SET_LABEL, id=parcel.id, label=row_id)


def _begin(turn: Turn, parcel: Any, last: Any, carrier: str, state: str = "asked") -> str:
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
    }
    turn.put(tables.purchase, [row])
    return reference


def has_label(turn: Turn, parcel_id: int) -> bool:
    """Whether there is one to print, be it of the house."""
    last = turn.db.one(_LATEST, parcel=parcel_id)
    return last is not None and last.state in ("bought", "house")


def check_prints(turn: Turn, parcel: Any) -> None:
    """Raises: Refused while the parcel has no label, or is gone."""
    if not has_label(turn, parcel.id) or parcel.state not in TO_LABEL:
        raise Refused("no_label_to_print", parcel=parcel.lpn or parcel.id, state=parcel.state)


def check_leaves(turn: Turn, parcel: Any) -> None:
    """Raises: Refused for a parcel on which no label of a carrier is."""
    last = turn.db.one(_LATEST, parcel=parcel.id)
    if last is not None and last.state != "bought":
        raise Refused("carrier_label_missing", parcel=parcel.lpn, fix="have it labelled anew")


def label_bought(turn: Turn, command: LabelBought) -> Done:
    """The carrier's answer: tracking number and price are frozen, and the label is printed.

    Raises: Refused naming why this cannot be the parcel's label; the purchase stays open.
    """
    parcel = shipping.the_parcel(turn, command.parcel)
    bought = _purchase(turn, parcel, command.reference)
    if bought.state != "asked":
        return _late(turn, bought, command)
    _check_label(turn, parcel, bought, command)
    _set_bought(turn, bought, command)
    outbox.done(turn.db, parcel.label)
    alarming.works_again(turn, "carrier/buy")
    alarming.over(turn, f"carrier/{bought.carrier}", "no_label")
    if parcel.state not in TO_LABEL:
        gone = turn.db.the(_BY_REFERENCE, reference=bought.reference)
        voiding.drop(turn, gone, f"the parcel is {parcel.state}")
        alarming.tell_bench(turn, parcel.bench, parcel.id, "parcel_gone")
        return Done(note=parcel.state)
    _print(turn, parcel, bought)
    if not alarming.at_bench(turn, parcel.bench or "", parcel.id):
        turn.db.run(_LET_GO, id=parcel.id)
    return Done(note="printing")


def _print(turn: Turn, parcel: Any, bought: Any) -> None:
    """At the bench where the parcel is, or was packed."""
    labelled = shipping.the_parcel(turn, parcel.id)
    bench = labelled.bench if parcel.state == "packed" else bought.bench
    printing.print_label(turn, labelled._replace(bench=bench or ""))


def _purchase(turn: Turn, parcel: Any, reference: str) -> Any:
    """The purchase that is answered. Raises: Refused."""
    found = turn.db.one(_LATEST, parcel=parcel.id)
    if reference:
        found = turn.db.one(_BY_REFERENCE, reference=reference)
    if found is None or not parcel.label:
        raise Refused("label_not_asked", parcel=parcel.id, fix="pack the parcel first")
    if found.parcel != parcel.id:
        raise Refused("label_of_another_parcel", parcel=parcel.id, reference=reference)
    return found


def _late(turn: Turn, purchase: Any, command: LabelBought | LabelRefused) -> Done:
    """A label of a purchase that is over is given back, but never the one that counts."""
    if purchase.state != "bought":
        told = f"came late, after it was {purchase.state}"
        voiding.drop(turn, purchase, told, command.tracking)
        return Done(note="late")
    if command.reference and command.tracking != purchase.tracking:
        voiding.surplus(turn, purchase, command.tracking)
        return Done(note="second_label")
    return Done(note="bought_before")


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
    turn.db.run(_LABELLED, id=parcel.id, tracking=command.tracking, cost=command.cost_cents)
    if command.label:
        about = documents.About(
            order_id=parcel.order_id, parcel=parcel.id, personal=turn.filed.key
        )
        documents.keep(turn, "label", about, {"tracking": command.tracking}, command.form)
    _name_tracking(turn, parcel, command.tracking)
    turn.event(
        "label_bought",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        service=parcel.service,
        tracking=command.tracking,
        cost_cents=command.cost_cents,
    )


def _check_label(turn: Turn, parcel: Any, bought: Any, command: LabelBought) -> None:
    """Raises: Refused."""
    if command.label:
        documents.check_kept(command.label, command.form)
    tracking = command.tracking
    code = barcodes.read(tracking).code
    if not code:
        raise Refused("label_unreadable", parcel=parcel.id, tracking=tracking)
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


def _name_tracking(turn: Turn, parcel: Any, tracking: str) -> None:
    """The carrier's barcode leads to the parcel, unless it names something else here."""
    code = barcodes.read(tracking).code or tracking
    known = turn.db.one(_CODE, code=code)
    if known is None:
        turn.add(tables.barcode, code=code, kind="parcel", ref=parcel.lpn)
    elif known.ref != parcel.lpn:
        turn.event("code_in_use", order_id=parcel.order_id, subject=parcel.lpn, code=code)


def label_refused(turn: Turn, command: LabelRefused) -> Done:
    """No label comes of a purchase: the next best carrier is asked, or the house labels."""
    asked = turn.db.one(_BY_REFERENCE, reference=command.reference)
    if asked is None:
        return Done(note="unknown")
    if asked.state != "asked":
        return _late(turn, asked, command) if command.tracking else Done(note=asked.state)
    parcel = shipping.the_parcel(turn, asked.parcel)
    told = f"{command.why}: {command.detail}".rstrip(": ")
    if command.unclear or command.tracking:
        voiding.drop(turn, asked, told, command.tracking)
    else:
        voiding.close(turn, asked, "refused", told)
    outbox.done(turn.db, parcel.label)
    alarming.raise_alarm(turn, f"carrier/{asked.carrier}", "no_label", told[:500])
    turn.event(
        "label_refused",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        carrier=asked.carrier,
        why=told,
    )
    if parcel.state not in TO_LABEL:
        return Done(note=parcel.state)
    return _fall_back(turn, parcel, asked)


def _fall_back(turn: Turn, parcel: Any, last: Any) -> Done:
    """The bench goes on: with another carrier, or with a label of the house."""
    unfit = frozenset(row.carrier for row in turn.db.all(_UNFIT, parcel=parcel.id))
    choice = choosing.choose(turn, parcel, without=unfit)
    if choice.offer is None:
        return _house_label(turn, parcel, last)
    _take(turn, parcel.id, choice.offer, choice.why)
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
    buy_label(turn, shipping.the_parcel(turn, parcel.id), choice.offer.arrives_ms)
    return Done(note=choice.offer.service)


def _take(turn: Turn, parcel_id: int, offer: Offer, why: str) -> None:
    """The parcel goes by another service; if it stands at the wrong lane now, it moves on."""
    turn.db.run(
        _SERVICE,
        id=parcel_id,
        service=offer.service,
        lane=offer.lane,
        cost=offer.cost_cents,
        base=offer.base_cents,
        why=why,
    )


def _house_label(turn: Turn, parcel: Any, last: Any) -> Done:
    """The parcel goes on to its lane, but no vehicle takes it before a carrier's label is on."""
    reference = _begin(turn, parcel, last, HOUSE, "house")
    turn.db.run(_LABELLED, id=parcel.id, tracking=reference, cost=parcel.cost_cents)
    _name_tracking(turn, parcel, reference)
    alarming.raise_alarm(
        turn, f"parcel/{parcel.lpn}", "carrier_label_missing", f"{last.carrier} sold none"
    )
    turn.event("house_label", order_id=parcel.order_id, subject=parcel.lpn, carrier=last.carrier)
    alarming.tell_bench(turn, parcel.bench, parcel.id, "house_label", printed=0, fault="")
    _print(turn, parcel, last)
    return Done(note="house")


def relabel(turn: Turn, command: RelabelParcel) -> Done:
    """A parcel that was parked without a label gets its first.

    Raises: NotFound, Refused for a parcel that is not here, or of which customs papers lack data.
    """
    parcel = shipping.the_parcel(turn, command.parcel)
    lacks = customs.lacking(turn, parcel.id, parcel.country)
    if lacks:
        raise Refused("customs_data_missing", parcel=parcel.lpn, lacks=lacks, fix="import it")
    if parcel.state == "packed" and turn.db.one(_LATEST, parcel=parcel.id) is None:
        return _first_label(turn, parcel)
    parcel, last = _here(turn, command.parcel)
    promised_ms = last.promised_ms
    if last.state in ("asked", "bought", "house"):
        voiding.drop(turn, last, f"labelled anew by {command.actor}")
    alarming.over(turn, f"parcel/{parcel.lpn}", "carrier_label_missing")
    down = frozenset(row.carrier for row in turn.db.all(_UNFIT, parcel=0))
    if last.carrier in down or not last.carrier or last.state in ("refused", "dropped"):
        choice = choosing.choose(turn, parcel, without=down)
        if choice.offer is None:
            raise Refused("no_service", parcel=parcel.lpn, why=choice.why)
        _take(turn, parcel.id, choice.offer, choice.why)
        promised_ms = choice.offer.arrives_ms
    buy_label(turn, shipping.the_parcel(turn, parcel.id), promised_ms)
    return Done(note=last.bench)


def _first_label(turn: Turn, parcel: Any) -> Done:
    choice = choosing.choose(turn, parcel)
    if choice.offer is None:
        raise Refused("no_service", parcel=parcel.lpn, why=choice.why)
    _take(turn, parcel.id, choice.offer, choice.why)
    alarming.works_again(turn, f"parcel/{parcel.lpn}")
    buy_label(turn, shipping.the_parcel(turn, parcel.id), choice.offer.arrives_ms)
    return Done(note=parcel.bench or "")


def void_label(turn: Turn, command: VoidLabel) -> Done:
    """Raises: NotFound, Refused for a parcel that is not here, or has no label."""
    parcel, last = _here(turn, command.parcel)
    if last.state not in ("bought", "house"):
        raise Refused("no_label_to_void", parcel=parcel.lpn, state=last.state)
    voiding.drop(turn, last, command.reason)
    alarming.raise_alarm(
        turn, f"parcel/{parcel.lpn}", "carrier_label_missing", f"voided: {command.reason}"
    )
    return Done(note=last.tracking)


def _here(turn: Turn, parcel_id: int) -> tuple[Any, Any]:
    parcel = shipping.the_parcel(turn, parcel_id)
    last = turn.db.one(_LATEST, parcel=parcel.id)
    if last is None or parcel.state not in TO_LABEL:
        raise Refused("parcel_not_here", parcel=parcel.lpn or parcel.id, state=parcel.state)
    return parcel, last


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    LabelBought: handler(label_bought),
    LabelRefused: handler(label_refused),
    RelabelParcel: handler(relabel),
    VoidLabel: handler(void_label),
}
