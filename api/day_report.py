"""Owns how the result of a simulated day reads in a terminal. The figures are the run's own."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from rich.table import Table

from api.terminal import out, print_plain

Fields = Mapping[str, Any]

_OUTCOMES = ("shipped", "cancelled", "backordered", "explained")
_ABOUT = {
    "tour": "Why these picks are one tour",
    "service": "Why this carrier",
    "waiting": "Why this order waited",
    "putaway": "Why these goods went to this place",
}
DECISIONS_SHOWN = 3


def print_day(fields: Fields) -> None:
    """The day as two tables, and what the invariants say."""
    console = out()
    console.print(_summary(fields))
    console.print(_kpis(fields["kpis"]))
    for line in _input(fields["input"]):
        print_plain(console, line)
    print_invariants(fields["invariants"])
    print_plain(
        console,
        f"Digests: ledger {fields['ledger_digest'][:16]}, events {fields['event_digest'][:16]} "
        f"(the same for seed {fields['seed']} on any machine)",
    )


def _summary(fields: Fields) -> Table:
    table = Table(title=f"The day: {fields['name']}", title_justify="left", show_header=False)
    for name, value in _rows(fields):
        table.add_row(name, value)
    return table


def _rows(fields: Fields) -> Iterable[tuple[str, str]]:
    orders = fields["orders"]
    hours = fields["simulated_s"] / 3_600
    if fields["stopped"]:
        yield "Stopped", f"after {hours:.1f} h of the day: figures so far"
    yield "Orders received", f"{orders['received']:,}"
    for name in _OUTCOMES:
        reasons = _reasons(orders) if name == "explained" else ""
        yield f"  {name}", f"{orders[name]:,}{reasons}"
    yield "Lines, units shipped", f"{fields['lines']:,}, {fields['units']:,}"
    yield "Parcels, pick tours", f"{fields['parcels']:,}, {fields['tours']:,}"
    yield "On time", f"{fields['kpis']['on_time_percent']['value']} % of what stock covered"
    yield "Shipping", _shipping(fields["shipping"])
    yield "Walked", f"{fields['travel_m'] / 1_000:,.1f} km"
    yield "Commands handled", f"{fields['commands']:,}"
    yield "Time", f"{hours:.1f} h simulated in {fields['wall_s']:.1f} s"


def _shipping(past: Fields) -> str:
    saved = past["cheapest_first_cents"] - past["cost_cents"]
    share = saved / max(1, past["cheapest_first_cents"])
    return (
        f"{past['cost_cents'] / 100:,.2f}, {saved / 100:,.2f} ({share:.1%}) less than cheapest "
        f"first; {past['late_promises']} promises late"
    )


def _reasons(orders: Fields) -> str:
    told = ", ".join(
        f"{count} {reason.replace('_', ' ')}" for reason, count in orders["reasons"].items()
    )
    return f"  ({told})" if told else ""


def _kpis(kpis: Mapping[str, Fields]) -> Table:
    table = Table(title="Figures", title_justify="left", show_header=False)
    for name, figure in kpis.items():
        table.add_row(name.replace("_", " "), f"{figure['value']:,} {figure['unit']}")
    return table


def _input(report: Fields) -> Iterable[str]:
    if report["refused"]:
        refused = ", ".join(f"{count} {reason}" for reason, count in report["refused"].items())
        yield (
            f"Input: {report['read']:,} lines read, {report['used']:,} used; refused: {refused} "
            "(--json has examples)"
        )


def print_invariants(invariants: Mapping[str, Any]) -> None:
    """Every violation by name, or that there is none."""
    console = out()
    violated = {name: found for name, found in invariants.items() if found != "ok"}
    for name, found in violated.items():
        console.print(f"{name}: {len(found)} violations", style="red", highlight=False)
        for sentence in found:
            print_plain(console, f"  {sentence}")
    if not violated:
        console.print("All invariants hold:", style="green", end=" ")
        print_plain(console, "no unit is lost, promised twice or shipped twice.")


def print_decisions(decisions: Iterable[Fields]) -> None:
    """A few decisions with the reason that the controller gave for each."""
    console = out()
    for each in islice(decisions, DECISIONS_SHOWN):
        console.print(f"\n{_ABOUT[each['about']]}", style="bold", end=" ")
        print_plain(console, f"({each['subject']})\n  {each['why']}")
