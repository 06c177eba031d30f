"""Owns the layout section of a site file: points, ways and places in it or in CSV files beside it.

Every problem of the section and its files is told at once, with file, line or row, field and fix.
A file without points and ways is the rectangle of its `[site]` figures.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from api.columns import FLOOR
from api.csv_rows import ImportFileError
from api.lines import read_lines
from controller.messages import (
    Command,
    Depot,
    FloorLayout,
    ImportPlaces,
    Obstacle,
    Place,
    Point,
    SetUpLayout,
    Way,
    to_json,
)
from controller.plan.graphs.faults import faults, unknown
from controller.plan.graphs.graph import lengths_mm

T = TypeVar("T")
ACTOR: Final = "site-file"
KEYS: Final = ("points", "ways", "places", "depots", "obstacles", "walking_mm_s")
_SHAPES: Final[Mapping[str, type[Any]]] = {
    "points": Point,
    "ways": Way,
    "places": Place,
    "depots": Depot,
    "obstacles": Obstacle,
}
_IN_FILES: Final = ("points", "ways", "places")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`layout` is None where the file gives no ways; `places` those of its places file."""

    layout: FloorLayout | None = None
    places: tuple[Place, ...] = ()


@dataclass(slots=True)
class _Table:
    """Rows with where each stands, for a person who has to mend it."""

    rows: list[Any] = field(default_factory=list)
    at: list[str] = field(default_factory=list)


class Reader:
    """Reads one section; `problems` is empty where all is well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problems: list[str] = []

    def read(self, section: Any) -> Section:
        if not isinstance(section, dict):
            self.problems.append(f"{self._path}: [layout] is a table: write [layout]")
            return Section()
        for key in section:
            if key not in KEYS:
                fix = unknown(key, dict.fromkeys(KEYS), "key of this table")
                self.problems.append(f"{self._path}: [layout] {key} {fix}")
        tables = {name: self._table(name, section.get(name, [])) for name in _IN_FILES}
        spots = {place.name: place for place in tables["places"].rows}
        for name in ("depots", "obstacles"):
            tables[name] = self._table(name, _on_ways(section.get(name, []), spots))
        pace = section.get("walking_mm_s", 1_200)
        if not isinstance(pace, int):
            self.problems.append(f"{self._path}: [layout] walking_mm_s is no whole number")
            pace = 1_200
        given = any(tables[name].rows for name in ("points", "ways", "depots"))
        if tables["obstacles"].rows and not given:
            self.problems.append(
                f"{self._path}: [layout] obstacles lie on ways: give points, ways and depots too"
            )
        layout = self._layout(tables, pace) if given and not self.problems else None
        places = tuple(tables["places"].rows)
        if layout is not None:
            self._check_places(layout, tables["places"])
        return Section(layout=layout, places=places)

    def _layout(self, tables: Mapping[str, _Table], pace: int) -> FloorLayout:
        layout = FloorLayout(
            points=tuple(tables["points"].rows),
            ways=tuple(tables["ways"].rows),
            depots=tuple(tables["depots"].rows),
            obstacles=tuple(tables["obstacles"].rows),
            walking_mm_s=pace,
        )
        for fault in faults(layout):
            rows = tables.get(fault.table)
            at = rows.at[fault.nth] if rows else f"{self._path}: [layout]"
            what = f"{fault.field} {fault.got!r}" if fault.got else fault.field
            joint = " " if fault.fix.startswith("is ") else ": "
            self.problems.append(f"{at} {what}{joint}{fault.fix}")
        return layout

    def _check_places(self, layout: FloorLayout, places: _Table) -> None:
        if self.problems:
            return
        lengths = lengths_mm(layout)
        for place, at in zip(places.rows, places.at, strict=True):
            length = lengths.get(place.way)
            if length is None:
                fix = unknown(place.way, lengths, "way")
                self.problems.append(f"{at} way {place.way!r} {fix}")
            elif place.y_mm > length:
                self.problems.append(
                    f"{at} y_mm {place.y_mm}: way {place.way} is {length} mm long; write 0 to "
                    f"{length}"
                )

    def _table(self, name: str, given: Any) -> _Table:
        if isinstance(given, str) and name in _IN_FILES:
            return self._from_file(name, self._path.parent / given)
        if not isinstance(given, list):
            also = " or the name of a CSV file" if name in _IN_FILES else ""
            self.problems.append(
                f"{self._path}: [layout] {name} is a list of tables: write [[layout.{name}]]{also}"
            )
            return _Table()
        table = _Table()
        for nth, row in enumerate(given, 1):
            at = f"{self._path}: [[layout.{name}]] number {nth}:"
            made = self._row(_SHAPES[name], row, at)
            if made is not None:
                table.rows.append(made)
                table.at.append(at)
        return table

    def _row(self, shape: type[T], row: Any, at: str) -> T | None:
        if not isinstance(row, dict):
            self.problems.append(f"{at} is a table, like {{ name = ... }}")
            return None
        known = {each.name: each for each in fields(shape)}  # type: ignore[arg-type]
        for key in row:
            if key not in known:
                self.problems.append(f"{at} {key} {unknown(key, known, 'key of this table')}")
        try:
            return msgspec.convert(row, shape)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at `$")
            key = where.strip("`.")
            self.problems.append(f"{at} {key} is wrong: {what[:1].lower()}{what[1:]}")
            return None

    def _from_file(self, name: str, path: Path) -> _Table:
        try:
            lines = read_lines(name, path, FLOOR)
        except ImportFileError as error:
            self.problems += error.problems
            return _Table()
        return _Table(
            rows=[_SHAPES[name](**line.values) for line in lines],
            at=[f"{path.name} line {line.number}," for line in lines],
        )


def _on_ways(rows: Any, places: Mapping[str, Place]) -> Any:
    """An obstacle may name a place of the places file: it stands in front of it."""
    if not isinstance(rows, list):
        return rows
    return [
        {"way": found.way, "y_mm": found.y_mm}
        if isinstance(row, dict)
        and isinstance(row.get("place"), str)
        and (found := places.get(row["place"]))
        else row
        for row in rows
    ]


def commands(section: Section) -> Iterator[Command[Any]]:
    """What sets the floor up, with ids that say what is in them."""
    if section.layout is not None:
        yield SetUpLayout(id=_id("layout", section.layout), actor=ACTOR, layout=section.layout)
    if section.places:
        yield ImportPlaces(id=_id("places", section.places), actor=ACTOR, places=section.places)


def _id(kind: str, content: Any) -> str:
    return f"{ACTOR}/{kind}/{hashlib.sha256(to_json(content)).hexdigest()[:24]}"
