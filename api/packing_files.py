"""Owns files of orders to pack, JSON or CSV: read with every problem named, written whole.

A problem names the order, the item, the field and the fix. It refuses to plan, and to leave half
a file behind.
"""

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from api.cells import code, whole, yes_or_no
from api.columns import CARTON, SIDE, Column, header_of
from api.csv_rows import ERRORS_MAX, ImportFileError, rows_of
from api.errors import WrongInput
from controller.plan.cartons.packages import Carton, Piece, Problem, Tariff
from controller.plan.channels import Channels, allowed
from controller.plan.methods.boxes import USUAL, Rules

MASS: Final = whole(1, 1_000_000, "grams")
CENTS: Final = whole(0, 1_000_000_000, "cents")
MEASURES: Final = ("length_mm", "width_mm", "height_mm", "mass_g")
_GOODS: Final = (
    Column("length_mm", SIDE, "120", 0),
    Column("width_mm", SIDE, "90", 0),
    Column("height_mm", SIDE, "100", 0),
    Column("mass_g", MASS, "340", 0),
    Column("upright", yes_or_no, "no", False),
    Column("flat", yes_or_no, "no", False),
    Column("fragile", yes_or_no, "no", False),
    Column("hazardous", yes_or_no, "no", False),
    Column("own_carton", yes_or_no, "no", False),
    Column("load_max_g", whole(-1, 1_000_000, "grams"), "-1", -1),
    Column("goods", code, "", ""),
)
HOW: Final = tuple(each.name for each in _GOODS if each.name not in MEASURES)
LINES: Final = (
    Column("order", code, "1001"),
    Column("sku", code, "MUG-RED"),
    Column("qty", whole(1, 100_000, "units"), "2"),
    *_GOODS,
)
ITEMS: Final = (Column("sku", code, "MUG-RED"), *_GOODS)
CARTONS: Final = (
    *CARTON,
    Column("outer_mm3", whole(0, 10**12, "cubic mm"), "10200000", 0),
    Column("flexible", yes_or_no, "no", False),
    Column("stock", whole(-1, 1_000_000, "cartons"), "", -1),
)
TARIFF: Final = (
    Column("base_cents", CENTS, "395", 395),
    Column("per_kg_cents", CENTS, "62", 62),
    Column("divisor_cm3_per_kg", whole(0, 1_000_000), "5000", 5_000),
    Column("step_g", whole(1, 100_000, "grams"), "500", 500),
)

RULES: Final = (
    Column("hazardous_max", whole(0, 1_000_000, "units"), "2", 0),
    Column("void_cents_per_l", whole(0, 100_000, "cents"), "1", 0),
    Column("void_g_per_l", whole(0, 100_000, "grams"), "10", 0),
)

Row = dict[str, Any]
Known = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a warehouse packs in, and by which rules."""

    cartons: tuple[Carton, ...]
    tariff: Tariff
    rules: Rules
    channels: Channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Orders to pack, by name, with what they may be packed in."""

    orders: tuple[tuple[str, tuple[Piece, ...]], ...]
    cartons: tuple[Carton, ...]
    tariff: Tariff
    support_percent: int = 75
    rules: Rules = USUAL
    channels: Channels = ()

    def problems(self) -> Iterator[tuple[str, Problem]]:
        """Each order as the planner is asked."""
        for name, pieces in self.orders:
            there = allowed(self.cartons, self.channels, name)
            problem = self.rules.problem(pieces, there, self.tariff)
            yield name, replace(problem, support_percent=self.support_percent)


@dataclass(slots=True)
class _Reading:
    """One file that is being read, and what is wrong in it."""

    name: str
    found: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, where: str, column: str, value: object, fix: str) -> None:
        if len(self.found) == ERRORS_MAX:
            self.more += 1
            return
        got = f" {str(value)[:60]!r}" if value != "" else ""
        self.found.append(f"{self.name}: {where}, field {column}:{got} {fix}")

    def stop(self) -> None:
        """Raises: WrongInput when anything was found."""
        if self.found:
            rest = (f"and {self.more} more problems",) if self.more else ()
            raise WrongInput(*self.found, *rest)

    def values(self, where: str, columns: Sequence[Column], cells: Mapping[str, Any]) -> Row:
        """A value for each column; what is wrong is added to the problems."""
        names = ", ".join(each.name for each in columns)
        for name in cells:
            if name not in {each.name for each in columns}:
                self.add(where, name, "", f"is no field here; the fields are {names}")
        return {each.name: self._value(where, each, cells.get(each.name, "")) for each in columns}

    def _value(self, where: str, column: Column, cell: Any) -> Any:
        told = {True: "yes", False: "no"}.get(cell, str(cell)) if isinstance(cell, bool) else cell
        if told in ("", None) and not column.required:
            return column.default
        if told in ("", None):
            self.add(where, column.name, "", f"is missing; write one like {column.example}")
            return None
        try:
            return column.read(str(told))
        except ValueError as error:
            self.add(where, column.name, cell, str(error))
            return None


def read_batch(
    path: Path,
    cartons: Path | None = None,
    *,
    items: Known | None = None,
    site: Site | None = None,
) -> Batch:
    """The orders of a file; cartons are those of the file, of a file of their own, or of a site.

    Raises: WrongInput with every problem.
    """
    reading = _Reading(path.name)
    known = dict(items or {})
    boxes, tariff = site.cartons if site else (), _tariff(reading, {})
    rules = site.rules if site else USUAL
    if site:
        tariff = site.tariff
    if path.suffix == ".json":
        content = _json(path)
        lines = list(_json_lines(reading, content))
        for nth, each in enumerate(_rows(reading, content, "items"), 1):
            row = reading.values(f"item {each.get('sku', nth)}", ITEMS, each)
            known[str(row["sku"])] = row
        if "cartons" in content:
            rows = enumerate(_rows(reading, content, "cartons"), 1)
            boxes = _cartons(reading, [(f"carton {c.get('code', n)}", c) for n, c in rows])
        if isinstance(content.get("tariff"), dict):
            tariff = _tariff(reading, content["tariff"])
        if isinstance(content.get("rules"), dict):
            rules = _rules(reading, content["rules"])
    else:
        lines = list(_csv_lines(reading, path))
    if cartons is not None:
        boxes = _cartons_of_file(cartons)
    orders = _orders(reading, lines, known)
    reading.stop()
    if not boxes:
        raise WrongInput(
            "no cartons are given: add --cartons FILE.csv, or --database warehouse.db"
        )
    if not orders:
        raise WrongInput(f"{path.name} has no orders; write at least one")
    channels = site.channels if site else ()
    return Batch(orders=orders, cartons=boxes, tariff=tariff, rules=rules, channels=channels)


def _tariff(reading: _Reading, cells: Mapping[str, Any]) -> Tariff:
    return Tariff(**reading.values("tariff", TARIFF, cells))


def _rules(reading: _Reading, cells: Mapping[str, Any]) -> Rules:
    """How goods are packed; `apart` is a list of pairs of kinds of goods."""
    apart = cells.get("apart", [])
    pairs = apart if isinstance(apart, list) else [apart]
    for pair in pairs:
        if not (isinstance(pair, list) and len(set(map(str, pair))) == 2 == len(pair)):
            reading.add("rules", "apart", pair, 'is no pair; write [["food", "chemicals"]]')
    row = reading.values("rules", RULES, {k: v for k, v in cells.items() if k != "apart"})
    if reading.found:
        return USUAL
    row["hazardous_max"] = row["hazardous_max"] or None
    return Rules(apart=tuple((str(one), str(other)) for one, other in pairs), **row)


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise WrongInput(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise WrongInput(f"{path.name} is not JSON ({error}): correct it there") from error
    if not isinstance(content, dict):
        raise WrongInput(f"{path.name} is a list: write an object with 'orders' and 'cartons'")
    return content


def _rows(
    reading: _Reading, content: Mapping[str, Any], name: str, where: str = "file"
) -> list[Row]:
    rows = content.get(name, [])
    if isinstance(rows, list) and all(isinstance(each, dict) for each in rows):
        return rows
    reading.add(where, name, "", "is no list of objects; write one object for each")
    return []


def _json_lines(reading: _Reading, content: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    for nth, order in enumerate(_rows(reading, content, "orders"), 1):
        name = str(order.get("order", ""))
        lines = _rows(reading, order, "lines", f"order {name or nth}")
        if order.get("lines", []) == []:
            reading.add(f"order {name or nth}", "lines", "", "is empty; write what is ordered")
        for line in lines:
            where = f"order {name or nth}, item {line.get('sku', '?')}"
            yield where, reading.values(where, LINES, {"order": name} | line)


def _csv_lines(reading: _Reading, path: Path) -> Iterator[tuple[str, Row]]:
    for number, cells in rows_of(path, header_of(LINES)):
        where = f"line {number}, order {cells.get('order', '?')}, item {cells.get('sku', '?')}"
        yield where, reading.values(where, LINES, cells)


def _cartons_of_file(path: Path) -> tuple[Carton, ...]:
    reading = _Reading(path.name)
    rows = [
        (f"line {number}, carton {cells.get('code', '?')}", cells)
        for number, cells in rows_of(path, header_of(CARTONS))
    ]
    boxes = _cartons(reading, rows)
    reading.stop()
    if not boxes:
        raise ImportFileError(f"{path.name} has no cartons: write at least one")
    return boxes


def _cartons(reading: _Reading, rows: Sequence[tuple[str, Row]]) -> tuple[Carton, ...]:
    boxes: dict[str, Carton] = {}
    for where, cells in rows:
        row = reading.values(where, CARTONS, cells)
        if row["code"] in boxes:
            reading.add(where, "code", row["code"], "stands twice; name each carton once")
        stock = row.pop("stock")
        limit = stock if stock is not None and stock >= 0 else None
        boxes[str(row["code"])] = Carton(**row, stock=limit)
    return tuple(boxes.values())


def _orders(
    reading: _Reading, lines: Sequence[tuple[str, Row]], known: Known
) -> tuple[tuple[str, tuple[Piece, ...]], ...]:
    """Lines of the same SKU are one piece."""
    orders: dict[str, dict[str, Row]] = {}
    for where, line in lines:
        row = _measured(reading, where, line, known)
        pieces = orders.setdefault(str(row.pop("order")), {})
        before = pieces.setdefault(str(row["sku"]), row)
        if before is not row:
            before["qty"] = (before["qty"] or 0) + (row["qty"] or 0)
    if reading.found:
        return ()
    return tuple((name, tuple(map(_piece, pieces.values()))) for name, pieces in orders.items())


def _piece(row: Row) -> Piece:
    load = row["load_max_g"]
    same = {name: value for name, value in row.items() if name not in ("sku", "load_max_g")}
    return Piece(ref=row["sku"], load_max_g=None if load < 0 else load, **same)


def _measured(reading: _Reading, where: str, line: Row, known: Known) -> Row:
    """A line with the measures of its item where it says none itself."""
    if any(line[name] for name in MEASURES) or line["sku"] not in known:
        for name in MEASURES:
            if line[name] == 0:
                fix = "is missing; write it here, under 'items', or name a --database"
                reading.add(where, name, "", fix)
        return line
    item = known[line["sku"]]
    return line | {name: item[name] for name in (*MEASURES, *HOW)}


def write_whole(path: Path, content: str) -> None:
    """The file with this content, or as it was before. Raises: WrongInput."""
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            dir=path.parent,
            prefix=f".{path.name}.",
            delete=False,
            encoding="utf-8",
            newline="",
        ) as part:
            part.write(content)
        os.replace(part.name, path)
    except OSError as error:
        raise WrongInput(f"{path} cannot be written: {error.strerror or error}") from error


def as_csv(names: Sequence[str], rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
