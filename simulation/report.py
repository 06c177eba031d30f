"""Owns the result of a run: what became of every order, the figures of the day, the proofs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from controller.messages import PlaceOrder
from controller.plan import Effort
from controller.store import Db
from controller.units import DAY, HOUR, MINUTE
from controller.views import outcomes
from controller.views.checks import check
from controller.views.digests import event_digest, ledger_digest
from controller.views.reasons import decisions
from controller.views.street import nowhere
from controller.workflows.carriers.hindsight import LookBack, look_back
from simulation.agreement import disagreements
from simulation.aisles import Aisles
from simulation.outside.report import street_fields

if TYPE_CHECKING:
    from simulation.run import Run

LOOK_BACK_WORK = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`fields` is the whole result as plain data; `reasons` explains orders by their id."""

    fields: dict[str, Any]
    reasons: dict[str, str]

    @property
    def violations(self) -> int:
        found = self.fields["invariants"].values()
        return sum(len(each) for each in found if each != "ok")

    def as_fields(self) -> dict[str, Any]:
        return self.fields


def report(day: "Run", wall_s: float) -> Result:
    end_ms = day.ended_ms
    with day.floor.controller.reading() as db:
        rows = outcomes.orders(db)
        ends = {row.id: outcomes.outcome(db, row, end_ms) for row in rows}
        figures = outcomes.figures(db)
        found = check(db) | ({} if day.stopped else _at_the_end(day, db))
        ledger, events = ledger_digest(db), event_digest(db)
        past = [each for each in _days_of_shipping(day, db, end_ms) if each.parcels]
        why = [asdict(decision) for decision in decisions(db)]
        street = _street(day, db)
    reasons = {order: reason for order, (_, reason) in ends.items() if reason}
    refused = [
        (command.id, f"refused: {error}")
        for command, error in day.refused
        if isinstance(command, PlaceOrder)
    ]
    reasons |= dict(refused)
    without_goods = _without_goods(day)
    explained = Counter(_short(each) for each in reasons.values())
    if without_goods:
        explained["no_line_to_pick"] = without_goods
    counts = Counter(state for state, _ in ends.values())
    fields = {
        "name": day.scenario.name,
        "seed": day.scenario.seed,
        "stopped": day.stopped,
        "orders": {
            "received": len(rows) + len(refused) + without_goods,
            "shipped": counts["shipped"],
            "cancelled": counts["cancelled"],
            "backordered": counts["backordered"],
            "explained": counts["explained"] + len(refused) + without_goods,
            "reasons": dict(sorted(explained.items())),
        },
        "lines": figures["lines"],
        "units": figures["units"],
        "parcels": figures["parcels"],
        "tours": figures["tours"],
        "travel_m": sum(shift.hands.walked_mm for shift in day.people) // 1_000,
        "ledger_digest": ledger,
        "event_digest": events,
        "invariants": {name: broken or "ok" for name, broken in found.items()},
        "simulated_s": (end_ms - day.scenario.day_start_ms) // 1_000,
        "wall_s": round(wall_s, 2),
        "commands": day.host.commands,
        "decisions": why,
        "faults": {name: n for name, n in sorted(day.floor.world.faults.items()) if n},
        "shipping": _shipping(past, figures["late_promises"]),
        "kpis": _kpis(day, rows, figures, end_ms),
        "input": day.scenario.input_report.as_fields(),
        **street,
    }
    return Result(fields=fields, reasons=reasons)


def _street(day: "Run", db: Db) -> dict[str, Any]:
    """What became of parcels and vans, where the scenario has a street."""
    if day.scenario.street is None:
        return {}
    return {"street": street_fields(db, day.scenario, day.floor.agenda.now_ms())}


def _at_the_end(day: "Run", db: Db) -> dict[str, list[str]]:
    """What holds once nobody has anything in hand any more."""
    return disagreements(db, day.floor.world) | _outside(day, db)


def _outside(day: "Run", db: Db) -> dict[str, list[str]]:
    if day.surroundings is None:
        return {}
    return {
        "people_outside_can_work": day.surroundings.failures,
        "parcels_arrive_or_are_cases": nowhere(db),
    }


def _without_goods(day: "Run") -> int:
    """Orders of the input of which every line was refused: postage, tests, adjustments."""
    asked = day.scenario.input_report
    return asked.sale_orders - asked.used_orders


def _short(reason: str) -> str:
    return reason.partition(" (")[0].partition(" {")[0]


def _kpis(day: "Run", rows: list[Any], figures: dict[str, int], end_ms: int) -> dict[str, Any]:
    covered = [r for r in rows if r.wanted and not r.backordered and r.due_ms <= end_ms]
    shipped = [r for r in covered if r.state == "shipped"]
    on_time = [r for r in shipped if r.shipped_ms <= r.due_ms]
    cycles = sorted(r.shipped_ms - r.placed_ms for r in rows if r.state == "shipped")
    picker_h = _hours(day, "picker")
    picks, parcels = max(1, figures["picks"]), max(1, figures["parcels"])
    scans = sum(shift.scans for shift in day.people)
    return {
        "covered_orders": _figure(len(covered), "orders"),
        "covered_shipped_percent": _figure(_percent(len(shipped), len(covered)), "%"),
        "on_time_percent": _figure(_percent(len(on_time), len(covered)), "%"),
        "cycle_time_p50": _figure(_quantile(cycles, 50) // 60_000, "min"),
        "cycle_time_p95": _figure(_quantile(cycles, 95) // 60_000, "min"),
        "picks_per_picker_hour": _figure(round(figures["picks"] / max(picker_h, 0.01), 1), "1/h"),
        "planned_travel_per_pick": _figure(
            round(figures["planned_travel_mm"] / 1000 / picks, 1), "m"
        ),
        "units_per_parcel": _figure(round(figures["units"] / parcels, 1), "units"),
        "freight_per_parcel": _figure(figures["freight_cents"] // parcels, "cents"),
        "scans_per_pick": _figure(round(scans / picks, 2), "scans"),
        "wrong_scans": _figure(sum(shift.wrong_scans for shift in day.people), "scans"),
        "short_picks": _figure(figures["short_picks"], "picks"),
        "replenishments": _figure(figures["replenishments"], "tasks"),
        "putaways": _figure(figures["putaways"], "tasks"),
        "returns_received": _figure(figures["returns_received"], "returns"),
        "receipts_received": _figure(figures["receipts_received"], "receipts"),
        "too_late_changes": _figure(len(day.refused), "requests"),
        "plans": _figure(day.host.partners.plans, "plans"),
        **_narrow(day.floor.aisles),
    }


def _days_of_shipping(day: "Run", db: Db, end_ms: int) -> Iterator[LookBack]:
    for since_ms in range(day.scenario.day_start_ms, end_ms + DAY, DAY):
        yield look_back(db, since_ms, since_ms + DAY, Effort(work=LOOK_BACK_WORK))


def _shipping(past: Sequence[LookBack], late: int) -> dict[str, int]:
    """What carriers cost at the tiers reached, against each parcel's cheapest list price."""
    return {
        "parcels": sum(each.parcels for each in past),
        "cost_cents": sum(each.cost_cents for each in past),
        "cheapest_first_cents": sum(each.greedy_cents for each in past),
        "hindsight_cents": sum(each.best_cents for each in past),
        "late_promises": late,
    }


def _narrow(aisles: Aisles | None) -> dict[str, Any]:
    """What narrow aisles cost, where the site has such."""
    if aisles is None:
        return {}
    under_way_ms = aisles.picked_ms + aisles.waited_ms
    return {
        "waiting_in_aisles": _figure(round(aisles.waited_ms / MINUTE, 1), "min"),
        "waits_in_aisles": _figure(aisles.waits, "carts"),
        "waiting_of_picking_time": _figure(_percent(aisles.waited_ms, under_way_ms), "%"),
    }


def _figure(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit}


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 100.0


def _quantile(ordered: list[int], percent: int) -> int:
    return ordered[(len(ordered) - 1) * percent // 100] if ordered else 0


def _hours(day: "Run", role: str) -> float:
    shifts = (shift.person for shift in day.people if shift.person.role == role)
    return sum(person.ends_ms - person.starts_ms for person in shifts) / HOUR
