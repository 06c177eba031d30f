"""The tables of the Brazilian marketplace Olist: orders, items, products and customers.

Owns the reading of the first N orders by time of purchase, all laid on one day by their time of
day. It refuses orders that never became work, and says which and why.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from controller.messages import OrderLine, PlaceOrder
from controller.units import DAY
from simulation.orders.addresses import Addresses
from simulation.orders.days import time_ms
from simulation.orders.report import (
    Goods,
    InputReport,
    OrderFile,
    OrderFileError,
    Tally,
)
from simulation.orders.rows import Rows
from simulation.timed import Timed, by_time

COUNTRY = "BR"
NEVER_WORK = {"canceled": "order_canceled", "unavailable": "order_unavailable"}
ORDERS = ("order_id", "customer_id", "order_status", "order_purchase_timestamp")
ITEMS = ("order_id", "product_id", "price")
CUSTOMERS = ("customer_id", "customer_unique_id", "customer_zip_code_prefix")
PRODUCTS = (
    "product_id",
    "product_category_name",
    "product_length_cm",
    "product_width_cm",
    "product_height_cm",
    "product_weight_g",
)

Cells = list[str]
Numbered = tuple[int, Cells]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    """Items by order, products and customers by their id, each with the columns named above."""

    items: Mapping[str, list[Numbered]]
    products: Mapping[str, Cells]
    customers: Mapping[str, Cells]


def read_olist(path: Path, orders_per_day: int, day_start_ms: int | None = None) -> OrderFile:
    """The first orders of the tables in the folder of `path` as one day (default: of the first).

    Raises: OrderFileError when a table is missing or broken, or holds too few orders.
    """
    orders = sorted(_table(path, "orders", ORDERS), key=lambda row: (row[1][3], row[1][0]))
    tables = _tables(path)
    tally = Tally()
    taken: list[Cells] = []
    for number, row in orders:
        if len(taken) == orders_per_day:
            break
        reason = _reason(row, tables)
        if reason:
            tally.refuse(reason, number, row)
        else:
            taken.append(row)
    if not taken or len(taken) < orders_per_day:
        raise OrderFileError(
            f"{path.parent} holds {len(taken)} usable orders, {orders_per_day} are asked for: "
            f"choose 1 to {len(taken)} orders per day"
        )
    start_ms = day_start_ms
    if start_ms is None:
        start_ms = (time_ms(taken[0][3]) or 0) // DAY * DAY
    placed = by_time(_orders(taken, tables, start_ms))
    goods = _goods(placed, tables.products)
    return OrderFile(
        day_start_ms=start_ms,
        days=1,
        orders=placed,
        cancellations=(),
        returns=(),
        goods=goods,
        report=replace(_report(path, taken, tables, tally), notes=_notes(goods)),
    )


def _tables(path: Path) -> _Tables:
    items: dict[str, list[Numbered]] = defaultdict(list)
    for number, row in _table(path, "order_items", ITEMS):
        items[row[0]].append((number, row))
    return _Tables(
        items=items,
        products={row[0]: row for _, row in _table(path, "products", PRODUCTS)},
        customers={row[0]: row for _, row in _table(path, "customers", CUSTOMERS)},
    )


def _table(path: Path, name: str, columns: Sequence[str]) -> Iterator[Numbered]:
    """The lines of one table, cut to these columns."""
    rows = Rows(_file(path, name))
    where = [rows.column(column, f"the {name} table") for column in columns]
    for number, row in rows:
        if len(row) <= max(where):
            raise OrderFileError(
                f"{rows.path} line {number}: {len(row)} columns, the header has "
                f"{len(rows.header)}; complete or remove the line"
            )
        yield number, [row[index] for index in where]


def _file(path: Path, name: str) -> Path:
    prefix = path.name.partition("_")[0]
    found = sorted(path.parent.glob(f"{prefix}_{name}.csv*"))
    if not found:
        raise OrderFileError(
            f"{path.parent} has no file {prefix}_{name}.csv or .csv.gz: put the tables orders, "
            "order_items, products and customers into one folder"
        )
    return found[0]


def _reason(row: Cells, tables: _Tables) -> str:
    """Why an order is no work, or "" when it is."""
    if row[2] in NEVER_WORK:
        return NEVER_WORK[row[2]]
    items = tables.items.get(row[0])
    if not items:
        return "order_without_items"
    if any(cells[1] not in tables.products for _, cells in items):
        return "bad_product"
    if any(_cents(cells[2]) is None for _, cells in items):
        return "unreadable_price"
    return "" if time_ms(row[3]) is not None else "bad_timestamp"


def _orders(taken: list[Cells], tables: _Tables, start_ms: int) -> Iterator[Timed]:
    addresses = Addresses()
    for number, customer_id, _, bought in taken:
        _, customer, zip_code = tables.customers.get(customer_id, ["", customer_id, ""])
        yield Timed(
            at_ms=start_ms + (time_ms(bought) or 0) % DAY,
            command=PlaceOrder(
                id=f"olist/{number}/0",
                actor="olist",
                shop="olist",
                number=number,
                country=COUNTRY,
                postcode=zip_code.zfill(5),
                recipient=addresses.of(customer, COUNTRY)[1],
                lines=_lines(tables.items[number]),
            ),
        )


def _lines(items: list[Numbered]) -> tuple[OrderLine, ...]:
    """One line per product and price; the file has one row per unit."""
    units: dict[tuple[str, int], int] = defaultdict(int)
    for _, (_, product, price) in items:
        units[product, _cents(price) or 0] += 1
    return tuple(
        OrderLine(line=nth, sku=product, qty=qty, price_cents=price_cents)
        for nth, ((product, price_cents), qty) in enumerate(units.items(), 1)
    )


def _cents(text: str) -> int | None:
    try:
        cents = round(float(text) * 100)
    except (ValueError, OverflowError):
        return None
    return cents if cents >= 0 else None


def _goods(placed: Sequence[Timed], products: Mapping[str, Cells]) -> tuple[Goods, ...]:
    skus = {
        line.sku
        for each in placed
        if isinstance(each.command, PlaceOrder)
        for line in each.command.lines
    }
    return tuple(_measured(products[sku]) for sku in sorted(skus))


def _measured(row: Cells) -> Goods:
    sku, name, *measures = row
    length_mm, width_mm, height_mm = (round(10 * _number(text)) for text in measures[:3])
    return Goods(
        sku=sku,
        name=name.replace("_", " "),
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        mass_g=round(_number(measures[3])),
    )


def _number(text: str) -> float:
    """The number, or 0 for unknown: the catalogue draws what a file does not know."""
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number < 1e9 else 0.0


def _report(path: Path, taken: list[Cells], tables: _Tables, tally: Tally) -> InputReport:
    units = sum(len(tables.items[row[0]]) for row in taken)
    lines = sum(len(_lines(tables.items[row[0]])) for row in taken)
    return InputReport(
        source=f"{path.parent.name}/{path.name}, {len(taken)} orders by time of purchase",
        read=len(taken) + tally.counts.total(),
        used=len(taken),
        refused=tally.refusals(),
        sale_orders=len(taken),
        sale_lines=lines,
        sale_units=units,
        used_orders=len(taken),
        used_lines=lines,
        used_units=units,
    )


def _notes(goods: Sequence[Goods]) -> tuple[str, ...]:
    unknown = sum(not (each.length_mm and each.mass_g) for each in goods)
    return (
        "lines read, used and refused are lines of the orders table",
        *((f"{unknown} products without measures, drawn from the seed",) if unknown else ()),
    )
