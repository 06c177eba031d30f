"""Owns the cells of one order line: which column is what, and when a line is no sale of goods."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from simulation.orders.days import time_ms
from simulation.orders.report import OrderFileError
from simulation.orders.rows import Rows
from simulation.orders.sold import Line

COLUMNS = {  # what each is called in a header and in --map
    "invoice": ("invoice",),
    "sku": ("sku",),
    "qty": ("qty",),
    "ts": ("ts",),
    "price": ("price", "price_gbp"),  # the latter in public files of order lines
    "customer": ("customer",),
    "country": ("country",),
}
OPTIONAL = ("price", "customer", "country")
NONE = -1
QTY_MAX = 1_000_000
WHOLE = re.compile(r"[+-]?[0-9]+(\.0+)?")
CANCELLED = "C"
FEES = frozenset(
    (
        *("POST", "DOT", "C2", "C3"),  # postage and carriage
        *("BANKCHARGES", "AMAZONFEE", "CRUK", "D", "B"),  # fees, gifts, discounts, bad debt
        *("ADJUST", "ADJUST2", "M"),  # corrections by hand
        *("S", "GIFT"),  # samples, vouchers
    )
)
FEE_STARTS = ("TEST", "GIFT_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The index of each column; `NONE` for an optional one that the file lacks."""

    invoice: int
    sku: int
    qty: int
    ts: int
    price: int
    customer: int
    country: int

    @property
    def width(self) -> int:
        return 1 + max(self.invoice, self.sku, self.qty, self.ts, self.price)


def columns_of(rows: Rows, mapped: Mapping[str, str]) -> Columns:
    """Find the columns, as mapped or else by name. Raises: OrderFileError for one that lacks."""
    found = {name: _index(rows, name, mapped.get(name)) for name in COLUMNS}
    by_column: dict[int, str] = {}
    for name, index in found.items():
        if index != NONE and by_column.setdefault(index, name) != name:
            raise OrderFileError(
                f"--map gives the column {rows.header[index]!r} to both {by_column[index]} and "
                f"{name}: map each to its own column"
            )
    return Columns(**found)


def _index(rows: Rows, name: str, mapped: str | None) -> int:
    called = COLUMNS[name] if mapped is None else (mapped,)
    column = next((each for each in called if each in rows.header), None)
    if column is None and mapped is None and name in OPTIONAL:
        return NONE
    return rows.column(column or called[0], name, f"Say which column it is: --map {name}=NAME")


def quantity_of(row: list[str], columns: Columns) -> int | None:
    """The quantity of a line, or None when it is not a sensible whole number."""
    text = row[columns.qty].strip()
    if not WHOLE.fullmatch(text):
        return None
    qty = int(text.partition(".")[0])
    return qty if 0 < abs(qty) <= QTY_MAX else None


def is_cancellation(invoice: str) -> bool:
    """Invoices like C491727 take back earlier ones."""
    return invoice[:1].upper() == CANCELLED and invoice[1:].isdigit()


def line_of(number: int, row: list[str], columns: Columns) -> Line | str:
    """The line, or the reason for its refusal (see report.REASONS)."""
    if len(row) < columns.width:
        return "missing_column"
    invoice, sku = row[columns.invoice].strip(), row[columns.sku].strip().upper()
    if not invoice or not sku:
        return "missing_column"
    at_ms, qty = time_ms(row[columns.ts]), quantity_of(row, columns)
    price = _cell(row, columns.price)
    price_cents = _price_cents(price)
    if at_ms is None:
        return "bad_timestamp"
    if qty is None:
        return "bad_quantity"
    if _is_fee(sku):
        return "not_goods"
    if price_cents is None:
        return "unreadable_price"
    if price_cents == 0 and price:
        return "zero_price"
    if qty > 0 and is_cancellation(invoice):
        return "positive_cancellation"
    return Line(
        number=number,
        invoice=invoice,
        sku=sku,
        qty=qty,
        at_ms=at_ms,
        price_cents=price_cents,
        customer=_cell(row, columns.customer),
        country=_cell(row, columns.country),
    )


def _is_fee(sku: str) -> bool:
    return sku.replace(" ", "") in FEES or sku.startswith(FEE_STARTS)


def _cell(row: list[str], index: int) -> str:
    return row[index].strip() if 0 <= index < len(row) else ""


def _price_cents(text: str) -> int | None:
    """0 where the file tells none."""
    if not text:
        return 0
    try:
        cents = Decimal(text) * 100
    except InvalidOperation:
        return None
    if not cents.is_finite() or cents < 0:
        return None
    # A price below half a cent is still a sale.
    return int(cents.to_integral_value(ROUND_HALF_UP)) or int(cents > 0)
