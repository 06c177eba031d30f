"""Owns reading a CSV file of a stranger: plain or gzip, any usual separator, with or without BOM.

It refuses what is too large, not UTF-8, not CSV, or has another header than the one that is
asked for. A cell is text and nothing else: a formula is never carried out.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from api.errors import WrongInput

BYTES_MAX = 50_000_000
ERRORS_MAX = 20
GZIP_MAGIC = b"\x1f\x8b"
SEPARATORS = ",;\t|"


class ImportFileError(WrongInput):
    """What is wrong in a file; each problem names the line, the column, the value and the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns that a file must have, and those that it may have."""

    required: Sequence[str]
    optional: Sequence[str]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


@dataclass(slots=True)
class Problems:
    """Gathers what is wrong in one file, so that all of it can be mended at once."""

    name: str
    found: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, line: int, column: str, value: str, fix: str) -> None:
        if len(self.found) == ERRORS_MAX:
            self.more += 1
            return
        cell = f", column {column}: {value[:60]!r}" if column else ":"
        self.found.append(f"{self.name} line {line}{cell} {fix}")

    def stop(self) -> None:
        """Raises: ImportFileError when anything was found."""
        if self.found:
            rest = (f"and {self.more} more problems",) if self.more else ()
            raise ImportFileError(*self.found, *rest)


def rows_of(path: Path, header: Header) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines as (line number, {column: cell}); empty lines are left out.

    Raises: ImportFileError.
    """
    text = _text(path)
    head = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=head.count), strict=True
    )
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        check_header(path.name, names, header)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _named(path, reader.line_num, names, cells)
    except csv.Error as error:
        raise ImportFileError(
            f"{path.name} line {reader.line_num}: {error}; put this text in double quotes and "
            "write quotes inside it twice"
        ) from error


def _text(path: Path) -> str:
    raw = _bytes(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ImportFileError(
            f"{path.name} line {line}: the byte {raw[error.start]:#04x} is not UTF-8; save the "
            "file as CSV UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ImportFileError(f"{path.name} line {line}: a NUL character; save the file as text")
    return text


def _bytes(path: Path) -> bytes:
    """The content, unpacked; never more than the limit is read, packed or not."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP_MAGIC
            file.seek(0)
            return _limited(path, gzip.GzipFile(fileobj=file) if packed else file)
    except FileNotFoundError as error:
        raise ImportFileError(f"{path} does not exist: check the path") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportFileError(f"{path} is a broken gzip file ({error}): copy it again") from error
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror or error}") from error


def _limited(path: Path, file: BinaryIO | gzip.GzipFile) -> bytes:
    raw = file.read(BYTES_MAX + 1)
    if len(raw) > BYTES_MAX:
        raise ImportFileError(
            f"{path} is larger than {BYTES_MAX // 10**6} MB unpacked: split it into several files"
        )
    return raw


def check_header(file: str, names: list[str], header: Header) -> None:
    """Raises: ImportFileError naming every column that is unknown, twice there, or missing."""
    problems = Problems(file)
    known = ", ".join(header.names)
    if not any(names):
        raise ImportFileError(f"{file} line 1: no header; write {known}")
    for name in names:
        if name not in header.names:
            problems.add(1, name, name, f"is no column here; the columns are {known}")
        elif names.count(name) > 1:
            problems.add(1, name, name, "stands in the header twice; keep one")
    for name in header.required:
        if name not in names:
            problems.add(1, "", "", f"the column {name} is missing; the columns are {known}")
    problems.stop()


def _named(path: Path, line: int, names: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(names):
        raise ImportFileError(
            f"{path.name} line {line}: {len(cells)} cells, the header has {len(names)}; complete "
            "the line, or put text that contains the separator in double quotes"
        )
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
