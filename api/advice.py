"""Owns what goes into advice about shipping prices and what is told of it, in files and answers.

It refuses to hide what the advice rests on.
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from api.cells import code, whole
from api.columns import Column
from api.csv_rows import Problems
from api.lines import Line, read_lines
from controller.plan.rates.advising import Price, Threshold
from controller.workflows.carriers.advising import Advised, Sold

COSTS: Final = (
    Column("sku", code, "MUG-RED"),
    Column("cost_cents", whole(0, 1_000_000_000, "cents"), "310"),
)


def read_costs(path: Path) -> dict[str, int]:
    """What a unit of each SKU costs the shop. Raises: ImportFileError."""
    lines = read_lines("costs", path, {"costs": COSTS})
    problems = Problems(path.name)
    found: dict[str, int] = {}
    for line in lines:
        if found.setdefault(line["sku"], line["cost_cents"]) != line["cost_cents"]:
            problems.add(line.number, "sku", line["sku"], "has another cost above; keep one")
    problems.stop()
    return found


def read_orders(path: Path) -> list[Sold]:
    """Orders of a file as an import takes them. Raises: ImportFileError."""
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in read_lines("orders", path):
        grouped.setdefault((line["shop"], line["order"]), []).append(line)
    return [
        Sold(
            order="/".join(key),
            owner="",
            country=lines[0]["country"],
            postcode=lines[0]["postcode"],
            lines=tuple(_merged(lines)),
        )
        for key, lines in grouped.items()
    ]


def _merged(lines: list[Line]) -> Iterator[tuple[str, int, int]]:
    units: dict[str, tuple[int, int]] = {}
    for line in lines:
        qty, cents = units.get(line["sku"], (0, 0))
        units[line["sku"]] = (qty + line["qty"], cents + line["qty"] * line["price_cents"])
    return ((sku, qty, cents) for sku, (qty, cents) in units.items())


def as_fields(advised: Advised, margin_percent: int) -> dict[str, Any]:
    advice = advised.advice
    return {
        "currency": advised.currency,
        "orders": advice.orders,
        "margin_cents": advice.margin_cents,
        "prices": [asdict(each) for each in advice.prices],
        "thresholds": [asdict(each) for each in advice.thresholds],
        "left_out": dict(advised.left_out),
        "assumed": list(assumed(advised, margin_percent)),
    }


def assumed(advised: Advised, margin_percent: int) -> Iterator[str]:
    """What the figures rest on, in sentences."""
    yield (
        f"{advised.advice.orders} orders, each packed and priced by itself as it would be now, by "
        "the cheapest service."
    )
    if advised.without_cost:
        yield (
            f"{advised.without_cost} SKUs have no cost: {margin_percent}% of their price is taken "
            "as margin."
        )
    for why, orders in sorted(advised.left_out.items()):
        yield f"{orders} orders are left out: {why}."
    yield (
        "What buyers do about a threshold is not foretold: MORE ORDERS is how many more orders "
        "like those that ship free make it pay for itself, FILLED UP how many of the baskets from "
        "three quarters of it on would have to be filled up to it; - is: that alone never does."
    )


def table(advised: Advised) -> Iterator[str]:
    """The advice as lines of text."""
    yield f"{'ZONE':<14}{'UP TO':>9}{'ORDERS':>8}{'MEAN':>9}{'9 OF 10':>9}{'CHARGE':>9}"
    yield from map(_price, advised.advice.prices)
    yield ""
    yield (
        f"{'FREE FROM':>9}{'ORDERS':>9}{'MARGIN':>13}{'EFFECT':>12}"
        f"{'MORE ORDERS':>13}{'FILLED UP':>11}"
    )
    yield f"{'never':>9}{'0%':>9}{_money(advised.advice.margin_cents):>13}{'0.00':>12}"
    yield from map(_threshold, advised.advice.thresholds)


def _price(each: Price) -> str:
    most = f"{each.mass_to_g / 1_000:g} kg" if each.mass_to_g else "above"
    costs = f"{_money(each.mean_cents):>9}{_money(each.ninth_cents):>9}"
    return f"{each.zone:<14}{most:>9}{each.orders:>8}{costs}{_money(each.price_cents):>9}"


def _threshold(each: Threshold) -> str:
    more, filled = (
        "-" if percent < 0 else f"{percent}%"
        for percent in (each.more_orders_percent, each.filled_percent)
    )
    money = f"{_money(each.margin_cents):>13}{_money(each.effect_cents):>12}"
    return f"{_money(each.from_cents):>9}{each.free_percent:>8}%{money}{more:>13}{filled:>11}"


def _money(cents: int) -> str:
    return f"{'-' * (cents < 0)}{abs(cents) // 100}.{abs(cents) % 100:02}"
