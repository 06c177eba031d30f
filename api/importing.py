"""Owns the import of items, places, cartons, stock and orders from CSV files.

All lines are checked first, against each other and against what the warehouse knows; then the
whole file goes through the one door, or nothing. Quantities are never taken twice: the same file
again changes nothing, unless `again` is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from api import node_files, van_files
from api.csv_rows import ImportFileError, Problems
from api.lines import ACTOR, Line, known, named, once, read_lines
from controller import barcodes, journal
from controller.core import Controller
from controller.errors import ControllerError
from controller.messages import (
    CartonRule,
    CartonType,
    Command,
    Contract,
    CountNodes,
    ImportCartonRules,
    ImportCartons,
    ImportItems,
    ImportPlaces,
    ImportStock,
    Item,
    NodeCounted,
    OrderLine,
    Place,
    PlaceOrder,
    Preference,
    Recipient,
    SetUpContracts,
    SetUpPreferences,
    SetUpSite,
    SiteSettings,
    StockLine,
)
from controller.plan.dangers import goods as dangers
from controller.store import Db
from controller.views import names

ORDER_LINES_MAX = 5_000
BLOCK_MIN_MM = 1_000
_RECIPIENT = ("name", "street", "city", "phone", "email")
_NAMED = ("sku", "place", "new", "carton", "node")  # of an error
_KEYS = ("sku", "name", "place", "code", "node")  # of a line
_OF_THE_ORDER = ("country", "postcode", "priority", "arrive_by", "service", *_RECIPIENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did; `repeated` of its commands had been carried out before."""

    kind: str
    lines: int
    commands: int
    repeated: int
    notes: tuple[str, ...] = ()

    def as_fields(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "lines": self.lines,
            "commands": self.commands,
            "repeated": self.repeated,
            "notes": list(self.notes),
        }


def import_file(controller: Controller, kind: str, path: Path, *, again: bool = False) -> Imported:
    """Imports a file whole.

    Raises: ImportFileError with every problem and its line; then nothing was imported.
    """
    lines = read_lines(kind, path)
    problems = Problems(path.name)
    with controller.reading() as db:
        commands = _BUILD[kind](db, lines, problems)
        problems.stop()
        commands = [_sendable(db, each, again) for each in commands]
        repeated = sum(journal.find(db, each.id) is not None for each in commands)
        site = names.site_is_set_up(db)
    if not site and kind == "places":
        controller.handle(_plain_site(lines))
    notes = []
    for answer in controller.handle_all(commands):
        if isinstance(answer, NodeCounted):
            notes.append(node_files.told(answer))
        if isinstance(answer, ControllerError):
            raise ImportFileError(_told(path, answer, lines)) from answer
        if isinstance(answer, BaseException):
            raise answer
    return Imported(
        kind=kind,
        lines=len(lines),
        commands=len(commands),
        repeated=repeated,
        notes=(*notes, *_notes(site, kind, repeated)),
    )


# --- what becomes of the lines ---------------------------------------------------------------


def _items(_db: Db, lines: Sequence[Line], problems: Problems) -> list[Command[Any]]:
    once(lines, ("sku",), problems)
    taken: dict[str, Line] = {}
    for line in lines:
        for raw, _ in line["barcodes"]:
            first = taken.setdefault(barcodes.read(raw).code, line)
            if first["sku"] != line["sku"]:
                fix = f"is the barcode of {first['sku']} in line {first.number} too; keep one"
                problems.add(line.number, "barcodes", raw, fix)
    items = tuple(Item(**line.values) for line in lines)
    for line, item in zip(lines, items, strict=True):
        wrong = dangers.fault(dangers.of(item))
        if wrong is not None:
            field, got, fix = wrong
            problems.add(line.number, field, str(got), f"cannot be; write {fix}")
    return [named("items", ImportItems(id="", items=items))]


def _places(_db: Db, lines: Sequence[Line], problems: Problems) -> list[Command[Any]]:
    once(lines, ("name",), problems)
    places = tuple(Place(**line.values) for line in lines)
    return [named("places", ImportPlaces(id="", places=places))]


def _cartons(_db: Db, lines: Sequence[Line], problems: Problems) -> list[Command[Any]]:
    once(lines, ("code",), problems)
    for line in lines:
        for side in ("length_mm", "width_mm", "height_mm"):
            if 0 < line[f"outer_{side}"] < line[side]:
                fix = f"is less than the {line[side]} mm inside; measure both"
                problems.add(line.number, f"outer_{side}", str(line[f"outer_{side}"]), fix)
    cartons = tuple(CartonType(**line.values) for line in lines)
    return [named("cartons", ImportCartons(id="", cartons=cartons))]


def _carton_rules(db: Db, lines: Sequence[Line], problems: Problems) -> list[Command[Any]]:
    once(lines, ("kind", "name"), problems)
    cartons = names.cartons(db)
    for line in lines:
        for wrong in [each for each in line["cartons"] if each not in cartons]:
            there = ", ".join(sorted(cartons)) or "none yet; import cartons first"
            problems.add(line.number, "cartons", wrong, f"is no carton; there are {there}")
    rules = tuple(CartonRule(**line.values) for line in lines)
    return [named("carton-rules", ImportCartonRules(id="", rules=rules))]


def _stock(db: Db, lines: Sequence[Line], problems: Problems) -> list[Command[Any]]:
    once(lines, ("sku", "place", "lot", "owner", "status"), problems)
    known(lines, "sku", names.skus(db) | names.cartons(db), "items", problems)
    elsewhere = names.nodes(db)
    for line in [each for each in lines if each["place"] in elsewhere]:
        fix = "is a node, not a place here; import node-stock counts it"
        problems.add(line.number, "place", line["place"], fix)
    known(lines, "place", names.places(db) | elsewhere, "places", problems)
    stock = tuple(
        StockLine(
            **{
                ("expiry_ms" if name == "expiry" else name): value
                for name, value in line.values.items()
            }
        )
        for line in lines
    )
    return [named("stock", ImportStock(id="", lines=stock))]


def _contracts(db: Db, lines: Sequence[Line], problems: Problems) -> list[Command[Any]]:
    """The file has all contracts: one that is not in it has ended."""
    once(lines, ("carrier",), problems)
    known(lines, "carrier", names.services(db), "services of the site", problems)
    contracts = tuple(Contract(**line.values) for line in lines)
    return [named("contracts", SetUpContracts(id="", contracts=contracts))]


def _preferences(db: Db, lines: Sequence[Line], problems: Problems) -> list[Command[Any]]:
    """The file has all preferences: one that is not in it is over."""
    once(lines, ("name", "shop"), problems)
    known(lines, "name", names.services(db), "services of the site", problems)
    preferences = tuple(Preference(**line.values) for line in lines)
    return [named("preferences", SetUpPreferences(id="", preferences=preferences))]


def _orders(db: Db, lines: Sequence[Line], problems: Problems) -> list[Command[Any]]:
    known(lines, "sku", names.skus(db), "items", problems)
    if not names.site_is_set_up(db):
        problems.add(1, "", "", "the warehouse has no places yet; import places first")
    paid_for = names.services(db) | {""}
    known(lines, "service", paid_for, "services of the site", problems)
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        grouped.setdefault((line["shop"], line["order"]), []).append(line)
    existing = names.orders(db)
    commands: list[Command[Any]] = []
    for (shop, number), group in grouped.items():
        revision = existing.get(f"{shop}/{number}")
        command = _order(group, revision or 0, problems)
        if revision is not None:
            _same_as_before(db, command, group[0], problems)
        commands.append(command)
    return commands


def _order(group: Sequence[Line], revision: int, problems: Problems) -> PlaceOrder:
    first = group[0]
    if len(group) > ORDER_LINES_MAX:
        fix = f"has {len(group)} lines; split it into orders of at most {ORDER_LINES_MAX}"
        problems.add(first.number, "order", first["order"], fix)
    for line in group[1:]:
        for column in _OF_THE_ORDER:
            if line[column] != first[column]:
                fix = f"differs from line {first.number} of the same order; write the same"
                problems.add(line.number, column, str(line[column]), fix)
    return PlaceOrder(
        id=f"{first['shop']}/{first['order']}/{revision}",
        actor=first["shop"],
        shop=first["shop"],
        number=first["order"],
        revision=revision,
        country=first["country"],
        postcode=first["postcode"],
        priority=first["priority"],
        arrive_by_ms=first["arrive_by"],
        service=first["service"],
        recipient=Recipient(**{name: first[name] for name in _RECIPIENT}),
        lines=tuple(
            OrderLine(line=nth, sku=line["sku"], qty=line["qty"], price_cents=line["price_cents"])
            for nth, line in enumerate(group, 1)
        ),
    )


def _same_as_before(db: Db, command: PlaceOrder, line: Line, problems: Problems) -> None:
    """An order that exists may only be sent again as it was."""
    earlier = journal.find(db, command.id)
    if earlier is None or earlier.content != journal.filed(db, command).content:
        fix = "exists already with another content; give this order a new number"
        problems.add(line.number, "order", command.number, fix)


def _sendable(db: Db, command: Command[Any], again: bool) -> Command[Any]:
    """The command under an id that is not used up: an earlier refusal must not be the answer."""
    earlier, seq = journal.find(db, command.id), journal.head(db)[0]
    if earlier is None:
        return command
    if isinstance(command, CountNodes):
        return replace(command, id=f"{command.id}/{seq}")  # what lies there now
    if not isinstance(command, PlaceOrder):
        return replace(command, id=f"{command.id}/{seq}") if again or earlier.refused else command
    if not earlier.refused:
        return command
    return replace(command, id=f"{command.shop}/{command.number}/{seq}", revision=seq)


_BUILD: Mapping[str, Callable[[Db, Sequence[Line], Problems], list[Command[Any]]]] = (
    MappingProxyType(
        {
            "items": _items,
            "places": _places,
            "cartons": _cartons,
            "carton-rules": _carton_rules,
            "contracts": _contracts,
            "preferences": _preferences,
            "stock": _stock,
            "orders": _orders,
            "nodes": node_files.nodes,
            "node-stock": node_files.stock,
            "postcodes": van_files.postcodes,
            "van-ways": van_files.ways,
            "deliveries": van_files.deliveries,
        }
    )
)


# --- around the lines ------------------------------------------------------------------------


def _plain_site(lines: Sequence[Line]) -> SetUpSite:
    """A site that is just large enough for the places, with the usual figures."""
    blocks = range(1 + max(line["block"] for line in lines))
    lengths = (
        max((line["y_mm"] for line in lines if line["block"] == block), default=0)
        for block in blocks
    )
    settings = SiteSettings(
        aisles=1 + max(line["aisle"] for line in lines),
        block_lengths_mm=tuple(max(BLOCK_MIN_MM, length) for length in lengths),
    )
    return SetUpSite(id=f"{ACTOR}/site", actor=ACTOR, settings=settings)


def _told(path: Path, error: ControllerError, lines: Sequence[Line]) -> str:
    """The controller's no, with the line that it is about where one can be told."""
    about = {error.fields.get(name) for name in _NAMED} - {None}
    shared = [len(about & {line.values.get(key) for key in _KEYS}) for line in lines]
    number = lines[shared.index(max(shared))].number if any(shared) else None
    return f"{path.name}{f' line {number}' if number else ''}: {error}"


def _notes(site: bool, kind: str, repeated: int) -> tuple[str, ...]:
    notes = []
    if not site and kind == "places":
        notes.append(
            "the site was set up with the usual figures and a walking grid around these places; "
            "import cartons, too; shipping services are not set yet"
        )
    if repeated and kind == "orders":
        notes.append(f"{repeated} orders were imported before and stay as they are")
    elif repeated:
        notes.append("this file was imported before: nothing changed; --again imports it again")
    return tuple(notes)
