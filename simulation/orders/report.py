"""Owns what reading an order file gives: orders, cancellations, returns, and an honest report.

Every line read is either used or refused with a reason; nothing disappears.
"""

from collections import Counter
from dataclasses import dataclass, field

from simulation.timed import Timed

EXAMPLES_MAX = 5
REASONS = {
    "zero_price": "price 0 and not a sale: a stock adjustment or a gift",
    "not_goods": "postage, fee, sample, test or voucher: nothing to pick",
    "bad_quantity": "quantity is not a whole number from 1 to 1,000,000 (or -1,000,000 to -1)",
    "positive_cancellation": "a cancellation needs a negative quantity",
    "negative_without_sale": "negative quantity, but no earlier sale of it to this customer",
    "bad_timestamp": "time is not like 2009-12-14T08:34 or 2009-12-14 08:34:00",
    "missing_column": "the line has fewer columns than the header, or no invoice or SKU",
    "unreadable_price": "price is not a number of 0 or more, like 2.55",
    "order_canceled": "the order was cancelled before the file was written",
    "order_unavailable": "the goods of the order were unavailable",
    "order_without_items": "the order has no line in the items file",
    "bad_product": "the product is not in the products file",
}


class OrderFileError(ValueError):
    """The file as a whole cannot be read: names the file, the line, the column and the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What a file tells about a SKU; measures of 0 are unknown."""

    sku: str
    name: str = ""
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    mass_g: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Lines refused for one reason, with the first few as (line number, text)."""

    reason: str
    lines: int
    examples: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputReport:
    """`sale_*` count the lines of positive quantity as they stand in the file, `used_*` what
    became orders."""

    source: str
    read: int
    used: int
    refused: tuple[Refusal, ...] = ()
    sale_orders: int = 0
    sale_lines: int = 0
    sale_units: int = 0
    used_orders: int = 0
    used_lines: int = 0
    used_units: int = 0
    notes: tuple[str, ...] = ()

    def as_fields(self) -> dict[str, object]:
        """The report as plain data for JSON, every refusal with its explanation."""
        return {
            "source": self.source,
            "read": self.read,
            "used": self.used,
            "refused": {each.reason: each.lines for each in self.refused},
            "examples": {
                each.reason: {"why": REASONS[each.reason], "lines": list(each.examples)}
                for each in self.refused
            },
            "sales": _counts(self.sale_orders, self.sale_lines, self.sale_units),
            "orders": _counts(self.used_orders, self.used_lines, self.used_units),
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """What a file asks of the warehouse; each part is sorted by time."""

    day_start_ms: int
    days: int
    orders: tuple[Timed, ...]
    cancellations: tuple[Timed, ...]
    returns: tuple[Timed, ...]
    goods: tuple[Goods, ...]
    report: InputReport


@dataclass(slots=True)
class Tally:
    """Counts refused lines while a file is read."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def refuse(self, reason: str, line: int, row: list[str]) -> None:
        self.counts[reason] += 1
        first = self.examples.setdefault(reason, [])
        if len(first) < EXAMPLES_MAX:
            first.append((line, ",".join(row)[:200]))

    def refusals(self) -> tuple[Refusal, ...]:
        return tuple(
            Refusal(reason=reason, lines=lines, examples=tuple(self.examples[reason]))
            for reason, lines in sorted(self.counts.items())
        )


def _counts(orders: int, lines: int, units: int) -> dict[str, int]:
    return {"orders": orders, "lines": lines, "units": units}
