"""Owns the lines of an imported file: a value for each column, and what must hold between lines.

Everything that is wrong is gathered and told at once, by line and column. It refuses more lines
than one command may have where strangers send the file: nobody else writes meanwhile.
"""

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from api.columns import COLUMNS, Column, header_of
from api.csv_rows import ImportFileError, Problems, rows_of
from controller.messages import Command, to_json

ACTOR = "import"
LINES_MAX: Final[Mapping[str, int]] = {"node-stock": 5_000}  # of kinds that partners send


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number, and a value for each column."""

    number: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


def read_lines(
    kind: str, path: Path, kinds: Mapping[str, Sequence[Column]] = COLUMNS
) -> list[Line]:
    """The lines of a file with a value for each column. Raises: ImportFileError."""
    problems, columns, most = Problems(path.name), kinds[kind], LINES_MAX.get(kind)
    rows = rows_of(path, header_of(columns))
    lines = [
        Line(number, {each.name: _value(each, cells, number, problems) for each in columns})
        for number, cells in islice(rows, most)
    ]
    if next(rows, None) is not None:
        problems.add(lines[-1].number + 1, "", "", f"is one too many; send {most} lines at a time")
    problems.stop()
    if not lines:
        raise ImportFileError(f"{path.name} has no line under its header: add the {kind}")
    return lines


def _value(column: Any, cells: Mapping[str, str], number: int, problems: Problems) -> Any:
    cell = cells.get(column.name, "")
    if not cell and not column.required:
        return column.default
    try:
        return column.read(cell)
    except ValueError as error:
        problems.add(number, column.name, cell, str(error))
        return None


def once(lines: Sequence[Line], key: Sequence[str], problems: Problems) -> None:
    """No two lines have the same key."""
    seen: dict[tuple[Any, ...], int] = {}
    for line in lines:
        first = seen.setdefault(tuple(line[name] for name in key), line.number)
        if first != line.number:
            fix = f"stands in line {first} already; keep one of the two lines"
            problems.add(line.number, key[0], line[key[0]], fix)


def known(
    lines: Sequence[Line], column: str, there: Set[str], kind: str, problems: Problems
) -> None:
    """A column names only what is there already."""
    for line in lines:
        if line[column] not in there:
            problems.add(line.number, column, line[column], f"is unknown; import {kind} first")


def named(kind: str, command: Command[Any]) -> Command[Any]:
    """The command under an id that says what is in it: the same again changes nothing."""
    digest = hashlib.sha256(to_json(command)).hexdigest()[:24]
    return replace(command, id=f"{ACTOR}/{kind}/{digest}", actor=ACTOR)
