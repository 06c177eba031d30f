"""Owns the look at own vans: the fleet, tours with their stops, what no tour serves, and why.

Names and addresses are in it: it is for drivers of the tour, and for leads.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.store import Db
from controller.turn import Turn
from controller.units import DAY
from controller.workflows.handheld import load
from controller.workflows.vans import surveying

SHOWN_MAX = 500

_TOURS = (
    "SELECT * FROM van_tour WHERE state IN ('planned', 'loading', 'driving', 'back') "
    "OR ended_ms > :since ORDER BY starts_ms, id LIMIT :most"
)
_TO_DRIVE = (
    "SELECT state, driver, starts_ms FROM van_tour WHERE van = :van "
    "AND state IN ('planned', 'loading', 'driving', 'back') ORDER BY id"
)
_TOUR = "SELECT * FROM van_tour WHERE id = :id"
_STOPS = (
    "SELECT s.*, (SELECT COUNT(*) FROM van_drop d WHERE d.stop = s.id AND d.state <> 'cancelled') "
    "AS parcels, COALESCE(o.country, ro.country, '') AS country, "
    "COALESCE(o.postcode, ro.postcode, '') AS postcode, "
    "COALESCE(o.number, '') AS number, COALESCE(p.data, '') AS data FROM van_stop s "
    "LEFT JOIN customer_order o ON s.kind = 'order' AND o.id = s.ref "
    "LEFT JOIN customer_return r ON s.kind = 'return' AND r.rma = s.ref "
    "LEFT JOIN customer_order ro ON ro.id = r.order_id "
    "LEFT JOIN personal p ON p.key = COALESCE(o.personal, ro.personal) "
    "WHERE s.tour = :tour ORDER BY s.seq, s.id"
)
_LOADED = (
    "SELECT p.lpn, d.stop, d.state, p.mass_g FROM van_drop d JOIN van_stop s ON s.id = d.stop "
    "JOIN parcel p ON p.id = d.parcel WHERE s.tour = :tour AND d.state <> 'cancelled' "
    "ORDER BY s.seq, s.id, p.id"
)
_VANS = "SELECT * FROM van WHERE state <> 'gone' ORDER BY code"
_DEPOTS = "SELECT * FROM van_depot ORDER BY code"
_PLAN = "SELECT * FROM van_plan ORDER BY at_ms DESC, id DESC LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class VanParcel:
    lpn: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VanStopRow:
    """Ids are text for JavaScript; a position of 0, 0 is not known."""

    id: str
    kind: str
    ref: str
    number: str
    state: str
    outcome: str
    eta_ms: int
    opens_ms: int
    closes_ms: int
    at_ms: int
    lat_e6: int
    lon_e6: int
    name: str
    street: str
    town: str
    phone: str
    note: str
    parcels: tuple[VanParcel, ...]

    @property
    def late_ms(self) -> int:
        return max(0, (self.at_ms or self.eta_ms) - self.closes_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class VanTourRow:
    id: str
    van: str
    driver: str
    state: str
    locked_by: str
    starts_ms: int
    back_ms: int
    rest_ms: int
    rested_ms: int
    left_ms: int
    ended_ms: int
    distance_m: int
    cost_cents: int
    mass_g: int
    parcels: int
    late: int  # stops after the end of their window, planned or real
    depot: str
    stops: tuple[VanStopRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDrive:
    """A tour that has not ended."""

    state: str
    driver: str
    starts_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VanRow:
    code: str
    depot: str
    state: str
    parcels_max: int
    mass_max_g: int
    area: str
    skills: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VanDepotRow:
    code: str
    lat_e6: int
    lon_e6: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    kind: str
    ref: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VansLook:
    """`by_savings_*` is what tours by savings would come to; 0: it serves fewer."""

    now_ms: int
    offset_ms: int
    vans: tuple[VanRow, ...] = ()
    depots: tuple[VanDepotRow, ...] = ()
    tours: tuple[VanTourRow, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    planned_ms: int = 0
    cost_cents: int = 0
    distance_m: int = 0
    by_savings_cents: int = 0
    by_savings_m: int = 0


def look(db: Db, now_ms: int) -> VansLook:
    """Vans, and the tours of now and of the last day."""
    turn = Turn(db, seq=0, command_id="", actor="", now_ms=now_ms)
    tours = db.all(_TOURS, since=now_ms - DAY, most=SHOWN_MAX)
    depot_of = {row.code: row.depot for row in db.all(_VANS)}
    plan = db.one(_PLAN)
    return VansLook(
        now_ms=now_ms,
        offset_ms=turn.site.utc_offset_ms,
        vans=tuple(_named(VanRow, row) for row in db.all(_VANS)),
        depots=tuple(_named(VanDepotRow, row) for row in db.all(_DEPOTS)),
        tours=tuple(_tour(db, row, depot_of.get(row.van, "")) for row in tours),
        left_out=_left_out(plan),
        planned_ms=plan.at_ms if plan else 0,
        cost_cents=plan.cost_cents if plan else 0,
        distance_m=plan.distance_m if plan else 0,
        by_savings_cents=plan.by_savings_cents if plan else 0,
        by_savings_m=plan.by_savings_m if plan else 0,
    )


def to_drive(db: Db, van: str) -> tuple[ToDrive, ...]:
    """The tours of a van that have not ended."""
    return tuple(_named(ToDrive, row) for row in db.all(_TO_DRIVE, van=van))


def of_driver(db: Db, worker: str) -> VanTourRow | None:
    """The tour that a driver has in hand; None for other work."""
    job = load(Turn(db, seq=0, command_id="", actor="", now_ms=0), worker)
    if job is None or job.workflow != "delivering":
        return None
    row = db.one(_TOUR, id=job.data["tour"])
    return row and _tour(db, row, "")


def _left_out(plan: Any) -> tuple[LeftOut, ...]:
    told = msgspec.json.decode(plan.left_out) if plan else []
    parts = ((*call.partition(":"), why) for call, why in told)
    return tuple(LeftOut(kind=kind, ref=ref, why=why) for kind, _, ref, why in parts)


def _named(kind: Any, row: Any) -> Any:
    return kind(**{name: getattr(row, name) for name in kind.__slots__})


def _tour(db: Db, row: Any, depot: str) -> VanTourRow:
    aboard = db.all(_LOADED, tour=row.id)
    parcels: dict[int, list[VanParcel]] = {}
    for each in aboard:
        parcels.setdefault(each.stop, []).append(VanParcel(lpn=each.lpn, state=each.state))
    stops = tuple(
        _stop(db, each, parcels.get(each.id, [])) for each in db.all(_STOPS, tour=row.id)
    )
    names = (
        *("van", "driver", "state", "locked_by", "starts_ms", "back_ms", "rest_ms", "rested_ms"),
        *("left_ms", "ended_ms", "distance_m", "cost_cents"),
    )
    return VanTourRow(
        id=str(row.id),
        **{name: getattr(row, name) for name in names},
        mass_g=sum(each.mass_g for each in aboard),
        parcels=len(aboard),
        late=sum(each.late_ms > 0 for each in stops if each.state in ("planned", "done")),
        depot=depot,
        stops=stops,
    )


def _stop(db: Db, row: Any, parcels: list[VanParcel]) -> VanStopRow:
    wish = surveying.wish_of(db, row.kind, row.ref)
    point = surveying.point_of(db, wish, row.country, row.postcode)
    who = msgspec.json.decode(row.data).get("recipient", {}) if row.data else {}
    names = ("kind", "ref", "number", "state", "outcome")
    times = ("eta_ms", "opens_ms", "closes_ms", "at_ms")
    return VanStopRow(
        id=str(row.id),
        **{name: getattr(row, name) for name in (*names, *times)},
        lat_e6=point.lat_e6 if point else 0,
        lon_e6=point.lon_e6 if point else 0,
        name=who.get("name", ""),
        street=who.get("street", ""),
        town=f"{row.postcode} {who.get('city', '')}".strip(),
        phone=who.get("phone", ""),
        note=surveying.spot_of(wish).note,
        parcels=tuple(parcels),
    )
