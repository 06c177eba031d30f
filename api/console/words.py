"""Owns the sentences in which the console tells what happened to an order, and why.

Words for people at a desk, in English; a fact of which it knows no words is told by its name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from controller.units import HOUR
from controller.views.order_story import Fact

_CENTS: Final = re.compile(r"\b(\d+) cents\b")
Words = Callable[[str, dict[str, Any]], tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One entry of a story. `why` explains a decision; `tone`: ok, info, warn, bad."""

    at_ms: int
    kind: str
    title: str
    detail: str
    why: str
    tone: str
    by: str


def plain(code: str) -> str:
    """A code as words: `lane_full` becomes "lane full"."""
    return code.replace("_", " ")


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def units(count: int) -> str:
    return f"{count} unit" if count == 1 else f"{count} units"


def mass(grams: int) -> str:
    return f"{grams} g" if grams < 1_000 else f"{grams / 1_000:.2f} kg"


def _placed(_subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    late = data["backordered"]
    more = f"; {units(late)} must wait for new stock" if late else ""
    return "Order received", f"{units(data['promised'])} promised from stock{more}", ""


def _released(subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    picks = data.get("picks", 0)
    visits = "1 pick" if picks == 1 else f"{picks} picks"
    places = ", ".join(data.get("places", [])[:6])
    return f"Released in tour {subject}", f"{visits} at {places}" if picks else "", _tour(data)


def _tour(data: dict[str, Any]) -> str:
    return str(data.get("why", "")).replace("1 loads", "1 load").replace("1 picks", "1 pick")


def _moved(_subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    verb = {"pick": "Picked", "pack": "Packed", "short_pick": "Written off"}[data["cause"]]
    if data["undone"]:
        verb = "Put back"
    lot = f", lot {data['lot']}" if data["lot"] else ""
    title = f"{verb} {data['qty']} × {data['sku']}"
    return title, f"from {data['from']} into {data['to']}{lot}", ""


def _packed(subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    detail = f"weighed {mass(data['mass_g'])}; goes with {data['service']}"
    if data.get("insured_cents"):
        detail += f", insured for {money(data['insured_cents'])}"
    return f"Parcel {subject} closed", detail, services(data["service"], data["why"])


def services(chosen: str, why: str) -> str:
    """Why a shipping service was chosen, and what the others would have cost, or their no."""
    parts = [_CENTS.sub(lambda cents: money(int(cents[1])), each) for each in why.split("; ")]
    others = [each for each in parts if ": " in each]  # NAME: what it costs, or its no
    told = [each for each in parts if each and each not in others]
    if others:
        told.append(("others: " if chosen else "no service takes it: ") + "; ".join(others))
    return "; ".join(told)


def _late(subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    hours = -(-data["late_ms"] // HOUR)
    after = f"{hours} h" if hours < 48 else f"{-(-hours // 24)} days"
    detail = f"{data['service']} is the fastest, and {after} too slow"
    return f"Parcel {subject} will be late", detail, ""


def _bought(_subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    price = money(data["cost_cents"])
    piece = f", piece {data['piece']} of {data['pieces']}" if data.get("piece") else ""
    return "Label bought", f"{data['service']}, tracking {data['tracking']}{piece}, {price}", ""


def _run_out(subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"Parcel {subject} sent to the run-out", "", plain(data["why"])


def _short(subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    lost = data["backordered"]
    rest = f"; {units(lost)} of this order must wait" if lost else "; fetched from elsewhere"
    return f"{units(data['units'])} of {subject} missing", f"at {data['at']}{rest}", ""


def _weight(subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    detail = f"planned {mass(data['planned_g'])}, weighed {mass(data['got_g'])}"
    return f"Odd weight of {subject} accepted", detail, "the same weight came twice"


def _cancelled(_subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    return "Order cancelled", f"{units(data['units'])} taken back", plain(data["reason"])


def _lines(_subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    late = data["too_late"]
    more = f"; too late for {units(late)}" if late else ""
    return "Lines cancelled", f"{units(data['units'])} taken back{more}", plain(data["reason"])


def _returned(subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    graded = ", ".join(f"{count} {plain(grade)}" for grade, count in data["units"].items())
    return f"Return {subject} received", graded, ""


def _tracked(subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"Parcel {subject} {plain(data['status'])}", "", ""


def _sourced(_subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    ships = ", ".join(f"{node} {count}" for node, count in data["nodes"].items())
    out = "; ".join(f"{node}: {plain(why)}" for node, why in data["out"].items())
    return f"Sourced from {ships or 'nowhere'}", f"costs {money(data['cost_cents'])}", out


def _resourced(_subject: str, data: dict[str, Any]) -> tuple[str, str, str]:
    saved = data["before_cents"] - data["cost_cents"]
    detail = f"costs {money(data['cost_cents'])} instead of {money(data['before_cents'])}"
    others = "the pool of orders shares the stock more cheaply this way"
    why = others if saved > 0 else f"it leaves stock to others: {others}"
    return f"Sourced from {data['after']} instead of {data['before']}", detail, why


def _simple(title: str, detail: str = "", why: str = "") -> Words:
    """Words with `{subject}` and the fact's data in their places."""
    return lambda subject, data: tuple(  # type: ignore[return-value]
        text.format_map({"subject": subject} | {k: plain(str(v)) for k, v in data.items()})
        for text in (title, detail, why)
    )


_TELL: dict[str, tuple[str, Words]] = {
    "order_placed": ("ok", _placed),
    "sourced": ("info", _sourced),
    "sourced_again": ("warn", _sourced),
    "resourced": ("info", _resourced),
    "given_back": ("warn", _simple("{subject} does not ship it", why="{reason}")),
    "partner_told": ("info", _simple("{subject} was told to ship it")),
    "recalled": ("warn", _simple("{subject} was asked to stop it")),
    "shipped_by_partner": ("ok", _simple("{subject} shipped it", "tracking {tracking}")),
    "ready_to_collect": ("ok", _simple("Ready to collect at {subject}")),
    "collected": ("ok", _simple("Collected at {subject}")),
    "order_paid": ("ok", _simple("Paid")),
    "order_changed": ("info", _simple("Order changed", "{promised} units promised")),
    "order_prioritised": ("info", _simple("Priority set to {priority}", "it was {before}")),
    "order_cancelled": ("bad", _cancelled),
    "lines_cancelled": ("warn", _lines),
    "waiting": ("warn", _simple("Has to wait", why="{reason}")),
    "released": ("ok", _released),
    "pulled_from_tour": (
        "warn",
        _simple("Taken out of tour {subject}", "waits until it is let go", "{reason}"),
    ),
    "order_let_go": ("ok", _simple("Let go again", "the next plan may start it")),
    "moved": ("info", _moved),
    "lot_swapped": ("info", _simple("Another lot taken", "{taken} instead of {planned}")),
    "stock_missing": ("bad", _short),
    "backordered": ("warn", _simple("{units} of line {subject} wait for new stock")),
    "backorder_promised": ("ok", _simple("{units} of line {subject} promised from new stock")),
    "parcel_added": ("info", _simple("One more parcel", "in carton {carton}")),
    "fits_no_carton": ("warn", _simple("{subject} fits no carton", why="{why}")),
    "weight_accepted": ("warn", _weight),
    "weight_not_measured": ("warn", _simple("{subject} not weighed", "{planned_g} g planned")),
    "parcel_packed": ("ok", _packed),
    "other_service": ("warn", _simple("Goes with {service} instead", why="{why}")),
    "service_set": ("info", _simple("Goes with {service}", "set by {by}", "{reason}")),
    "service_let_go": ("info", _simple("Left to the plan again", "{service} was set")),
    "will_be_late": ("bad", _late),
    "customs_data_missing": (
        "bad",
        _simple("Customs papers of {subject} lack data", "say it, then label anew", why="{why}"),
    ),
    "declaration_needed": (
        "bad",
        _simple(
            "{subject} waits for the declaration of its dangerous goods",
            "make it, then label anew",
            why="{why}",
        ),
    ),
    "danger_not_known": (
        "bad",
        _simple(
            "Too little is known of the dangerous goods in {subject}",
            "import them anew, then label anew",
            why="{why}",
        ),
    ),
    "no_service": ("bad", _simple("No service takes parcel {subject}", why="{why}")),
    "label_bought": ("ok", _bought),
    "label_printed": ("ok", _simple("Label printed")),
    "label_reprinted": ("warn", _simple("Label asked for again")),
    "document_printed": ("ok", _simple("Printed: {document}", "copy {copy}", why="{why}")),
    "document_voided": ("warn", _simple("Voided: {document}", why="{why}")),
    "label_surplus": ("warn", _simple("A second label came out", "throw it away")),
    "sent_to_run_out": ("warn", _run_out),
    "divert_too_late": ("warn", _simple("Divert to {lane} came too late", "goes round again")),
    "misdiverted": ("bad", _simple("Went to {got} instead of {expected}")),
    "parcel_intercepted": ("warn", _simple("Parcel {subject} stopped", "to be put back")),
    "parcel_sorted": ("ok", _simple("Parcel {subject} sorted into {lane}")),
    "parcel_shipped": ("ok", _simple("Parcel {subject} loaded and shipped")),
    "order_shipped": ("ok", _simple("Order complete")),
    "parcel_tracked": ("info", _tracked),
    "label_refused": ("warn", _simple("{carrier} sold no label", why="{why}")),
    "label_from_another": (
        "warn",
        _simple("{carrier} labels instead of {before}", "{service}"),
    ),
    "label_alone": ("info", _simple("{carrier} takes no piece of several", "a label by itself")),
    "ioss_not_told": ("info", _simple("IOSS number not on the papers", why="{why}")),
    "house_label": ("bad", _simple("A label of the house", "{carrier} labels it later")),
    "label_voided": ("info", _simple("Label {tracking} given back", why="{why}")),
    "case_settled": ("info", _simple("Parcel {subject}: {step}", "{ref}", "{reason}")),
    "return_announced": ("info", _simple("Return {subject} announced", why="{reason}")),
    "return_received": ("info", _returned),
}


def tell(fact: Fact) -> Told:
    """The fact as a person reads it."""
    tone, words = _TELL.get(fact.kind, ("info", _simple(plain(fact.kind).capitalize())))
    try:
        title, detail, why = words(fact.subject, fact.data)
    except (KeyError, ValueError):
        title, detail, why = plain(fact.kind).capitalize(), fact.subject, ""
    return Told(
        at_ms=fact.at_ms,
        kind=fact.kind,
        title=title,
        detail=detail,
        why=why,
        tone=tone,
        by=str(fact.data.get("worker") or fact.data.get("by") or ""),
    )
