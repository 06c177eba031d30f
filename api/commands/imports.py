"""Owns `pickwright import`: items, places, cartons, stock and orders from CSV files."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from api.databases import database_url, opened
from api.errors import WrongInput
from api.terminal import err, out, print_json, print_plain

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Import items, places, cartons, stock or orders from CSV files, rate cards from Excel."
        "\n\n"
        "All lines are checked first: a file is imported whole or not at all, and an error names "
        "the line, the column, the value and the fix. The sequence is items, places, "
        "cartons, stock, orders. Examples:\n\n"
        "`pickwright import items --template > items.csv`\n\n"
        "`pickwright import items items.csv --database warehouse.db`"
    ),
)

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help="A .csv or .csv.gz file in UTF-8; comma, semicolon or tab part cells."
    ),
]
Database = Annotated[
    str,
    typer.Option(
        metavar="FILE|URL", help="A file like warehouse.db, or postgresql://user@host/name."
    ),
]
Template = Annotated[
    bool, typer.Option("--template", help="Print a file with the header and one example line.")
]
Again = Annotated[
    bool, typer.Option("--again", help="Import a file that was imported before once more.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]

KINDS = {
    "items": (
        "Items: sizes in mm, mass in g, barcodes as `code` or `code:units` parted "
        "by spaces. An item that exists is overwritten."
    ),
    "places": (
        "Places: their kind, and where they are on the walking grid. A place that exists is "
        "overwritten."
    ),
    "cartons": (
        "Cartons: inner measures in mm, tare and load in g; `flexible` is an envelope or bag. A "
        "carton that exists is overwritten; how many there are stays (import stock says that)."
    ),
    "carton-rules": (
        "Rules of cartons: a shop (`channel`) or a `carrier` takes these cartons alone, parted by "
        "spaces. A rule that exists is overwritten; without cartons it ends."
    ),
    "contracts": (
        "Contracts of carriers: tiers as `parcels:percent`, pickups as `pickup:parcels`, parted "
        "by spaces, over a `period` (day, week, month). The file has all of them: a carrier that "
        "is not in it has no contract any more."
    ),
    "preferences": (
        "What shops prefer: a service or carrier that costs them `penalty_cents` more than its "
        "price, or is `barred`; without a shop it holds for all. The file has all of them."
    ),
    "stock": (
        "Opening stock: units of an item at a place. The units are added to what is there; "
        "`face` makes the place the pick face of the item."
    ),
    "orders": (
        "Orders, one line of the file per order line; lines with the same shop and order number "
        "are one order. An order that was imported before is left as it is."
    ),
    "nodes": (
        "Nodes that goods ship from beside this building: warehouses, stores, partners. A node "
        "that exists is overwritten; one that is not in the file stays as it is."
    ),
    "node-stock": (
        "What lies at nodes now: the books are corrected at once. SKUs that are not named stay as "
        "they are; the same file again is counted again. At most 5,000 lines at a time."
    ),
    "postcodes": (
        "Postcodes: where they are, in degrees, so that own vans find customers. The beginning of "
        "postcodes stands for all that are not known whole."
    ),
    "van-ways": (
        "Ways of vans that somebody has measured, between depots and postcodes; other ways are "
        "reckoned from positions."
    ),
    "deliveries": (
        "How own vans visit orders: position, window (in UTC), what the van must be able to do, "
        "and a note for the driver."
    ),
}


def _command(kind: str) -> Callable[..., None]:
    def run(
        file: File = None,
        database: Database = "",
        template: Template = False,
        again: Again = False,
        as_json: Json = False,
    ) -> None:
        if template:
            _print_template(kind)
        else:
            _import(kind, _given(kind, file, database), database, again, as_json)

    return run


for _kind, _help in KINDS.items():
    app.command(_kind, help=_help)(_command(_kind))


RateCardFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help="An .xlsx workbook, a .zip of CSV files, or a folder of them."
    ),
]
Dry = Annotated[
    bool, typer.Option("--dry-run", help="Check the file and tell what would change; keep all.")
]
Workbook = Annotated[
    bool, typer.Option("--template", help="Write a whole example as an .xlsx workbook.")
]


@app.command("rate-card")
def rate_card(
    file: RateCardFile = None,
    database: Database = "",
    template: Workbook = False,
    dry_run: Dry = False,
    again: Again = False,
    as_json: Json = False,
) -> None:
    """What a carrier asks: zones, prices by mass, surcharges, fuel, terms, and its services.

    One workbook is one card, with a sheet for each kind of row; a card with the same code is
    overwritten. `pickwright import rate-card --template > card.xlsx` writes an example.
    """
    if template:
        _write_workbook()
        return
    _import_rate_card(_given("rate-card", file, database), database, dry_run, again, as_json)


def _write_workbook() -> None:
    import sys

    from api.rate_cards import example, writing

    if sys.stdout.isatty():
        raise WrongInput("a workbook is no text: add > card.xlsx")
    sheets = writing.tables(example.CARD, example.SERVICES, example.HOLIDAYS, empty=True)
    typer.echo(writing.workbook(sheets), nl=False)


def _import_rate_card(
    file: Path, database: str, dry_run: bool, again: bool, as_json: bool
) -> None:
    from api.clock import WallClock
    from api.rate_cards.importing import import_card
    from api.rate_cards.reading import read
    from controller.core import Controller

    url = database_url(database)
    read(file).stop()  # a broken file must not leave an empty database behind
    with opened(url) as store:
        done = import_card(Controller(store, WallClock()), file, again=again, dry_run=dry_run)
    if as_json:
        print_json(done.as_fields())
        return
    told = "would be taken" if dry_run else "changed nothing: imported before" * done.repeated
    print_plain(out(), f"{file}: {done.rows} rows of {done.card} {told or 'taken'}")
    for change in done.changes:
        print_plain(out(), f"  {change}")


def _print_template(kind: str) -> None:
    from api.columns import template

    typer.echo(template(kind), nl=False)


def _given(kind: str, file: Path | None, database: str) -> Path:
    if file is None:
        raise WrongInput(
            f"no file is given: pickwright import {kind} FILE.csv --database warehouse.db, or "
            f"pickwright import {kind} --template for an example"
        )
    if not database:
        raise WrongInput(f"no database is given: add --database warehouse.db to import {file}")
    return file


def _import(kind: str, file: Path, database: str, again: bool, as_json: bool) -> None:
    from api.clock import WallClock
    from api.importing import import_file
    from api.lines import read_lines
    from controller.core import Controller

    url = database_url(database)
    read_lines(kind, file)  # a broken file must not leave an empty database behind
    with opened(url) as store:
        done = import_file(Controller(store, WallClock()), kind, file, again=again)
    if as_json:
        print_json(done.as_fields())
        return
    print_plain(out(), f"{file}: {done.lines} lines of {kind} in {done.commands} commands")
    for note in done.notes:
        print_plain(err(), f"note: {note}")
