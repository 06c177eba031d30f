"""Owns `pickwright worker`: people and their PINs, from the machine that holds the database."""

from typing import Annotated

import typer

from api.databases import database_url, opened
from api.errors import WrongInput
from api.terminal import out, print_json, print_plain

app = typer.Typer(
    no_args_is_help=True,
    help="Add workers, give them a new PIN, list them. A PIN is printed once and kept nowhere.",
)
Badge = Annotated[str, typer.Argument(metavar="BADGE", help="What the badge's barcode says.")]
Database = Annotated[
    str, typer.Option(metavar="FILE|URL", help="The database of the served warehouse.")
]
Role = Annotated[str, typer.Option(metavar="ROLE", help="picker, packer, lead, admin or another.")]
Name = Annotated[str, typer.Option(metavar="NAME", help="Shown on screens; erasable.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]
URL = "warehouse.db"


@app.command()
def add(badge: Badge, role: Role = "picker", name: Name = "", database: Database = URL) -> None:
    """Add a worker with a new random PIN. Example:

    `pickwright worker add PICKER-001 --database warehouse.db`
    """
    _give(badge, database, role, name)


@app.command()
def pin(badge: Badge, database: Database = URL) -> None:
    """Give a worker a new random PIN; it ends their sessions and a lock. Example:

    `pickwright worker pin PICKER-001 --database warehouse.db`
    """
    _give(badge, database)


@app.command("list")
def list_(database: Database = URL, as_json: Json = False) -> None:
    """List workers, their roles and whether they can sign in."""
    from controller.views import catalogue
    from controller.views.listings import page

    with opened(database_url(database)) as store, store.reading() as db:
        rows, _ = page(db, catalogue.WORKERS, {}, (), 100_000)
    if as_json:
        fields = ("badge", "role", "active")
        print_json({"workers": [{name: getattr(row, name) for name in fields} for row in rows]})
        return
    for row in rows:
        print_plain(out(), f"{row.badge:<24}{row.role:<16}{'' if row.active else 'no PIN'}")


def _give(badge: str, database: str, role: str = "", name: str = "") -> None:
    from api.clock import WallClock
    from api.serving import give_pin
    from controller.core import Controller

    if not badge.strip() or not badge.isprintable():
        raise WrongInput(f"{badge!r} is no badge: use what its barcode says, such as PICKER-001")
    with opened(database_url(database)) as store:
        given = give_pin(Controller(store, WallClock()), badge, role, name)
    print_plain(out(), f"{badge}: PIN {given} (told this once; change it at the first sign-in)")
