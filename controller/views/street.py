"""Owns the figures of what left the house: by carrier, by van, by node, and how it was sourced.

They are of the whole database: of a simulated run, from its beginning on.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from controller.messages import Contract
from controller.store import Db
from controller.workflows.carriers.contracting import Terms, period_of
from controller.workflows.nodes.nodes import OF_A_STORE
from controller.workflows.nodes.sourcing import UNFILLED_CENTS

_CARRIERS = (
    "SELECT j.carrier, COUNT(*) AS parcels, CAST(SUM(p.cost_cents) AS BIGINT) AS cost_cents "
    "FROM journey j JOIN parcel p ON p.id = j.parcel WHERE j.left_ms > 0 "
    "GROUP BY j.carrier ORDER BY j.carrier"
)
_DAYS = (
    "SELECT s.carrier, d.day, CAST(SUM(d.parcels) AS BIGINT) AS parcels FROM service_day d "
    "JOIN shipping_service s ON s.code = d.service "
    "GROUP BY s.carrier, d.day ORDER BY s.carrier, d.day"
)
_VANS = (
    "SELECT van, COUNT(*) AS tours, CAST(SUM(distance_m) AS BIGINT) AS distance_m, "
    "CAST(SUM(cost_cents) AS BIGINT) AS cost_cents, CAST(SUM(CASE WHEN ended_ms > left_ms "
    "THEN ended_ms - left_ms ELSE 0 END) AS BIGINT) AS away_ms FROM van_tour "
    "WHERE left_ms > 0 GROUP BY van ORDER BY van"
)
_STOPS = (
    "SELECT t.van, COUNT(*) AS stops, CAST(SUM(CASE WHEN s.state = 'done' THEN 1 ELSE 0 END) "
    "AS BIGINT) AS done, CAST(SUM(CASE WHEN s.at_ms > s.closes_ms THEN 1 ELSE 0 END) "
    "AS BIGINT) AS late FROM van_stop s JOIN van_tour t ON t.id = s.tour "
    "WHERE t.left_ms > 0 AND s.state <> 'cancelled' GROUP BY t.van ORDER BY t.van"
)
_NODES = (
    "SELECT c.node, COUNT(*) AS orders, CAST(SUM(CASE WHEN c.state = 'shipped' THEN 1 ELSE 0 END) "
    "AS BIGINT) AS shipped, CAST(SUM(CASE WHEN c.state = 'shipped' AND o.pickup_node = c.node "
    "THEN 1 ELSE 0 END) AS BIGINT) AS collected, CAST(SUM(c.cost_cents) AS BIGINT) AS cost_cents "
    "FROM consignment c JOIN customer_order o ON o.id = c.order_id "
    "GROUP BY c.node ORDER BY c.node"
)
_SOURCED = (
    "SELECT COUNT(*) AS orders, CAST(COALESCE(SUM(parcels), 0) AS BIGINT) AS parcels, "
    "CAST(COALESCE(SUM(CASE WHEN parcels > 1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS splits, "
    "CAST(COALESCE(SUM(cost_cents), 0) AS BIGINT) AS cost_cents, CAST(COALESCE(SUM(CASE WHEN "
    "nearest_cents < :most THEN nearest_cents - cost_cents ELSE 0 END), 0) AS BIGINT) "
    "AS saved_cents, CAST(COALESCE(SUM(CASE WHEN nearest_cents >= :most THEN 1 ELSE 0 END), 0) "
    "AS BIGINT) AS beyond_nearest, "
    "CAST(COALESCE(SUM(CASE WHEN moves > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS moved "
    "FROM sourced"
)
_NOWHERE = (
    "SELECT p.lpn, j.carrier, j.status FROM journey j JOIN parcel p ON p.id = j.parcel "
    "WHERE j.left_ms > 0 AND p.state = 'shipped' AND j.status NOT IN ('delivered', 'returned') "
    "AND NOT EXISTS (SELECT 1 FROM delivery_case c WHERE c.parcel = j.parcel) "
    "ORDER BY j.parcel LIMIT 100"
)
_FROM_STORES = (
    "SELECT COUNT(*) AS parcels, CAST(COALESCE(SUM(p.cost_cents), 0) AS BIGINT) AS cost_cents "
    "FROM journey j JOIN parcel p ON p.id = j.parcel "
    f"WHERE j.left_ms > 0 AND {OF_A_STORE}"
)
_CASES = "SELECT COUNT(*) FROM delivery_case"
_COUNTED = ("stops", "done", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierDone:
    """Parcels that left with a carrier, at their list prices, and the best `tier` reached.

    Units: `tier` in hundredths of a percent.
    """

    carrier: str
    parcels: int
    cost_cents: int
    tier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VanDone:
    """The tours of a van that left; `done` or not, `late` stops were over after their window."""

    van: str
    tours: int
    distance_m: int
    away_ms: int
    cost_cents: int
    stops: int
    done: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDone:
    """What a node beside this building was asked to ship, and has shipped or handed out."""

    node: str
    orders: int
    shipped: int
    collected: int
    cost_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FromStores:
    """Parcels that carriers fetched at stores, at their list prices."""

    parcels: int
    cost_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """How orders were sourced; `moved` once more after they came in.

    `saved_cents` beside each from its nearest nodes, of those that these could have shipped; the
    others are `beyond_nearest`.
    """

    orders: int
    parcels: int
    splits: int
    cost_cents: int
    saved_cents: int
    beyond_nearest: int
    moved: int


def carriers(db: Db, terms: Terms) -> tuple[CarrierDone, ...]:
    """What each carrier got, and its tier by these terms."""
    days: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for row in db.all(_DAYS):
        days[row.carrier][row.day] = row.parcels
    return tuple(
        CarrierDone(
            **row._asdict(),
            tier=tier_reached(terms.contracts.get(row.carrier), days[row.carrier]),
        )
        for row in db.all(_CARRIERS)
    )


def tier_reached(contract: Contract | None, days: Mapping[int, int]) -> int:
    """The best discount of any period, from the parcels of each local day.

    Units: hundredths of a percent.
    """
    if contract is None:
        return 0
    periods: Counter[tuple[int, int]] = Counter()
    for day, parcels in days.items():
        periods[period_of(contract.period, day)] += parcels
    most = max(periods.values(), default=0)
    return max((off for least, off in contract.tiers if least <= most), default=0)


def vans(db: Db) -> tuple[VanDone, ...]:
    stops = {row.van: row for row in db.all(_STOPS)}
    return tuple(_van(row, stops.get(row.van)) for row in db.all(_VANS))


def _van(row: Any, stops: Any) -> VanDone:
    counted: dict[str, Any] = {name: getattr(stops, name) if stops else 0 for name in _COUNTED}
    return VanDone(**row._asdict(), **counted)


def other_nodes(db: Db) -> tuple[NodeDone, ...]:
    return tuple(NodeDone(**row._asdict()) for row in db.all(_NODES))


def from_stores(db: Db) -> FromStores:
    return FromStores(**db.the(_FROM_STORES)._asdict())


def sourced(db: Db) -> Sourced:
    return Sourced(**db.the(_SOURCED, most=UNFILLED_CENTS)._asdict())


def cases(db: Db) -> int:
    """Parcels under way that somebody had to see to."""
    return int(db.value(_CASES))


def nowhere(db: Db) -> list[str]:
    """Parcels that left, have not arrived, and that nobody was told of, in sentences."""
    return [
        f"parcel {row.lpn} of {row.carrier} is {row.status or 'silent'}, and no case."
        for row in db.all(_NOWHERE)
    ]
