"""Owns a look back at carriers: what parcels cost, and what knowing them all would have cost.

The same offers and terms as for a plan; it refuses to change anything.
"""

from dataclasses import dataclass

from controller.plan import Effort, carriers
from controller.store import Db
from controller.workflows.carriers import choosing, competing, contracting, markets, tendering


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """Parcels of departures in a span of time: what they cost, and what others would have.

    `greedy_cents`: each by its cheapest list price; `best_cents`: all known beforehand.
    """

    parcels: int = 0
    cost_cents: int = 0
    greedy_cents: int = 0
    best_cents: int = 0


def look_back(db: Db, since_ms: int, until_ms: int, effort: Effort) -> LookBack:
    """The departures of one local day, by today's offers and terms."""
    today = markets.market(db, since_ms)
    rows = competing.left(db, today.site, since_ms, until_ms)
    if not rows:
        return LookBack()
    day = contracting.local_day(today.site.utc_offset_ms, rows[0].leaves_ms)
    parcels = tuple(competing.as_sent(today, row) for row in rows)
    stores = choosing.left_stores(db, day)
    problem = tendering.shared(db, today, day, parcels, {}, stores)
    chosen = tuple(
        next((at for at, each in enumerate(parcel.options) if each.service == row.service), None)
        for row, parcel in zip(rows, parcels, strict=True)
    )
    plan = carriers.solve(problem, effort)
    return LookBack(
        parcels=len(rows),
        cost_cents=carriers.cost_cents(problem, chosen),
        greedy_cents=plan.greedy_cents,
        best_cents=plan.cost_cents,
    )
