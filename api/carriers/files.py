"""Owns the carrier that exchanges files: consignments out, news in, numbers from its range.

A folder that some SFTP program keeps in step with the carrier's server is all it needs. A file
appears under its name when it is whole; what was read goes to `done`, what could not be read to
`failed`, with the reason beside it. It refuses to announce a parcel whose label does not count.
"""

import csv
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from api.carriers.adapter import Adapter, Declined, Label, Tracked, Unavailable
from api.carriers.statuses import Statuses
from api.carriers.templates import at_ms, facts, fill
from controller.barcodes.check_digits import check_digit
from controller.core import Controller
from controller.errors import ControllerError
from controller.messages import TakeNumber, TrackingReport
from controller.views.consignments import Announcement, Consignment

BYTES_MAX: Final = 20 << 20
FILES_MAX: Final = 100  # at a time
CHECKS: Final = ("none", "mod10", "mod11")
WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)  # of the eight digits of a postal number


class Numbers(Struct, frozen=True, forbid_unknown_fields=True):
    """A range that the carrier gave us; `check` is the digit behind the number.

    Source: mod10 as GS1 reckons, mod11 as UPU S10 does for eight digits.
    """

    first: int
    last: int
    digits: int = 8
    prefix: str = ""
    suffix: str = ""
    check: str = "none"

    def text(self, number: int) -> str:
        digits = f"{number:0{self.digits}d}"
        return f"{self.prefix}{digits}{_check(digits, self.check)}{self.suffix}"


def _check(digits: str, kind: str) -> str:
    if kind == "mod10":
        return str(check_digit(digits))
    if kind == "mod11":
        weighed = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True))
        return str({10: 0, 11: 5}.get(11 - weighed % 11, 11 - weighed % 11))
    return ""


class Exchange(Struct, frozen=True, forbid_unknown_fields=True):
    """`columns` are those of a consignment file, with placeholders; `news` names those of theirs:
    tracking, status, at, and place and words where they have them.
    """

    out: str
    read: str
    numbers: Numbers
    columns: dict[str, str]
    news: dict[str, str]
    separator: str = ";"


@dataclass(slots=True, kw_only=True)
class Files(Adapter):
    exchange: Exchange
    folder: Path  # what paths are relative to
    statuses: Statuses
    controller: Controller | None = None
    _read: list[Path] = field(default_factory=list)  # whose news were told, not yet put away

    def open(self, controller: Controller) -> None:
        self.controller = controller

    def check(self) -> str:
        for path in (self._out, self._in):
            if not os.access(path, os.R_OK | os.W_OK):
                raise Unavailable(
                    "folder", f"{path} is no folder that can be written", unclear=False
                )
        return "both folders can be written"

    @property
    def _out(self) -> Path:
        return self.folder / self.exchange.out

    @property
    def _in(self) -> Path:
        return self.folder / self.exchange.read

    def buy(self, consignment: Consignment) -> Label:
        """The next number of the range; the same reference gets the same one."""
        assert self.controller is not None, "an adapter is opened before it is asked"
        numbers = self.exchange.numbers
        try:
            taken = self.controller.handle(
                TakeNumber(
                    id=f"carrier-number/{self.name}/{consignment.reference}",
                    actor=self.name,
                    carrier=self.name,
                    first=numbers.first,
                    last=numbers.last,
                )
            )
        except ControllerError as error:
            raise Declined(error.code, str(error)) from error
        return Label(tracking=numbers.text(taken.number), cost_cents=0)

    def add(self, consignment: Consignment) -> Label:
        """Which pieces go together the file of the departure says."""
        return replace(self.buy(consignment), master=consignment.master)

    def void(self, reference: str, tracking: str) -> None:
        """The carrier has never heard of a parcel that was in no departure."""

    def void_all(self, reference: str, master: str) -> None:
        """Nor of a shipment."""

    def manifest(self, announcement: Announcement) -> str:
        """The consignments of a departure as one file; written again it is the same file."""
        name = f"{self.name}-{announcement.departure}.csv"
        rows = io.StringIO()
        writer = csv.writer(rows, delimiter=self.exchange.separator, lineterminator="\r\n")
        writer.writerow(self.exchange.columns)
        shared = facts(announcement)
        try:
            for each in announcement.parcels:
                writer.writerow(fill([*self.exchange.columns.values()], shared | facts(each)))
        except KeyError as hole:
            raise Declined("template", f"columns name {hole}, which is not known") from hole
        _write(self._out / name, rows.getvalue().encode())
        return name

    def track(self, numbers: tuple[str, ...]) -> tuple[Tracked, ...]:
        """What new files say, whichever parcels they are about."""
        self._put_away()
        found: dict[str, list[TrackingReport]] = {}
        read: list[Path] = []
        try:
            paths = sorted(p for p in self._in.iterdir() if p.suffix.lower() == ".csv")
        except OSError as error:
            raise Unavailable("folder", f"{self._in}: {error.strerror}", unclear=False) from error
        for path in paths[:FILES_MAX]:
            try:
                told = list(self._news(path))
            except (ValueError, csv.Error, OSError) as error:
                self._fail(path, str(error))
                continue
            for tracking, report in told:
                found.setdefault(tracking, []).append(report)
            read.append(path)
        self._read = read
        return tuple(Tracked(tracking=n, reports=tuple(each)) for n, each in found.items())

    def _news(self, path: Path) -> Iterator[tuple[str, TrackingReport]]:
        """Raises: ValueError naming the row, or the column, that cannot be read."""
        if path.stat().st_size > BYTES_MAX:
            raise ValueError(f"it has more than {BYTES_MAX} bytes")
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=self.exchange.separator)
        names = self.exchange.news
        missing = [name for name in names.values() if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"it has no column {missing[0]}")
        for row in reader:
            yield self._row(row, names, reader.line_num)

    def _row(
        self, row: Mapping[str, Any], names: Mapping[str, str], line: int
    ) -> tuple[str, TrackingReport]:
        said = {word: str(row.get(name) or "").strip() for word, name in names.items()}
        try:
            report = self.statuses.report(
                code=said["status"],
                at_ms=at_ms(int(said["at"]) if said["at"].isdecimal() else said["at"]),
                place=said.get("place", ""),
                words=said.get("words", ""),
            )
        except ValueError as error:
            raise ValueError(f"line {line}: {error}") from error
        if not said["tracking"]:
            raise ValueError(f"line {line}: {names['tracking']} is empty")
        return said["tracking"], report

    def _put_away(self) -> None:
        """Files whose news the books have: the question after is asked when these are kept."""
        for path in self._read:
            _move(path, self._in / "done")
        self._read.clear()

    def _fail(self, path: Path, why: str) -> None:
        _move(path, self._in / "failed")
        _write(self._in / "failed" / f"{path.name}.reason.txt", f"{why}\n".encode())


def _move(path: Path, folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
        path.replace(folder / path.name)
    except OSError as error:
        raise Unavailable("folder", f"{folder}: {error.strerror}", unclear=False) from error


def _write(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise Unavailable("folder", f"{path.parent}: {error.strerror}", unclear=False) from error
