"""Owns rate cards as files to take away: a workbook, or CSV files in a .zip, for an import again.

Postcodes are text cells, so that leading zeros stay. Refuses to write formulas.
"""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from api.rate_cards.sheets import SHEETS
from controller.errors import NotFound
from controller.messages import Holiday, RateCard, ShippingService
from controller.store import Db
from controller.workflows.carriers import tariffs

Table = list[list[str]]
WORKBOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STAMP: Final = (2000, 1, 1, 0, 0, 0)


def tables(
    card: RateCard,
    services: Sequence[ShippingService] = (),
    holidays: Sequence[Holiday] = (),
    *,
    empty: bool = False,
) -> dict[str, Table]:
    """The rows of each sheet under its header; `empty` sheets, too, where they are wanted."""
    rows: dict[str, Sequence[Any]] = {"card": (card,), "services": services, "holidays": holidays}
    found: dict[str, Table] = {}
    for name, sheet in SHEETS.items():
        of = rows.get(name, getattr(card, name, ()))
        if of or empty:
            head = [each.column for each in sheet.columns]
            found[name] = [head, *([_cell(each, row) for each in sheet.columns] for row in of)]
    return found


def _cell(column: Any, row: Any) -> str:
    value = getattr(row, column.field)
    if column.default is not None and value == column.default and column.kind.show(value) != "no":
        return ""
    shown: str = column.kind.show(value)
    return shown


def kept(db: Db, code: str) -> dict[str, Table]:
    """The sheets of a card as it was imported. Raises: NotFound."""
    card = next((each for each in tariffs.cards(db) if each.code == code), None)
    if card is None:
        there = ", ".join(each.code for each in tariffs.cards(db)) or "none"
        raise NotFound("unknown_rate_card", card=code, fix=f"there are: {there}")
    if card.currency == tariffs.book(db).origin.currency:
        card = replace(card, exchange_ppm=0)
    services = [each for each in tariffs.services(db) if each.carrier == card.carrier]
    return tables(card, services, tariffs.holidays(db))


def workbook(sheets: dict[str, Table]) -> bytes:
    """An .xlsx with a tab for each sheet; every cell is text."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        tab = book.create_sheet(name)
        tab.freeze_panes = "A2"
        for row in rows:
            tab.append(row)
        for nth, column in enumerate(tab.columns):
            for cell in column:
                cell.number_format, cell.data_type = "@", "s" if cell.value else cell.data_type
            column[0].font = Font(bold=True)
            widest = max(len(row[nth]) for row in rows)
            tab.column_dimensions[column[0].column_letter].width = max(8, min(40, widest + 2))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def packed(sheets: dict[str, Table]) -> bytes:
    """A .zip with a CSV file for each sheet; equal for equal sheets."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in sheets.items():
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(rows)
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", _STAMP), text.getvalue())
    return content.getvalue()
