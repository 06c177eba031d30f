"""Owns `pickwright shipping`: what a shop may charge, and rate cards as files to take away."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.inspections import Database, Json
from api.databases import filled
from api.errors import WrongInput
from api.terminal import err, out, print_json, print_plain

app = typer.Typer(
    no_args_is_help=True, help="What shipping costs, and what a shop may charge for it."
)


@app.command()
def advise(
    database: Database,
    orders: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Orders as `import orders` takes them."),
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV of sku, cost_cents: what a unit costs the shop."),
    ] = None,
    margin: Annotated[
        int,
        typer.Option(min=0, max=100, help="Percent left of the price of items without a cost."),
    ] = 40,
    most: Annotated[
        int, typer.Option(min=1, max=20_000, help="So many orders, the latest ones.")
    ] = 1_000,
    threshold: Annotated[
        list[int] | None,
        typer.Option(metavar="CENTS", help="Free shipping from here on; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell what to charge for shipping by zone and mass, and what free shipping would cost.

    Orders are those of the database, or of a file. How buyers answer to a threshold nobody knows:
    what is told is how many more orders, or baskets filled up to it, make it pay for itself.

    `pickwright shipping advise day.db --costs costs.csv --threshold 5000`
    """
    from api import advice
    from api.clock import WallClock
    from controller.workflows.carriers import advising

    known = advising.Costs(by_sku=advice.read_costs(costs) if costs else {}, margin_percent=margin)
    found = advice.read_orders(orders) if orders else []
    with filled(database) as store, store.reading() as db:
        sold = found[:most] or advising.sold(db, most)
        if not sold:
            raise WrongInput(f"{database} has no orders: add --orders FILE.csv")
        now_ms = WallClock().now_ms()
        advised = advising.advise(db, sold, known, now_ms, tuple(threshold or ()))
    if as_json:
        print_json(advice.as_fields(advised, margin))
        return
    for line in advice.table(advised):
        print_plain(out(), line)
    for sentence in advice.assumed(advised, margin):
        print_plain(err(), f"note: {sentence}")


@app.command()
def card(
    database: Database,
    code: Annotated[str, typer.Argument(metavar="CARD", help="Its code.")],
    answer: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="As .xlsx, or as .zip of CSV files.")
    ],
) -> None:
    """Write a rate card to a file, as an import takes it."""
    from api.rate_cards import writing

    if answer.suffix not in (".xlsx", ".zip"):
        raise WrongInput(f"{answer} is neither .xlsx nor .zip: give it one of these endings")
    with filled(database) as store, store.reading() as db:
        sheets = writing.kept(db, code)
    write = writing.workbook if answer.suffix == ".xlsx" else writing.packed
    try:
        answer.write_bytes(write(sheets))
    except OSError as error:
        raise WrongInput(f"{answer} cannot be written: {error.strerror or error}") from error
