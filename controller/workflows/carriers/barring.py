"""Owns what a lead changes of carriers: a parcel's service, and a carrier that does not come.

All parcels without a label are planned again. It refuses parcels that have one, and services that
do not take the parcel.
"""

from collections.abc import Mapping
from typing import Any

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import BarCarrier, Command, Done, SetParcelService
from controller.plan.rating import Offer
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import shipping
from controller.workflows.carriers import choosing, markets, tendering

_SET = (
    "UPDATE parcel SET planned_service = :service, planned_why = :why, set_by = :by "
    "WHERE id = :id AND state IN ('planned', 'packing')"
)
_CARRIER = "SELECT carrier FROM shipping_service WHERE carrier = :carrier ORDER BY code LIMIT 1"
_COMES = "DELETE FROM carrier_bar WHERE carrier = :carrier"


def set_service(turn: Turn, command: SetParcelService) -> Done:
    """Raises: NotFound; Refused for a parcel with a label, or with the no of the service."""
    parcel = shipping.the_parcel(turn, command.parcel)
    if command.service:
        _check_takes(turn, parcel, command.service)
    changed = turn.db.run(
        _SET,
        id=parcel.id,
        service=command.service,
        why=command.reason,
        by=turn.actor if command.service else "",
    )
    if not changed:
        fix = "void its label first" if parcel.label else "choose a parcel without a label"
        raise Refused("parcel_has_moved_on", parcel=parcel.id, state=parcel.state, fix=fix)
    turn.event(
        "service_set" if command.service else "service_let_go",
        order_id=parcel.order_id,
        subject=parcel.lpn or parcel.id,
        service=command.service or parcel.planned_service,
        reason=command.reason,
        by=turn.actor,
    )
    tendering.ask(turn)
    return Done(note=command.service)


def _check_takes(turn: Turn, parcel: Any, service: str) -> None:
    today = markets.market(turn.db, turn.now_ms)
    planned = parcel._replace(mass_g=parcel.planned_mass_g)
    answers = choosing.answers_of(turn, today, planned)
    found = next((each for each in answers if each.service == service), None)
    if found is None:
        raise NotFound("unknown_service", service=service, fix="name a service of the site")
    if not isinstance(found, Offer):
        raise Refused("service_does_not_take_it", service=service, why=found.why)


def bar(turn: Turn, command: BarCarrier) -> Done:
    """Raises: NotFound; Refused for a time that has passed."""
    if turn.db.value(_CARRIER, carrier=command.carrier) is None:
        raise NotFound("unknown_carrier", carrier=command.carrier, fix="name one of the site")
    turn.db.run(_COMES, carrier=command.carrier)
    offset_ms = turn.site.utc_offset_ms
    midnight_ms = ((turn.now_ms + offset_ms) // DAY + 1) * DAY - offset_ms
    until_ms = command.until_ms or midnight_ms
    if command.barred:
        if until_ms <= turn.now_ms:
            raise Refused("time_has_passed", until_ms=until_ms, fix="give a time to come, or none")
        turn.add(
            tables.carrier_bar,
            carrier=command.carrier,
            until_ms=until_ms,
            barred_by=turn.actor,
            reason=command.reason,
        )
    turn.event(
        "carrier_barred" if command.barred else "carrier_comes",
        subject=command.carrier,
        reason=command.reason,
        by=turn.actor,
    )
    turn.flush()
    tendering.ask(turn)
    return Done(note="barred" if command.barred else "comes")


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    SetParcelService: handler(set_service),
    BarCarrier: handler(bar),
}
