"""Owns how a parcel leaves: its service, the purchase and print of its label, its departure.

The service is chosen once, when the parcel is packed, and stays; a label is bought under the
parcel's licence plate as reference, so that a carrier can recognise a repeat. It refuses a second
purchase, and a second accepted label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from controller import barcodes, outbox, tables, timers
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, LabelBought, LabelPrinted, ShippingService
from controller.plan import rating
from controller.plan.cartons.packages import OWN
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import alarming

DAYS_MAX = 30  # no order carries a promised day of arrival: cost decides among all services

_SERVICES = "SELECT * FROM shipping_service ORDER BY code"
_CARTON = "SELECT length_mm, width_mm, height_mm FROM carton_type WHERE code = :code"
_OWN = (
    "SELECT MAX(i.length_mm) AS length_mm, MAX(i.width_mm) AS width_mm, "
    "MAX(i.height_mm) AS height_mm FROM parcel_line l JOIN item i ON i.sku = l.sku "
    "WHERE l.parcel = :parcel"
)
_PARCEL = (
    "SELECT p.*, c.place AS bench, o.shop, o.number, o.country, o.postcode, o.personal, "
    "COALESCE(s.carrier, '') AS carrier FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN container c ON c.lpn = p.lpn AND p.lpn <> '' "
    "LEFT JOIN shipping_service s ON s.code = p.service WHERE p.id = :id"
)
_PERSONAL = "SELECT data FROM personal WHERE key = :key"
_SET_LABEL = "UPDATE parcel SET label = :label WHERE id = :id"
_BOUGHT = (
    "UPDATE parcel SET tracking = :tracking, cost_cents = :cost WHERE id = :id AND tracking = ''"
)
_CODE = "SELECT kind, ref FROM barcode WHERE code = :code"
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
_CLOSE = (
    "UPDATE departure SET state = 'closed' WHERE id = :id AND state = 'open' "
    "RETURNING id, carrier, lane, leaves_ms, parcels, mass_g"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The service of a parcel; without one `service` is "" and `why` has every service's no."""

    service: str
    lane: str
    cost_cents: int
    why: str


def choose(turn: Turn, parcel: Any) -> Choice:
    """The cheapest service that takes a parcel row as it stands on the scale."""
    rows = {row.code: row for row in turn.db.all(_SERVICES)}
    size = turn.db.one(_CARTON, code=parcel.carton) or turn.db.the(_OWN, parcel=parcel.id)
    asked = rating.Parcel(
        length_mm=size.length_mm,
        width_mm=size.width_mm,
        height_mm=size.height_mm,
        mass_g=parcel.mass_g,
        country=parcel.country,
        days_max=DAYS_MAX,
    )
    barred = _barred(turn, parcel.carton)
    services = tuple(_service(row) for row in rows.values() if row.carrier not in barred)
    if barred and not services:
        why = f"{', '.join(sorted(barred))} takes no carton {parcel.carton}"
        return Choice(service="", lane="", cost_cents=0, why=why)
    best = rating.choose(asked, services)
    lane = rows[best.service].lane if best.service else ""
    return Choice(service=best.service, lane=lane, cost_cents=best.cost_cents, why=best.why)


def _barred(turn: Turn, carton: str) -> set[str]:
    """Carriers that take some cartons alone, and not this one."""
    rules = turn.site.carrier_cartons
    return {name for name, codes in rules if carton not in (*codes, OWN)}


def _service(row: Any) -> ShippingService:
    return ShippingService(
        code=row.code,
        carrier=row.carrier,
        countries=tuple(row.countries.split(",")),
        base_cents=row.base_cents,
        per_kg_cents=row.per_kg_cents,
        divisor_cm3_per_kg=row.divisor_cm3_per_kg,
        mass_max_g=row.mass_max_g,
        girth_max_mm=row.girth_max_mm,
        transit_days=row.transit_days,
        lane=row.lane,
    )


def the_parcel(turn: Turn, parcel_id: int) -> Any:
    """A parcel with what its order and its carton know of it. Raises: NotFound."""
    row = turn.db.one(_PARCEL, id=parcel_id)
    if row is None:
        raise NotFound("unknown_parcel", parcel=parcel_id)
    return row


def buy_label(turn: Turn, parcel: Any) -> None:
    """Asks the carrier for a label at the price quoted; its plate again is the same purchase."""
    asked = {
        "parcel": parcel.id,
        "service": parcel.service,
        "reference": parcel.lpn,
        "cost_cents": parcel.cost_cents,
    }
    row_id = outbox.emit(turn, "carrier/buy", asked, about=parcel.id)
    turn.db.run(_SET_LABEL, id=parcel.id, label=row_id)


def label_bought(turn: Turn, command: LabelBought) -> Done:
    """The carrier's answer: tracking number and price are frozen, and the label is printed."""
    parcel = the_parcel(turn, command.parcel)
    if parcel.tracking:
        return Done(note="bought_before")
    _check_label(turn, parcel, command.tracking)
    turn.db.run(_BOUGHT, id=parcel.id, tracking=command.tracking, cost=command.cost_cents)
    outbox.done(turn.db, parcel.label)
    _name_tracking(turn, parcel, command.tracking)
    turn.event(
        "label_bought",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        service=parcel.service,
        tracking=command.tracking,
        cost_cents=command.cost_cents,
    )
    alarming.works_again(turn, "carrier/buy")
    if parcel.state != "packed":
        alarming.tell_bench(turn, parcel.bench, parcel.id, "parcel_gone")
        return Done(note=parcel.state)
    print_label(turn, parcel._replace(tracking=command.tracking))
    return Done(note="printing")


def _check_label(turn: Turn, parcel: Any, tracking: str) -> None:
    """Raises: Refused naming why this cannot be the parcel's label; the purchase stays open."""
    if not parcel.label:
        raise Refused("label_not_asked", parcel=parcel.id, fix="pack the parcel first")
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


def _name_tracking(turn: Turn, parcel: Any, tracking: str) -> None:
    """The carrier's barcode leads to the parcel, unless it names something else here."""
    code = barcodes.read(tracking).code or tracking
    if turn.db.one(_CODE, code=code) is None:
        turn.add(tables.barcode, code=code, kind="parcel", ref=parcel.lpn)
    else:
        turn.event("code_in_use", order_id=parcel.order_id, subject=parcel.lpn, code=code)


def print_label(turn: Turn, parcel: Any) -> None:
    """Sends the label to the printer of the bench; an earlier print no longer counts."""
    row_id = outbox.emit(
        turn,
        f"device/printer-{parcel.bench.lower()}",
        {"do": "print", "label": _label(turn, parcel)},
        about=parcel.id,
    )
    turn.db.run(_SET_LABEL, id=parcel.id, label=row_id)


def _label(turn: Turn, parcel: Any) -> dict[str, Any]:
    kept = turn.db.value(_PERSONAL, key=parcel.personal)
    who = msgspec.json.decode(kept).get("recipient", {}) if kept else {}
    town = f"{parcel.postcode} {who.get('city', '')}".strip()
    to = [who.get("name", ""), who.get("street", ""), town, parcel.country]
    return {
        "to": [line[:200] for line in to if line],
        "sender": [f"{parcel.shop}, {turn.site.node}"],
        "sscc": parcel.lpn if parcel.lpn.isdigit() else "",
        "parcel": parcel.lpn,
        "tracking": parcel.tracking,
        "order": parcel.number,
        "carrier": parcel.carrier,
        "service": parcel.service,
        "lane": parcel.lane,
        "mass_g": parcel.mass_g,
    }


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


def next_departure_ms(turn: Turn) -> int:
    """When the next vehicle leaves, by the site's timetable."""
    site = turn.site
    midnight = (turn.now_ms + site.utc_offset_ms) // DAY * DAY - site.utc_offset_ms
    leaves_ms = midnight + site.departure_ms
    return leaves_ms if leaves_ms > turn.now_ms else leaves_ms + DAY


def count_into_departure(turn: Turn, lane: str, carrier: str, mass_g: int) -> int:
    """Adds a parcel to the manifest of the lane's next departure; the departure's id."""
    found = turn.db.value(_COUNT_IN, lane=lane, mass_g=mass_g, now=turn.now_ms)
    if found is not None:
        return int(found)
    departure, leaves_ms = turn.new_id(), next_departure_ms(turn)
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


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    LabelBought: handler(label_bought),
    LabelPrinted: handler(label_printed),
}
TIMERS = {"departure": close_departure}
