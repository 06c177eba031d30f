"""Owns labels that people want anew, or want void, while the parcel is still here.

It refuses parcels that have left, those of which customs papers lack data, and dangerous goods
that are not known well enough, or that nobody has declared.
"""

from collections.abc import Mapping
from typing import Any

from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, RelabelParcel, VoidLabel, VoidShipment
from controller.turn import Turn
from controller.workflows import alarming, shipping
from controller.workflows.carriers import buying, choosing, piecing, voiding
from controller.workflows.papers import customs, declaring


def relabel(turn: Turn, command: RelabelParcel) -> Done:
    """A parcel that was parked without a label gets its first.

    Raises: NotFound, Refused for a parcel that is not here, or of which customs papers lack data.
    """
    parcel = shipping.the_parcel(turn, command.parcel)
    _check_customs(turn, parcel)
    waits = declaring.lacking(turn, parcel.id)
    if waits:
        raise Refused(waits.fault, parcel=parcel.lpn, why=waits.why, fix=waits.fix)
    if parcel.state == "packed" and buying.latest(turn, parcel.id) is None:
        return _first_label(turn, parcel)
    parcel, last = _here(turn, command.parcel)
    if last.state in ("asked", "bought", "house"):
        voiding.drop(turn, last, f"labelled anew by {command.actor}")
    alarming.over(turn, f"parcel/{parcel.lpn}", "carrier_label_missing")
    down = buying.unfit(turn)
    if last.carrier in down or not last.carrier or last.state in ("refused", "dropped"):
        _buy_chosen(turn, parcel, down)
    else:
        buying.buy_again(turn, shipping.the_parcel(turn, parcel.id))
    if last.shipment:
        piecing.remind(turn, parcel.order_id)
    return Done(note=last.bench)


def _first_label(turn: Turn, parcel: Any) -> Done:
    _buy_chosen(turn, parcel)
    alarming.works_again(turn, f"parcel/{parcel.lpn}")
    declaring.keep(turn, parcel.id)
    return Done(note=parcel.bench or "")


def _buy_chosen(turn: Turn, parcel: Any, without: frozenset[str] = frozenset()) -> None:
    """The parcel gets a label of the service that takes it. Raises: Refused."""
    choice = choosing.choose(turn, parcel, without=without)
    if choice.offer is None:
        raise Refused("no_service", parcel=parcel.lpn, why=choice.why)
    _check_customs(turn, parcel, choice.pieces)
    buying.change_service(turn, parcel.id, choice, choice.offer)
    buying.buy_label(turn, parcel, choice)


def _check_customs(turn: Turn, parcel: Any, told: tuple[int, ...] = ()) -> None:
    """Raises: Refused naming what customs lacks of a parcel, and of those told with it."""
    lacks = customs.lacking(turn, parcel, told)
    if lacks:
        raise Refused("customs_data_missing", parcel=parcel.lpn, lacks=lacks, fix="say it")


def void_label(turn: Turn, command: VoidLabel) -> Done:
    """Raises: NotFound, Refused for a parcel that is not here, or has no label."""
    parcel, last = _here(turn, command.parcel)
    if last.state not in ("bought", "house"):
        raise Refused("no_label_to_void", parcel=parcel.lpn, state=last.state)
    voiding.drop(turn, last, command.reason)
    _tell_missing(turn, parcel.lpn, command.reason)
    if last.shipment:
        piecing.remind(turn, parcel.order_id)
    return Done(note=last.tracking)


def void_shipment(turn: Turn, command: VoidShipment) -> Done:
    """All its labels at once. Raises: NotFound; Refused once a piece of it has left."""
    known = piecing.known(turn, command.shipment)
    if known is None:
        raise NotFound("unknown_shipment", shipment=command.shipment)
    here = piecing.pieces(turn, known.reference)
    gone = [each.lpn for each in here if each.parcel_state not in buying.TO_LABEL]
    if known.state in ("closed", "voided") or gone:
        fix = "its carrier must be called"
        raise Refused("shipment_not_here", shipment=known.reference, state=known.state, fix=fix)
    labels = voiding.drop_all(turn, known, command.reason)
    for each in here:
        _tell_missing(turn, each.lpn, command.reason)
    piecing.remind(turn, known.order_id)
    return Done(note=f"{labels} labels")


def _tell_missing(turn: Turn, lpn: str, reason: str) -> None:
    device = f"parcel/{lpn}"
    alarming.raise_alarm(turn, device, "carrier_label_missing", f"voided: {reason}")


def _here(turn: Turn, parcel_id: int) -> tuple[Any, Any]:
    parcel = shipping.the_parcel(turn, parcel_id)
    last = buying.latest(turn, parcel.id)
    if last is None or parcel.state not in buying.TO_LABEL:
        raise Refused("parcel_not_here", parcel=parcel.lpn or parcel.id, state=parcel.state)
    return parcel, last


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    RelabelParcel: handler(relabel),
    VoidLabel: handler(void_label),
    VoidShipment: handler(void_shipment),
}
