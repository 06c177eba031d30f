"""Owns how parcels are shared among carriers, for people: plans, tiers, pickups, each parcel."""

from dataclasses import dataclass
from typing import Any

from controller.messages import CarrierOutlook, PickupOutlook, from_json
from controller.store import Db
from controller.views import catalogue
from controller.workflows import shipping
from controller.workflows.carriers import foreseeing

PLANS_MAX = 48

_PLANS = "SELECT * FROM carrier_plan ORDER BY at_ms DESC, id DESC LIMIT :most"
_BARS = "SELECT * FROM carrier_bar WHERE until_ms > :now ORDER BY carrier"
_CARRIERS = "SELECT DISTINCT carrier FROM shipping_service ORDER BY carrier"
_WAITING = "SELECT COUNT(*) FROM parcel WHERE state IN ('planned', 'packing')"
_PARCEL = (
    "SELECT p.id, p.order_id, p.lpn, p.state, p.carton, "
    f"{shipping.MASS_G} AS mass_g, "
    "p.service, p.planned_service, p.set_by, p.cost_cents, p.why, p.planned_why, "
    "o.shop, o.country, o.arrive_by_ms, o.service AS paid_for FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id "
)
_STATES = {
    "waiting": "('planned', 'packing')",
    "labelled": "('packed', 'labelled', 'sorted')",
}
_LIST = (
    _PARCEL + "WHERE p.state IN {states} AND p.id > :after "
    "AND (:service = '' OR p.service = :service OR p.planned_service = :service) "
    "ORDER BY p.id LIMIT :most"
)
_ONE = _PARCEL + "WHERE p.id = :id"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderPlan:
    """A plan of carriers; costs are of the whole cut-off, with what is expected yet.

    `told` is how many parcels the site says that the day brings until its cut-off; None: nothing.
    """

    id: str
    at_ms: int
    leaves_ms: int
    cost_cents: int
    greedy_cents: int
    bound_cents: int
    parcels: int
    expected: int
    told: int | None
    left_out: int
    late: int
    carriers: tuple[CarrierOutlook, ...]
    pickups: tuple[PickupOutlook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A carrier that does not come until a time."""

    carrier: str
    until_ms: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenders:
    """`plans` are the latest first; `waiting` parcels have no label yet."""

    now_ms: int
    waiting: int
    plans: tuple[TenderPlan, ...]
    bars: tuple[Bar, ...]
    carriers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderParcel:
    """`service` is that of its label, or the planned one; `cost_cents` of 0 is not known yet."""

    id: str
    order: str
    lpn: str
    state: str
    carton: str
    mass_g: int
    country: str
    service: str
    planned_service: str
    set_by: str
    cost_cents: int
    arrive_by_ms: int
    paid_for: str
    why: str


def tenders(db: Db, now_ms: int) -> Tenders:
    """The latest plans of carriers, and who does not come."""
    site = catalogue.site(db)
    return Tenders(
        now_ms=now_ms,
        waiting=int(db.value(_WAITING)),
        plans=tuple(
            _plan(row, foreseeing.told(db, site, row.leaves_ms) if site else None)
            for row in db.all(_PLANS, most=PLANS_MAX)
        ),
        bars=tuple(
            Bar(
                carrier=row.carrier,
                until_ms=row.until_ms,
                by=row.barred_by,
                reason=row.reason,
            )
            for row in db.all(_BARS, now=now_ms)
        ),
        carriers=tuple(row.carrier for row in db.all(_CARRIERS)),
    )


def _plan(row: Any, told: int | None) -> TenderPlan:
    return TenderPlan(
        **row._asdict()
        | {
            "id": str(row.id),
            "told": told,
            "carriers": from_json(row.carriers, tuple[CarrierOutlook, ...]),
            "pickups": from_json(row.pickups, tuple[PickupOutlook, ...]),
        }
    )


def parcels(
    db: Db, which: str, service: str, after: int, most: int
) -> tuple[tuple[TenderParcel, ...], str]:
    """A page of parcels in the house, and where the next begins."""
    query = _LIST.format(states=_STATES[which])
    rows = db.all(query, service=service, after=after, most=most + 1)
    page = rows[:most]
    following = str(page[-1].id) if len(rows) > most else ""
    return tuple(map(_parcel, page)), following


def parcel(db: Db, parcel_id: int) -> TenderParcel | None:
    """One parcel, whatever its state."""
    row = db.one(_ONE, id=parcel_id)
    return None if row is None else _parcel(row)


def _parcel(row: Any) -> TenderParcel:
    return TenderParcel(
        id=str(row.id),
        order=row.order_id,
        lpn=row.lpn,
        state=row.state,
        carton=row.carton,
        mass_g=row.mass_g,
        country=row.country,
        service=row.service,
        planned_service=row.planned_service,
        set_by=row.set_by,
        cost_cents=row.cost_cents,
        arrive_by_ms=row.arrive_by_ms,
        paid_for=row.paid_for,
        why=row.why or row.planned_why,
    )
