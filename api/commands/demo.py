"""Owns `pickwright demo`: a day of an invented warehouse, and what a visitor should see of it."""

import sys
from os.path import relpath
from shutil import which
from typing import Annotated, Any

import typer

from api.commands.simulate import GENERATED_ORDERS, Asked, Format, run_day
from api.databases import IN_MEMORY
from api.errors import FAILED, OK
from api.terminal import out, print_json

Orders = Annotated[
    int, typer.Option(min=1, max=20_000, metavar="N", help="How many orders the day has.")
]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="Another seed is another day.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]

NEXT = (
    ("demo --seed 8", "another day"),
    ("simulate --database day.db", "keep a day in a file"),
    ("check day.db", "look for any violation in it"),
    ("replay day.db", "carry all of it out again"),
    ("simulate --orders FILE.csv --day 2009-12-14", "a day of your own order lines"),
)


def demo(orders: Orders = GENERATED_ORDERS, seed: Seed = 7, as_json: Json = False) -> None:
    """Run a believable day of an invented warehouse, in seconds, and show what came of it.

    Orders arrive over the day; stock is promised, work is planned, people walk, pick and pack,
    a sorter diverts parcels and trucks leave; things go wrong as they do on a real floor.
    Examples:

    `pickwright demo`

    `pickwright demo --orders 1000 --seed 8`
    """
    from api.day_report import print_day, print_decisions

    asked = Asked(
        orders=None, day="", columns="", form=Format.LINES, orders_per_day=orders, seed=seed
    )
    result = run_day(asked, IN_MEMORY, faults=True)
    fields: dict[str, Any] = result.as_fields()
    if as_json:
        print_json(fields)
    else:
        print_day(fields)
        print_decisions(fields.get("decisions", []))
        _print_next()
    raise typer.Exit(FAILED if result.violations else OK)


def _print_next() -> None:
    program = "pickwright" if which("pickwright") else relpath(sys.argv[0])
    console = out()
    console.print("\nWhat to try next", style="bold")
    for arguments, what in NEXT:
        console.print(
            f"  {what + ':':31}[cyan]{program} {arguments}[/]", highlight=False, soft_wrap=True
        )
