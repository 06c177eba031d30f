"""Owns which service takes a parcel as it stands on the scale, and what of a promise is not kept.

What no service keeps stops nothing: the fastest is taken, and it is said. It refuses carriers
that do not take the parcel's carton.
"""

from typing import Any

from controller.messages import ShippingService
from controller.plan import choosing, rating
from controller.plan.cartons.packages import OWN
from controller.plan.choosing import Choice, Offer, Refusal, Wish
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import shipping

EVER_DAYS = 1 << 20

_SERVICES = "SELECT * FROM shipping_service ORDER BY code"
_CARTON = "SELECT length_mm, width_mm, height_mm FROM carton_type WHERE code = :code"
_OWN = (
    "SELECT MAX(i.length_mm) AS length_mm, MAX(i.width_mm) AS width_mm, "
    "MAX(i.height_mm) AS height_mm FROM parcel_line l JOIN item i ON i.sku = l.sku "
    "WHERE l.parcel = :parcel"
)


def choose(turn: Turn, parcel: Any) -> Choice:
    """The service that takes a parcel row as it stands on the scale."""
    barred = _barred(turn, parcel.carton)
    rows = [row for row in turn.db.all(_SERVICES) if row.carrier not in barred]
    if barred and not rows:
        why = f"{', '.join(sorted(barred))} takes no carton {parcel.carton}"
        return Choice(offer=None, why=why)
    size = turn.db.one(_CARTON, code=parcel.carton) or turn.db.the(_OWN, parcel=parcel.id)
    asked = rating.Parcel(
        length_mm=size.length_mm,
        width_mm=size.width_mm,
        height_mm=size.height_mm,
        mass_g=parcel.mass_g,
        country=parcel.country,
        days_max=EVER_DAYS,
    )
    leaves_ms = shipping.next_departure_ms(turn)
    answers = [_answer(asked, row, leaves_ms) for row in rows]
    return choosing.choose(answers, wish(parcel))


def wish(parcel: Any) -> Wish:
    """What a parcel's order wants of its service."""
    return Wish(arrive_by_ms=parcel.arrive_by_ms, service=parcel.paid_for)


def _barred(turn: Turn, carton: str) -> set[str]:
    """Carriers that take some cartons alone, and not this one."""
    rules = turn.site.carrier_cartons
    return {name for name, codes in rules if carton not in (*codes, OWN)}


def _answer(asked: rating.Parcel, row: Any, leaves_ms: int) -> Offer | Refusal:
    price = rating.quote(asked, _service(row))
    if isinstance(price, str):
        return Refusal(service=row.code, why=price)
    return Offer(
        service=row.code,
        carrier=row.carrier,
        lane=row.lane,
        cost_cents=price,
        arrives_ms=leaves_ms + row.transit_days * DAY,
    )


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
