"""Owns how a parcel leaves: its label when it is out, its departure, and who hears of that.

It refuses a second accepted label.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller import outbox, tables, timers
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    CloseDeparture,
    Command,
    DocumentMade,
    Done,
    LabelPrinted,
    SiteSettings,
)
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import alarming
from controller.workflows.carriers import manifesting
from controller.workflows.papers import documents, freezing

MASS_G: Final = "CASE WHEN p.mass_g > 0 THEN p.mass_g ELSE p.planned_mass_g END"
"""The mass of a parcel `p`, by its plan until it is weighed."""

_PARCEL = (
    "SELECT p.*, c.place AS bench, o.shop, o.number, o.owner, o.country, o.postcode, o.personal, "
    "o.arrive_by_ms, o.service AS paid_for, COALESCE(s.carrier, '') AS carrier FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN container c ON c.lpn = p.lpn AND p.lpn <> '' "
    "LEFT JOIN shipping_service s ON s.code = p.service WHERE p.id = :id"
)
_CARRIER = "SELECT carrier FROM shipping_service WHERE code = :code"
_ROW = "SELECT id, topic, state, about FROM outbox WHERE id = :id"
_LABEL_ROW = (
    "SELECT o.id, o.topic, o.state, p.state AS parcel_state "
    "FROM parcel p JOIN outbox o ON o.id = p.label WHERE p.id = :id"
)
_COUNT_IN = (
    "UPDATE departure SET parcels = parcels + 1, mass_g = mass_g + :mass_g WHERE id = "
    "(SELECT d.id FROM departure d WHERE d.lane = :lane AND d.state = 'open' "
    "AND d.leaves_ms > :now ORDER BY d.leaves_ms, d.id LIMIT 1) RETURNING id"
)
_DEPARTURE = "SELECT id, state, parcels FROM departure WHERE id = :id"
_CLOSE = (
    "UPDATE departure SET state = 'closed' WHERE id = :id AND state = 'open' "
    "RETURNING id, carrier, lane, leaves_ms, parcels, mass_g"
)


def the_parcel(turn: Turn, parcel_id: int) -> Any:
    """A parcel with what its order and its carton know of it. Raises: NotFound."""
    row = turn.db.one(_PARCEL, id=parcel_id)
    if row is None:
        raise NotFound("unknown_parcel", parcel=parcel_id)
    return row


def carrier_of(turn: Turn, service: str) -> str:
    """Whose service it is, or ""."""
    return turn.db.value(_CARRIER, code=service) or ""


def label_row(turn: Turn, parcel_id: int) -> Any:
    """The outbox row of the parcel's label: the purchase, then the latest print."""
    return turn.db.the(_LABEL_ROW, id=parcel_id)


def label_printed(turn: Turn, command: LabelPrinted) -> Done:
    """The latest print of a parcel is its label; one that was given up before is surplus."""
    alarming.works_again(turn, command.device)
    row = turn.db.one(_ROW, id=command.outbox)
    if row is None:
        raise NotFound("unknown_outbox_row", outbox=command.outbox)
    if not row.topic.startswith("device/printer"):
        raise Refused("not_a_print", outbox=row.id, topic=row.topic)
    parcel = the_parcel(turn, row.about)
    if parcel.label != row.id:
        turn.event("label_surplus", order_id=parcel.order_id, subject=parcel.lpn)
        return Done(note="surplus")
    if not outbox.done(turn.db, row.id):
        return Done(note="printed_before")
    turn.event("label_printed", order_id=parcel.order_id, subject=parcel.lpn, by=command.device)
    if parcel.bench:
        alarming.tell_bench(
            turn, parcel.bench, parcel.id, "label_printed", printed=1, fault="", sure=0
        )
    return Done(note="accepted")


def next_departure_ms(site: SiteSettings, now_ms: int) -> int:
    """When the next vehicle leaves, by the site's timetable."""
    midnight = (now_ms + site.utc_offset_ms) // DAY * DAY - site.utc_offset_ms
    leaves_ms = midnight + site.departure_ms
    return leaves_ms if leaves_ms > now_ms else leaves_ms + DAY


def count_into_departure(turn: Turn, lane: str, carrier: str, mass_g: int) -> int:
    """Adds a parcel to the manifest of the lane's next departure; the departure's id."""
    found = turn.db.value(_COUNT_IN, lane=lane, mass_g=mass_g, now=turn.now_ms)
    if found is not None:
        return int(found)
    departure, leaves_ms = turn.new_id(), next_departure_ms(turn.site, turn.now_ms)
    turn.add(
        tables.departure,
        id=departure,
        carrier=carrier,
        lane=lane,
        leaves_ms=leaves_ms,
        state="open",
        parcels=1,
        mass_g=mass_g,
    )
    timers.set_timer(turn, "departure", str(departure), leaves_ms)
    return departure


def close_departure(turn: Turn, ref: str) -> None:
    """Timer: the vehicle leaves with its manifest; later parcels take the next one."""
    row = turn.db.one(_CLOSE, id=int(ref))
    if row is not None:
        turn.event(
            "departure_closed",
            subject=row.id,
            carrier=row.carrier,
            lane=row.lane,
            parcels=row.parcels,
            mass_g=row.mass_g,
        )
        about = documents.About(departure=row.id)
        documents.keep(turn, "manifest", about, freezing.manifest(turn, row.id))
        manifesting.announce(turn, row.id)


def close_now(turn: Turn, command: CloseDeparture) -> DocumentMade:
    """A departure closes before its time. Raises: NotFound; Refused without any parcel."""
    row = turn.db.one(_DEPARTURE, id=command.departure)
    if row is None:
        raise NotFound("unknown_departure", departure=command.departure)
    if not row.parcels:
        raise Refused("departure_empty", departure=row.id, fix="load a parcel first")
    timers.cancel(turn, "departure", str(row.id))
    close_departure(turn, str(row.id))
    made = documents.of_departure(turn, row.id, "manifest")
    if made is None:
        raise Refused("no_manifest", departure=row.id, fix="make one")
    return DocumentMade(document=made.id, new=row.state == "open")


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    LabelPrinted: handler(label_printed),
    CloseDeparture: handler(close_now),
}
TIMERS = {"departure": close_departure}
