"""Owns how the file of a rate card becomes rows of text: a workbook, or CSV files in one place.

A workbook (.xlsx), a .zip of CSV files or a folder of them; a sheet is named by its tab, or by its
file. Everything that is wrong is gathered. Refuses formulas, merged cells, and what is too large.
"""

import difflib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
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
UNREADABLE: Final = (RuntimeError, zlib.error, EOFError)  # encrypted, damaged, cut off


Cells = Mapping[str, str | None]  # None: it is told already what is wrong with it
Sheets = Iterator[tuple[str, Iterator[tuple[int, Cells]]]]


@dataclass(slots=True)
class Row:
    """One row of a sheet: its number in the file, a value for each field, and its texts by column.

    Fields in `unread` have a blank for what cannot be read.
    """

    number: int
    values: dict[str, Any]
    cells: Cells
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """One file that is being read: its rows by sheet, and everything that is wrong in it."""

    name: str
    sheets: dict[str, list[Row]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    problems: dict[str, Problems] = field(default_factory=dict)

    @property
    def unread(self) -> frozenset[tuple[str, int, str]]:
        """The cells that cannot be read, as (sheet, row from 0, field)."""
        return frozenset(
            (sheet, nth, name)
            for sheet, rows in self.sheets.items()
            for nth, row in enumerate(rows)
            for name in row.unread
        )

    @property
    def torn(self) -> bool:
        """Whether more is wrong than single cells, so that of the rest nothing can be said."""
        told = sum(len(each.found) + each.more for each in self.problems.values())
        return bool(self.found) or told > len(self.unread)

    def of(self, sheet: str) -> Problems:
        """What is wrong in one sheet."""
        return self.problems.setdefault(sheet, Problems(f"{self.name} sheet {sheet}"))

    def stop(self) -> None:
        """Raises: ImportFileError with all that was found, sheet by sheet, if anything was."""
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
            if name in reading.sheets:
                reading.found.append(f"{reading.name}: the sheet {name} is there twice")
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
    unread: list[str] = []
    for each in sheet.columns:
        cell = cells.get(each.column, "")
        if cell is None:
            values[each.field] = each.blank
            unread.append(each.field)
            continue
        if not cell and each.default is not None:
            values[each.field] = each.default
            continue
        try:
            values[each.field] = each.kind.read(cell)
        except ValueError as error:
            values[each.field] = each.blank
            unread.append(each.field)
            problems.add(number, each.column, cell, str(error))
    return Row(number, values, cells, tuple(unread))


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
                _look(packed, reading)
                yield _workbook(path, reading)
                return
            with TemporaryDirectory(prefix="rate-card-") as folder:
                _unpack(packed, Path(folder), path.name)
                yield _folder(Path(folder))
    except FileNotFoundError as error:
        raise ImportFileError(f"{path} does not exist: check the path") from error
    except zipfile.BadZipFile as error:
        raise ImportFileError(
            f"{path.name} is no workbook: give an .xlsx file, a .zip of CSV files, or a folder"
        ) from error


def _look(packed: zipfile.ZipFile, reading: Reading) -> None:
    """Tells cells that are merged or spanned, and refuses what would become far more cells in
    memory than the file is large.

    Raises: ImportFileError.
    """
    titles = _titles(packed)
    cells, name = 0, ""

    def start(kind: str, attributes: dict[str, str]) -> None:
        nonlocal cells
        ref = attributes.get("ref", "")
        cells += kind in ("c", "row")
        if kind == "mergeCell":
            fix = f"the cells {ref} are merged; unmerge them and fill each"
        elif kind in ("hyperlink", "comment") and ":" in ref:
            fix = f"a {kind} spans the cells {ref}; remove it"
        else:
            fix = ""
        if fix and name in SHEETS:
            reading.of(name).add(_line(ref), "", "", fix)
        elif fix:
            reading.found.append(f"{reading.name}: {fix}")
        cells += _size(ref) if fix else 0
        if cells > CELLS_MAX:
            reading.found.append(f"{reading.name} has too many cells: delete empty ones")
            reading.stop()

    for part in packed.namelist():
        name = titles.get(part, "")
        _parse(packed, part, start)


def _titles(packed: zipfile.ZipFile) -> dict[str, str]:
    """The name of the sheet that each part of a workbook holds."""
    names: dict[str, str] = {}
    parts: dict[str, str] = {}

    def start(kind: str, attributes: dict[str, str]) -> None:
        if kind == "sheet":
            link = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            names[link] = attributes.get("name", "").strip().lower()
        elif kind == "Relationship":
            parts[attributes.get("Id", "")] = attributes.get("Target", "")

    for part in (WORKBOOK, "xl/_rels/workbook.xml.rels"):
        _parse(packed, part, start)
    return {f"xl/{parts.get(k, '').lstrip('/').removeprefix('xl/')}": v for k, v in names.items()}


def _parse(
    packed: zipfile.ZipFile, part: str, start: Callable[[str, dict[str, str]], None]
) -> None:
    """Each element with its attributes; what cannot be read is told when the book is opened."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, has: start(tag.rpartition(":")[2], has)
    with suppress(KeyError, expat.ExpatError, *UNREADABLE), packed.open(part) as content:
        parser.ParseFile(content)


def _line(ref: str) -> int:
    digits = "".join(filter(str.isdigit, ref.partition(":")[0]))
    return int(digits[:7] or "0")


def _size(ref: str) -> int:
    """How many cells a range such as A1:C9 has; what is no range counts as a whole book."""
    from openpyxl.utils.cell import range_boundaries

    try:
        left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(ref))
    except ValueError:
        return CELLS_MAX
    return (right - left + 1) * (bottom - top + 1) if left and top else CELLS_MAX


def _unpack(packed: zipfile.ZipFile, folder: Path, archive: str) -> None:
    """The CSV files, by their bare names: a path inside the archive leads nowhere.

    Raises: ImportFileError.
    """
    for each in packed.infolist():
        name = Path(each.filename).name
        if not name.lower().endswith(".csv"):
            continue
        if (folder / name).exists():
            raise ImportFileError(f"{archive}: there are two files {name}; leave one out")
        try:
            (folder / name).write_bytes(packed.read(each))
        except UNREADABLE as error:
            raise ImportFileError(
                f"{archive}: {name} cannot be unpacked ({error}): pack it without a password"
            ) from error


def _folder(folder: Path) -> Sheets:
    for path in sorted(each for each in folder.iterdir() if each.suffix.lower() == ".csv"):
        name = path.stem.lower()
        yield name, rows_of(path, SHEETS[name].header) if name in SHEETS else iter(())


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
