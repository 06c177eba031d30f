"""Order lines of a shop, one CSV line per order line, as the Online Retail II data set has them.

Owns the reading of lines into orders, cancellations and returns. It refuses, by reason and line
number, every line that is no sale of goods; and the file, when its header does not fit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from controller.messages import OrderLine, PlaceOrder
from simulation.orders.addresses import Addresses
from simulation.orders.cells import (
    Columns,
    columns_of,
    is_cancellation,
    line_of,
    quantity_of,
)
from simulation.orders.countries import country_code
from simulation.orders.days import Days
from simulation.orders.report import (
    Goods,
    InputReport,
    OrderFile,
    OrderFileError,
    Tally,
)
from simulation.orders.rows import Row, Rows
from simulation.orders.sold import Line, Match, matches
from simulation.orders.taken_back import Takings
from simulation.timed import Timed, by_time

NAMES_FILE = "online_retail_ii_items.csv.gz"


@dataclass(slots=True)
class _Picked:
    """The rows of a file by when they are: in the chosen days, before them, or undated."""

    chosen: list[Row] = field(default_factory=list)
    earlier: list[Row] = field(default_factory=list)
    undated: list[Row] = field(default_factory=list)
    dates: list[date] = field(default_factory=list)


@dataclass(slots=True)
class _Sorted:
    """The good lines of the chosen days, and the count of the others."""

    tally: Tally = field(default_factory=Tally)
    orders: dict[str, list[Line]] = field(default_factory=dict)
    cancellations: list[Line] = field(default_factory=list)
    sale_orders: set[str] = field(default_factory=set)
    sale_lines: int = 0
    sale_units: int = 0


def read_lines(
    path: Path, days: Days, columns: Mapping[str, str] | None = None, shop: str = "web"
) -> OrderFile:
    """What the lines of these days ask for.

    Earlier lines are read too, since a cancellation takes back a sale of any day before.

    Raises: OrderFileError when the file is broken, lacks a column or has no line on these days.
    """
    rows = Rows(path)
    where = columns_of(rows, columns or {})
    picked = _picked(rows, where, days)
    if not picked.chosen:
        raise OrderFileError(_no_lines(path, days, picked.dates))
    found = _sorted(picked, where)
    placed = {line.number: line for lines in found.orders.values() for line in lines}
    taken_back = _without_guesses(picked, found, _matched(found, placed, picked.earlier, where))
    takings = Takings(shop=shop, placed=placed)
    return OrderFile(
        day_start_ms=days.start_ms,
        days=days.count,
        orders=by_time(_orders(found.orders, shop)),
        cancellations=by_time(takings.cancellations(taken_back)),
        returns=by_time(takings.returns(taken_back)),
        goods=_goods(path, (*placed.values(), *found.cancellations)),
        report=_report(f"{path.name} {days}", picked, found),
    )


def _picked(rows: Rows, where: Columns, days: Days) -> _Picked:
    picked = _Picked()
    by_day: dict[str, list[Row] | None] = {}
    ts = where.ts
    for row in rows:
        cells = row[1]
        day = cells[ts][:10] if ts < len(cells) else ""
        if day not in by_day:
            by_day[day] = _home(picked, day, days)
        home = by_day[day]
        if home is not None:
            home.append(row)
    return picked


def _home(picked: _Picked, day: str, days: Days) -> list[Row] | None:
    """The list for the rows of a day; rows after the chosen days have none."""
    try:
        at = date.fromisoformat(day)
    except ValueError:
        return picked.undated
    picked.dates.append(at)
    if at > days.last:
        return None
    return picked.earlier if at < days.first else picked.chosen


def _no_lines(path: Path, days: Days, dates: list[date]) -> str:
    if not dates:
        return f"{path} has no line with a readable date: write times like 2009-12-14T08:34"
    return (
        f"{path} has no lines on {days}: it covers {min(dates)}..{max(dates)}; "
        "choose a day on which the shop was open"
    )


def _sorted(picked: _Picked, where: Columns) -> _Sorted:
    found = _Sorted()
    for number, row in picked.undated:
        short = len(row) < where.width
        found.tally.refuse("missing_column" if short else "bad_timestamp", number, row)
    for number, row in picked.chosen:
        _count_sale(found, row, where)
        line = line_of(number, row, where)
        if isinstance(line, str):
            found.tally.refuse(line, number, row)
        elif line.qty < 0:
            found.cancellations.append(line)
        else:
            found.orders.setdefault(line.invoice, []).append(line)
    for lines in found.orders.values():
        lines.sort(key=lambda each: each.by_time)
        lines[:] = [replace(line, position=nth) for nth, line in enumerate(lines, 1)]
    return found


def _count_sale(found: _Sorted, row: list[str], where: Columns) -> None:
    qty = quantity_of(row, where) if len(row) >= where.width else None
    if qty and qty > 0 and not is_cancellation(row[where.invoice].strip()):
        found.sale_orders.add(row[where.invoice].strip())
        found.sale_lines += 1
        found.sale_units += qty


def _matched(
    found: _Sorted, placed: Mapping[int, Line], earlier: list[Row], where: Columns
) -> list[Match]:
    """Matches of the chosen days; earlier cancellations have used up their sales before."""
    customers = {each.customer for each in found.cancellations} - {""}
    before = list(_lines_of(customers, earlier, where))
    chosen = {each.number: each for each in found.cancellations}
    taken_back = matches(
        sales=[*(line for line in before if line.qty > 0), *placed.values()],
        cancellations=[*(line for line in before if line.qty < 0), *chosen.values()],
    )
    return [each for each in taken_back if each.cancellation.number in chosen]


def _lines_of(customers: set[str], rows: Iterable[Row], where: Columns) -> Iterator[Line]:
    """The good lines of these customers."""
    column = where.customer
    for number, row in rows:
        if len(row) > column and row[column].strip() in customers:
            line = line_of(number, row, where)
            if isinstance(line, Line):
                yield line


def _without_guesses(picked: _Picked, found: _Sorted, taken_back: list[Match]) -> list[Match]:
    """Refuse negative quantities of plain invoices for which no sale was found."""
    kept = [each for each in taken_back if each.sale or is_cancellation(each.cancellation.invoice)]
    used = {each.cancellation.number for each in kept}
    texts = dict(picked.chosen)
    for line in found.cancellations:
        if line.number not in used:
            found.tally.refuse("negative_without_sale", line.number, texts[line.number])
    found.cancellations[:] = [line for line in found.cancellations if line.number in used]
    return kept


def _orders(orders: Mapping[str, list[Line]], shop: str) -> Iterator[Timed]:
    addresses = Addresses()
    for number, lines in orders.items():
        country = country_code(lines[0].country)
        postcode, recipient = addresses.of(lines[0].customer or number, country)
        yield Timed(
            at_ms=lines[0].at_ms,
            command=PlaceOrder(
                id=f"{shop}/{number}/0",
                actor=shop,
                shop=shop,
                number=number,
                country=country,
                postcode=postcode,
                recipient=recipient,
                lines=tuple(
                    OrderLine(
                        line=line.position,
                        sku=line.sku,
                        qty=line.qty,
                        price_cents=line.price_cents,
                    )
                    for line in lines
                ),
            ),
        )


def _goods(path: Path, lines: Iterable[Line]) -> tuple[Goods, ...]:
    """The SKUs with the names that the items file beside the order file gives them."""
    beside = path.with_name(NAMES_FILE)
    names: dict[str, str] = {}
    if beside.exists():
        for _, row in Rows(beside):
            names.setdefault(row[0].strip().upper(), " ".join(row[-1].split()))
    skus = sorted({line.sku for line in lines})
    return tuple(Goods(sku=sku, name=names.get(sku, "")) for sku in skus)


def _report(source: str, picked: _Picked, found: _Sorted) -> InputReport:
    lines = [line for lines in found.orders.values() for line in lines]
    return InputReport(
        source=source,
        read=len(picked.chosen) + len(picked.undated),
        used=len(lines) + len(found.cancellations),
        refused=found.tally.refusals(),
        sale_orders=len(found.sale_orders),
        sale_lines=found.sale_lines,
        sale_units=found.sale_units,
        used_orders=len(found.orders),
        used_lines=len(lines),
        used_units=sum(line.qty for line in lines),
    )
