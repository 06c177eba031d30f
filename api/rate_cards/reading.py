"""Owns how the file of a rate card becomes rows of text: a workbook, or CSV files in one place.

A workbook (.xlsx), a .zip of CSV files or a folder of them; a sheet is named by its tab, or by its
file. Everything that is wrong is gathered. Refuses formulas, merged cells, and what is too large.
"""

import difflib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from xml.parsers import expat

from api.csv_rows import BYTES_MAX, ImportFileError, Problems, check_header, rows_of
from api.rate_cards.sheets import SHEETS, Sheet

WORKBOOK: Final = "xl/workbook.xml"
CELLS_MAX: Final = 2_000_000


Cells = Mapping[str, str | None]  # None: it is told already what is wrong with it
Sheets = Iterator[tuple[str, Iterator[tuple[int, Cells]]]]


@dataclass(slots=True)
class Row:
    """One row of a sheet: its number in the file, and a value for each field."""

    number: int
    values: dict[str, Any]


@dataclass(slots=True)
class Reading:
    """One file that is being read: its rows by sheet, and everything that is wrong in it."""

    name: str
    sheets: dict[str, list[Row]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    problems: dict[str, Problems] = field(default_factory=dict)

    def of(self, sheet: str) -> Problems:
        """What is wrong in one sheet."""
        return self.problems.setdefault(sheet, Problems(f"{self.name} sheet {sheet}"))

    def stop(self) -> None:
        """Raises: ImportFileError when anything was found."""
        told = [*self.found]
        for each in self.problems.values():
            told += each.found
            told += [f"{each.name}: and {each.more} more problems"] if each.more else []
        if told:
            raise ImportFileError(*told)


def read(path: Path) -> Reading:
    """The sheets of a file. Raises: ImportFileError when it is no such file at all."""
    reading = Reading(path.name)
    with _rows(path, reading) as sheets:
        for name, rows in sheets:
            if name not in SHEETS:
                near = difflib.get_close_matches(name, list(SHEETS), 1)
                fix = f"did you mean {near[0]}?" if near else f"there are {', '.join(SHEETS)}"
                reading.found.append(f"{reading.name}: the sheet {name} is unknown; {fix}")
                continue
            try:
                reading.sheets[name] = [
                    _read(number, cells, SHEETS[name], reading.of(name)) for number, cells in rows
                ]
            except ImportFileError as error:
                reading.found += error.problems
    for name, sheet in SHEETS.items():
        if sheet.needed and not reading.sheets.get(name) and not reading.found:
            reading.found.append(f"{reading.name}: the sheet {name} is missing or empty; add rows")
    if len(reading.sheets.get("card", ())) > 1:
        reading.of("card").add(3, "", "", "is a second card; write one file for each")
    return reading


def _read(number: int, cells: Cells, sheet: Sheet, problems: Problems) -> Row:
    values: dict[str, Any] = {}
    for each in sheet.columns:
        cell = cells.get(each.column, "")
        if cell is None:
            continue
        if not cell and each.default is not None:
            values[each.field] = each.default
            continue
        try:
            values[each.field] = each.kind.read(cell)
        except ValueError as error:
            problems.add(number, each.column, cell, str(error))
    return Row(number, values)


@contextmanager
def _rows(path: Path, reading: Reading) -> Iterator[Sheets]:
    if path.is_dir():
        yield _folder(path)
        return
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > BYTES_MAX:
                size = BYTES_MAX // 10**6
                raise ImportFileError(f"{path.name} is larger than {size} MB unpacked: split it")
            if WORKBOOK in packed.namelist():
                _look(packed, path.name)
                yield _workbook(path, reading)
                return
            with TemporaryDirectory(prefix="rate-card-") as folder:
                _unpack(packed, Path(folder))
                yield _folder(Path(folder))
    except FileNotFoundError as error:
        raise ImportFileError(f"{path} does not exist: check the path") from error
    except zipfile.BadZipFile as error:
        raise ImportFileError(
            f"{path.name} is no workbook: give an .xlsx file, a .zip of CSV files, or a folder"
        ) from error


def _look(packed: zipfile.ZipFile, name: str) -> None:
    """Refuses what would become far more cells in memory than the file is large.

    Raises: ImportFileError.
    """
    cells = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal cells
        kind, ref = tag.rpartition(":")[2], attributes.get("ref", "")
        cells += kind in ("c", "row")
        if kind == "mergeCell":
            raise ImportFileError(
                f"{name}: the cells {ref} are merged; unmerge them and fill each"
            )
        if kind in ("hyperlink", "comment") and ":" in ref:
            raise ImportFileError(f"{name}: a {kind} spans the cells {ref}; remove it")
        if cells > CELLS_MAX:
            raise ImportFileError(f"{name} has too many cells: delete empty ones")

    for each in packed.infolist():
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        with suppress(expat.ExpatError, RuntimeError, zlib.error), packed.open(each) as part:
            parser.ParseFile(part)


def _unpack(packed: zipfile.ZipFile, folder: Path) -> None:
    """The CSV files, by their bare names: a path inside the archive leads nowhere."""
    for each in packed.infolist():
        name = Path(each.filename).name
        if name.lower().endswith(".csv"):
            (folder / name).write_bytes(packed.read(each))


def _folder(folder: Path) -> Sheets:
    for path in sorted(folder.glob("*.csv")):
        header = SHEETS[path.stem].header if path.stem in SHEETS else None
        yield path.stem, rows_of(path, header) if header else iter(())


def _workbook(path: Path, reading: Reading) -> Sheets:
    from openpyxl import load_workbook

    try:
        with path.open("rb") as file:
            book = load_workbook(file, keep_links=False)
    except Exception as error:  # a broken workbook fails in as many ways as there are parsers
        told = f"{path.name} is a broken workbook ({error}): save it again"
        raise ImportFileError(told) from error
    for tab in book.worksheets:
        name = tab.title.strip().lower()
        if tab.max_row * tab.max_column > CELLS_MAX:
            raise ImportFileError(
                f"{path.name} sheet {name} has too many cells: delete empty ones"
            )
        yield name, _tab(tab, name, reading) if name in SHEETS else iter(())


def _tab(tab: Any, name: str, reading: Reading) -> Iterator[tuple[int, Cells]]:
    problems = reading.of(name)
    rows = tab.iter_rows()
    names = [_text(cell).strip().lower() for cell in next(rows, ())]
    while names and not names[-1]:
        names.pop()
    check_header(f"{reading.name} sheet {name}", names, SHEETS[name].header)
    literal = {each.column for each in SHEETS[name].columns if each.kind.literal}
    for row in rows:
        found: dict[str, str | None] = {}
        for column, cell in zip(names, row, strict=False):
            found[column] = _text(cell).strip()
            fix = _doubtful(cell, column in literal)
            if fix:
                problems.add(cell.row, column, str(cell.value), fix)
                found[column] = None
        if any(cell.value is not None for cell in row):
            yield row[0].row, found


def _doubtful(cell: Any, literal: bool) -> str:
    """Why a cell is not what it seems, or ""."""
    if cell.data_type == "f":
        return "is a formula; paste its value instead"
    if cell.data_type == "e":
        return "is an error of the workbook; write a value"
    if literal and isinstance(cell.value, int | float):
        return "is a number; make the cell text, so that leading zeros stay"
    return ""


def _text(cell: Any) -> str:
    """What a cell shows, without the rounding of its format."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() | date():
            return value.strftime("%Y-%m-%d")
        case float() | int():
            number = Decimal(repr(round(value, 9))) * (
                100 if "%" in (cell.number_format or "") else 1
            )
            return _plain(number)
    return str(value)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
