"""Owns `pickwright demo`: a day of an invented warehouse, and what a visitor should see of it."""

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

NEXT = """
[bold]What to try next[/]
  [cyan]pickwright demo --seed 8[/]                      another day
  [cyan]pickwright simulate --database day.db[/]         keep a day in a file
  [cyan]pickwright check day.db[/]                       look for any violation in it
  [cyan]pickwright replay day.db[/]                      carry all of it out again
  [cyan]pickwright simulate --orders FILE.csv --day DAY[/]   a day of your own order lines
"""


def demo(orders: Orders = GENERATED_ORDERS, seed: Seed = 7, as_json: Json = False) -> None:
    """Run a believable day of an invented warehouse, in seconds, and show what came of it.

    Orders arrive over the day; stock is promised, work is planned, people walk, pick and pack,
    a sorter diverts parcels and trucks leave; things go wrong as they do on a real floor.
    Examples:

    [cyan]pickwright demo[/]

    [cyan]pickwright demo --orders 1000 --seed 8[/]
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
        out().print(NEXT, highlight=False)
    raise typer.Exit(FAILED if result.violations else OK)
