"""Owns the import of a rate card: one file, checked whole, taken whole or not at all.

A dry run tells what would change. Errors name the sheet, the row, the column and the fix, whether
the file is wrong in itself or with what the warehouse knows.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from api.csv_rows import ImportFileError
from api.rate_cards.reading import Reading, Row, read
from api.rate_cards.sheets import SHEETS
from controller import journal
from controller.core import Controller
from controller.errors import ControllerError
from controller.messages import ImportRateCard, RateCard, to_json
from controller.messages.rates import WHOLE_PPM
from controller.plan.rates.checking import Fault
from controller.store import Db
from controller.workflows.carriers import tariffs

ACTOR = "import"
EXAMPLES_MAX = 3
PARTS = tuple(name for name in SHEETS if name not in ("card", "services", "holidays"))
"""The sheets that are part of the card itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import did, or would do in a dry run; `repeated`: it had been done before."""

    card: str
    rows: int
    dry_run: bool
    repeated: bool
    changes: tuple[str, ...]

    def as_fields(self) -> dict[str, Any]:
        return {
            "card": self.card,
            "rows": self.rows,
            "dry_run": self.dry_run,
            "repeated": self.repeated,
            "changes": list(self.changes),
        }


def import_card(
    controller: Controller, path: Path, *, again: bool = False, dry_run: bool = False
) -> Taken:
    """Imports a rate card. Raises: ImportFileError with every problem of the file."""
    reading = read(path)
    if reading.torn:
        reading.stop()
    with controller.reading() as db:
        command = command_of(reading, tariffs.book(db).origin.currency)
        for fault in tariffs.faults_of(db, command, reading.unread):
            _tell(reading, fault)
        reading.stop()
        changes = tuple(_changes(db, command))
        earlier, seq = journal.find(db, command.id), journal.head(db)[0]
    repeated = earlier is not None and not earlier.refused and not again
    if earlier is not None and not repeated:
        command = replace(command, id=f"{command.id}/{seq}")
    if not dry_run:
        try:
            controller.handle(command)
        except ControllerError as error:
            raise ImportFileError(f"{path.name}: {error}") from error
    return Taken(
        card=command.card.code,
        rows=sum(map(len, reading.sheets.values())),
        dry_run=dry_run,
        repeated=repeated,
        changes=changes,
    )


def command_of(reading: Reading, currency: str) -> ImportRateCard:
    """Under an id that says what is in the file; a card in the site's currency exchanges as 1."""
    head = reading.sheets["card"][0].values
    if head["currency"] in (currency, ""):
        head["exchange_ppm"] = head["exchange_ppm"] or WHOLE_PPM
    carrier = head["carrier"]
    for row in reading.sheets.get("services", ()):
        row.values["carrier"] = carrier
    rows = {name: _made(name, reading.sheets.get(name, ())) for name in SHEETS if name != "card"}
    fields = {**head, **{name: rows[name] for name in PARTS}}
    card = RateCard(**fields)
    more = {name: rows[name] for name in ("services", "holidays")}
    command = ImportRateCard(id="", actor=ACTOR, card=card, **more)
    digest = hashlib.sha256(to_json(command)).hexdigest()[:24]
    return replace(command, id=f"{ACTOR}/rate-card/{digest}")


def _made(sheet: str, rows: Sequence[Row]) -> tuple[Any, ...]:
    return tuple(SHEETS[sheet].row(**row.values) for row in rows)


def _tell(reading: Reading, fault: Fault) -> None:
    """A fault of the card, with the row, the column and the text of the file it is about."""
    rows = reading.sheets.get(fault.sheet, [])
    row = rows[fault.row] if 0 <= fault.row < len(rows) else None
    columns = {each.field: each.column for each in SHEETS[fault.sheet].columns}
    column = columns.get(fault.column, fault.column)
    text = row.cells.get(column) if row else ""
    number = row.number if row else 1
    reading.of(fault.sheet).add(number, column, text or fault.got, fault.fix)


def _changes(db: Db, command: ImportRateCard) -> Iterator[str]:
    """What the import changes, sheet by sheet."""
    new, old = (
        command.card,
        next((c for c in tariffs.cards(db) if c.code == command.card.code), None),
    )
    if old is None:
        yield f"{new.code} is a new card with {len(new.rates)} rates"
    else:
        for cell in SHEETS["card"].columns:
            before, after = getattr(old, cell.field), getattr(new, cell.field)
            if before != after:
                yield f"{cell.column}: {cell.kind.show(before)} becomes {cell.kind.show(after)}"
        yield from _prices(old, new)
        for name in PARTS:
            yield from _rows(name, getattr(old, name), getattr(new, name))
    there = {each.code: each for each in tariffs.services(db)}
    for service in command.services:
        if service.code not in there:
            yield f"service {service.code} is new"
        elif there[service.code] != service:
            yield f"service {service.code} changes"


def _prices(old: RateCard, new: RateCard) -> Iterator[str]:
    """How prices of the same bracket move, on the average of brackets."""
    before = {_bracket(row): row.price_cents for row in old.rates}
    moved = [
        (row.price_cents, before[_bracket(row)])
        for row in new.rates
        if before.get(_bracket(row), row.price_cents) != row.price_cents
    ]
    if moved:
        percent = 100 * sum(now / then - 1 for now, then in moved if then) / len(moved)
        yield f"rates: {len(moved)} prices change, by {percent:+.1f}% on average"


def _bracket(row: Any) -> tuple[Any, ...]:
    return row.service, row.zone, row.size, row.mass_over, row.mass_to


def _rows(name: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    came, went = [*_without(new, old)], [*_without(old, new)]
    if came or went:
        shown = "; ".join(_shown(name, row) for row in islice(came or went, EXAMPLES_MAX))
        more = "; ..." if len(came or went) > EXAMPLES_MAX else ""
        yield f"{name}: {len(came)} rows come, {len(went)} go: {shown}{more}"


def _without(rows: Sequence[Any], others: Sequence[Any]) -> Iterator[Any]:
    known = frozenset(others)
    return (row for row in rows if row not in known)


def _shown(sheet: str, row: Any) -> str:
    cells = (
        (cell.column, cell.kind.show(getattr(row, cell.field)))
        for cell in SHEETS[sheet].columns
        if getattr(row, cell.field) != cell.default
    )
    return ", ".join(f"{column} {value}" for column, value in cells if value)
