"""Owns opening a CSV file, plain or gzip, and finding its columns. Refuses broken files."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from simulation.orders.report import OrderFileError

Row = tuple[int, list[str]]

GZIP_MAGIC = b"\x1f\x8b"
DELIMITERS = ",;\t|"


class Rows:
    """The lines of one file under its header; iterating gives (line number, values)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows = _rows(path)
        _, header = next(self._rows, (0, []))
        self.header = [name.strip() for name in header]
        if not any(self.header):
            raise OrderFileError(f"{path} is empty: give a CSV file with a header line")

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def column(self, name: str, meaning: str, fix: str = "") -> int:
        """The index of a column. Raises: OrderFileError naming the columns that exist."""
        if name in self.header:
            return self.header.index(name)
        has = ", ".join(self.header)
        raise OrderFileError(
            f"{self.path} line 1: no column {name!r} for {meaning}; the header has {has}. "
            f"{fix or 'Give a file with this column'}"
        )


def _rows(path: Path) -> Iterator[Row]:
    line = 0
    try:
        with _opened(path) as text:
            reader = csv.reader(text, delimiter=_delimiter(text))
            for row in reader:
                line = reader.line_num
                if row:
                    yield line, row
    except FileNotFoundError as error:
        raise OrderFileError(f"{path} does not exist: check the path") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise OrderFileError(
            f"{path} is a broken gzip file after line {line} ({error}): copy it again, whole"
        ) from error
    except UnicodeDecodeError as error:
        raise OrderFileError(
            f"{path} after line {line}: byte {error.object[error.start]:#04x} is not UTF-8; "
            "save the file as UTF-8"
        ) from error
    except csv.Error as error:
        raise OrderFileError(f"{path} line {line + 1}: {error}; quote this field") from error
    except OSError as error:
        raise OrderFileError(f"{path} cannot be read: {error.strerror or error}") from error


def _opened(path: Path) -> TextIO:
    with path.open("rb") as raw:
        zipped = raw.read(2) == GZIP_MAGIC
    if not zipped and path.suffix == ".gz":
        raise OrderFileError(f"{path} is not a gzip file: unzip it, or drop .gz from its name")
    if zipped:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _delimiter(text: TextIO) -> str:
    header = text.readline()
    text.seek(0)
    return max(DELIMITERS, key=header.count)


def column_map(text: str, known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The map `invoice=order_no,sku=article`; each column may be told by any of its names.

    Raises: OrderFileError naming the part that is wrong and the names that may be mapped.
    """
    names = {each: name for name, called in known.items() for each in called}
    mapped = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, equals, column = (each.strip() for each in part.partition("="))
        if not equals or not column or name not in names:
            raise OrderFileError(
                f"--map {part!r}: write name=column with one of the names {', '.join(names)}"
            )
        mapped[names[name]] = column
    return mapped
