"""Owns the figures of a run's street: carriers with their tiers, lanes, vans, nodes, sourcing.

All are read from the books. Times are of the whole run, with what arrived after its last day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from controller.store import Db
from controller.units import HOUR
from controller.views import street
from controller.views.on_time import Lane, on_time
from controller.workflows.carriers.markets import market
from simulation.scenario import Scenario

TIER_PERCENT: Final = 100  # tiers are hundredths of a percent


def street_fields(db: Db, scenario: Scenario, now_ms: int) -> dict[str, Any]:
    """The street as plain data."""
    lanes = on_time(db, scenario.day_start_ms, now_ms)
    return {
        "carriers": list(_carriers(db, scenario, lanes)),
        "lanes": [_lane(each) for each in lanes],
        "vans": [_van(each) for each in street.vans(db)],
        "nodes": [asdict(each) for each in street.other_nodes(db)],
        "from_stores": asdict(street.from_stores(db)),
        "sourcing": asdict(street.sourced(db)),
        "cases": street.cases(db),
    }


def _carriers(db: Db, scenario: Scenario, lanes: Sequence[Lane]) -> Iterator[dict[str, Any]]:
    """At the terms of the first day."""
    for each in street.carriers(db, market(db, scenario.day_start_ms).terms):
        mine = [lane for lane in lanes if lane.carrier == each.carrier]
        yield {
            "carrier": each.carrier,
            "parcels": each.parcels,
            "list_price_cents": each.cost_cents,
            "tier_percent": each.tier / TIER_PERCENT,
            **_kept(mine),
        }


def _lane(lane: Lane) -> dict[str, Any]:
    named = {"carrier": lane.carrier, "service": lane.service, "country": lane.country}
    return named | {"parcels": lane.parcels} | _kept([lane]) | {"days_p80": lane.p80 / 10}


def _kept(lanes: Sequence[Lane]) -> dict[str, Any]:
    """How many of the delivered parcels were there on the promised day."""
    delivered, in_time = sum(x.delivered for x in lanes), sum(x.on_time for x in lanes)
    share = round(100 * in_time / delivered, 1) if delivered else 100.0
    late = sum(lane.open_late for lane in lanes)
    return {"delivered": delivered, "on_time_percent": share, "overdue": late}


def _van(van: street.VanDone) -> dict[str, Any]:
    return {
        "van": van.van,
        "tours": van.tours,
        "km": round(van.distance_m / 1_000, 1),
        "hours": round(van.away_ms / HOUR, 1),
        "stops": van.stops,
        "done": van.done,
        "late": van.late,
        "cost_cents": van.cost_cents,
    }
