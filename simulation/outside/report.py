"""Owns the figures of a run's street: carriers with their tiers, lanes, vans, nodes, sourcing.

All are read from the books. Times are of the whole run, with what arrived after its last day.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from controller.messages import Contract, SetUpContracts
from controller.store import Db
from controller.units import HOUR
from controller.views import street
from controller.views.on_time import Lane, on_time
from simulation.scenario import Scenario

SPANS: Final = {"day": 1, "week": 7, "month": 31}  # days
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
    days: defaultdict[str, list[street.CarrierDay]] = defaultdict(list)
    for each in street.carriers(db):
        days[each.carrier].append(each)
    contracts = {each.carrier: each for each in _contracts(scenario)}
    for carrier, of_days in days.items():
        mine = [lane for lane in lanes if lane.carrier == carrier]
        yield {
            "carrier": carrier,
            "parcels": sum(each.parcels for each in of_days),
            "list_price_cents": sum(each.cost_cents for each in of_days),
            "tier_percent": _tier(contracts.get(carrier), of_days),
            **_kept(mine),
        }


def _contracts(scenario: Scenario) -> Sequence[Contract]:
    told = [each for each in scenario.setup if isinstance(each, SetUpContracts)]
    return told[-1].contracts if told else ()


def _tier(contract: Contract | None, days: Sequence[street.CarrierDay]) -> float:
    """The best tier that was reached in a period of the contract, in percent."""
    if contract is None:
        return 0.0
    periods: defaultdict[int, int] = defaultdict(int)
    for each in days:
        periods[each.day // SPANS[contract.period]] += each.parcels
    most = max(periods.values())
    return max([off for least, off in contract.tiers if least <= most], default=0) / TIER_PERCENT


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
