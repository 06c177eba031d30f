"""Owns a consignment of a store from the last item to its end: bag or carton, label, hand-over.

A parcel is packed as at a bench, without a scale: it weighs what its goods and its carton do. It
refuses to let a parcel go whose label has not come out.
"""

from typing import Any

from controller import outbox, tables
from controller.errors import Refused
from controller.plan.cartons.packages import OWN
from controller.turn import Turn
from controller.workflows import alarming, loading, shipping
from controller.workflows.carriers import buying, choosing, insuring
from controller.workflows.handheld import Heard, Job
from controller.workflows.nodes import consigning, fulfilling
from controller.workflows.packing import labelling
from controller.workflows.papers import declaring

_HELD = (
    "SELECT line, sku, CAST(SUM(qty) AS BIGINT) AS qty FROM reservation "
    "WHERE ref = :id AND container = :lpn GROUP BY line, sku ORDER BY line, sku"
)
_MASS = "SELECT mass_g FROM item WHERE sku = :sku"
_CARTON = "SELECT * FROM carton_type WHERE code = :code"
_PACK_LINE = "UPDATE order_line SET packed = packed + :n WHERE order_id = :id AND line = :line"
_PACKED = (
    "UPDATE parcel SET state = 'packed', service = :service, lane = :lane, cost_cents = :cost, "
    "base_cents = :base, insured_cents = :insured, why = :why "
    "WHERE id = :id AND state IN ('packing', 'packed')"
)
_LET_GO = "UPDATE parcel SET state = 'labelled' WHERE id = :id AND state = 'packed'"
_OF_BAG = (  # `|| ''`: its plate finds it, not all that its node ever had
    "SELECT * FROM consignment WHERE lpn = :lpn AND node || '' = :node"
)
_SET = (
    "UPDATE consignment SET state = :state, parcel = :parcel WHERE order_id = :id AND node = :node"
)
_PARCEL = "SELECT id, lpn, state, service FROM parcel WHERE id = :id"
_PICKUP = "SELECT pickup_node FROM customer_order WHERE id = :id"


def is_collected(turn: Turn, order_id: str) -> bool:
    """Whether the customer comes for it."""
    return bool(turn.db.value(_PICKUP, id=order_id))


def bag_filled(job: Job, _heard: Heard) -> str:
    """DONE: the bag waits for its customer."""
    data = job.data
    job.turn.db.run(_SET, id=data["order"], node=job.place, state="ready", parcel=0)
    job.turn.event("ready_to_collect", order_id=data["order"], subject=job.place)
    outbox.emit(
        job.turn,
        "channel/ready",
        {
            "shop": data["order"].partition("/")[0],
            "order": data["order"],
            "node": job.place,
        },
    )
    return "bag_ready"


def pack(job: Job, carton: str) -> str:
    """The goods are in a carton of the site, or in one of the store's own."""
    turn, data = job.turn, job.data
    kind = turn.db.one(_CARTON, code=carton)
    rows = turn.db.all(_HELD, id=data["order"], lpn=data["box"])
    mass_g = sum(int(turn.db.value(_MASS, sku=row.sku)) * row.qty for row in rows)
    mass_g += kind.tare_g if kind is not None else 0
    parcel = turn.new_id()
    turn.add(
        tables.parcel,
        id=parcel,
        order_id=data["order"],
        carton=carton if kind is not None else OWN,
        lpn=data["box"],
        state="packing",
        planned_mass_g=mass_g,
        mass_g=mass_g,
    )
    for row in rows:
        units = {"planned": row.qty, "packed": row.qty}
        turn.add(tables.parcel_line, parcel=parcel, line=row.line, sku=row.sku, **units)
        turn.db.run(_PACK_LINE, id=data["order"], line=row.line, n=row.qty)
    turn.db.run(_SET, id=data["order"], node=job.place, state="packed", parcel=parcel)
    turn.flush()
    data["parcel"] = parcel
    return ask_for_label(job)


def ask_for_label(job: Job) -> str:
    """Chooses the service and buys its label; a parcel that none takes is parked."""
    turn, data = job.turn, job.data
    parcel = shipping.the_parcel(turn, data["parcel"])
    choice = choosing.choose(turn, parcel)
    fault, lacks = labelling.lacking(turn, parcel, choice)
    offer = None if lacks else choice.offer
    turn.db.run(
        _PACKED,
        id=parcel.id,
        service=offer.service if offer else "",
        lane=job.place,
        cost=offer.cost_cents if offer else 0,
        base=offer.base_cents if offer else 0,
        insured=choice.insured_cents if offer else 0,
        why=lacks or choice.why,
    )
    about = {"order_id": parcel.order_id, "subject": parcel.lpn}
    if offer is None:
        alarming.raise_alarm(turn, f"parcel/{parcel.lpn}", fault, lacks or choice.why)
        turn.event(fault, **about, why=lacks or choice.why)
        job.warn(parcel=parcel.lpn)
        return labelling.parked_as(fault)
    alarming.over(turn, f"parcel/{parcel.lpn}", "no_service")
    told = {"service": offer.service, "why": choice.why, **insuring.told(choice.insured_cents)}
    turn.event("parcel_packed", **about, mass_g=parcel.mass_g, **told)
    declaring.keep(turn, parcel.id)
    buying.buy_label(turn, parcel, choice)
    to_label(job)
    return "parcel_packed"


def to_label(job: Job) -> None:
    job.goto("label", printed=0, fault="", sure=0)


def label_is_on(job: Job, heard: Heard) -> str:
    """The label is on the parcel: it waits for its carrier. Raises: Refused."""
    turn, data = job.turn, job.data
    if heard.ref != data["box"]:
        raise Refused("wrong_label", expected=data["box"], got=heard.ref)
    row = shipping.label_row(turn, data["parcel"])
    if row.parcel_state != "packed":
        return _gone(job)
    labelling.check_is_out(turn, data["parcel"], row, data["box"])
    turn.db.run(_LET_GO, id=data["parcel"])
    job.step = "list"
    return "parcel_labelled"


def print_again(job: Job, _heard: Heard) -> str:
    """PRINT: a recorded reprint, or the purchase again; on the second press where one may come."""
    row = shipping.label_row(job.turn, job.data["parcel"])
    if row.parcel_state != "packed":
        return _gone(job)
    return labelling.another(job, row, to_label)


def _gone(job: Job) -> str:
    """It was cancelled under the worker's hands; NEXT shows its goods."""
    job.step = "list"
    job.warn(parcel=job.data["box"])
    return "parcel_gone"


def of_bag(turn: Turn, lpn: str, node: str) -> Any | None:
    """The consignment of this node that is in a bag or carton."""
    return turn.db.one(_OF_BAG, lpn=lpn, node=node)


def take_up(job: Job, consignment: Any) -> str:
    """A bag or carton of the list was scanned: it goes on where it was left, or leaves."""
    turn = job.turn
    row = turn.db.one(_PARCEL, id=consignment.parcel)
    job.data = {"order": consignment.order_id, "box": consignment.lpn}
    if consignment.state == "ready":
        fulfilling.check_whole(turn, consignment.lpn)
        job.goto("hand", target=consignment.order_id.partition("/")[2])
        return "hand_it_over"
    if row is None:
        raise Refused("not_packed", parcel=consignment.lpn, fix="pack it first: scan NEXT")
    job.data["parcel"] = row.id
    if row.state == "labelled":
        buying.check_leaves(turn, row)
        loading.ship(turn, loading.the_parcel(turn, consignment.lpn))
        consigning.shipped(turn, consignment.order_id, job.place)
        turn.flush()
        return "parcel_loaded"
    if row.state != "packed":
        return _gone(job)
    if not row.service:
        return ask_for_label(job)
    to_label(job)
    return "parcel_taken_up"


def hand_over(job: Job, _heard: Heard) -> str:
    """DONE: the customer has the bag."""
    data = job.data
    consignment = consigning.at(job.turn, data["order"], job.place)
    if consignment is None or consignment.state != "ready":
        return _gone(job)
    if not fulfilling.is_whole(job.turn, data["box"]):
        job.step = "list"
        job.warn(bag=data["box"])
        return "bag_changed"
    fulfilling.collected(job.turn, data["order"], job.place, data["box"])
    job.turn.flush()
    return "handed_to_customer"
