"""Owns `pickwright key`: keys of programs, from the machine that holds the database."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from api.databases import database_url, opened
from api.errors import WrongInput
from api.terminal import out, print_json, print_plain

app = typer.Typer(
    no_args_is_help=True,
    help="Make, list and revoke keys of programs. A token is printed once and kept nowhere.",
)
URL = "warehouse.db"
Name = Annotated[str, typer.Argument(metavar="NAME", help="Which program it is for.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="As `pickwright key list` shows it.")]
Scopes = Annotated[
    list[str], typer.Option("--scope", metavar="SCOPE", help="What it may do; repeat for more.")
]
Shop = Annotated[str, typer.Option(metavar="SHOP", help="It sees this shop only.")]
Owner = Annotated[str, typer.Option(metavar="OWNER", help="It sees this owner only.")]
Node = Annotated[str, typer.Option(metavar="NODE", help="It works for this node only.")]
Days = Annotated[int, typer.Option(metavar="DAYS", min=0, help="It ends by then; 0: never.")]
Database = Annotated[
    str, typer.Option(metavar="FILE|URL", help="The database of the served warehouse.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


@app.command()
def add(
    name: Name,
    scope: Scopes,
    shop: Shop = "",
    owner: Owner = "",
    node: Node = "",
    days: Days = 0,
    database: Database = URL,
    as_json: Json = False,
) -> None:
    """Make a key; its token is told this once. Example:

    `pickwright key add "partner 3PL" --scope nodes --node 3PL --database warehouse.db`
    """
    from api.clock import WallClock
    from api.keys import SCOPES, new_key
    from controller.core import Controller

    wrong = next((each for each in scope if each not in SCOPES), None)
    if wrong is not None:
        raise WrongInput(f"{wrong!r} is no scope: use {', '.join(SCOPES)}")
    if not name.strip() or not name.isprintable():
        raise WrongInput(f"{name!r} is no name: say which program the key is for")
    end = datetime.now(UTC) + timedelta(days=days)
    command, token = new_key(
        "key",
        name=name,
        scopes=scope,
        shop=shop,
        owner=owner,
        node=node,
        expires_ms=int(end.timestamp() * 1_000) if days else 0,
    )
    with opened(database_url(database)) as store:
        Controller(store, WallClock()).handle(command)
    if as_json:
        print_json({"key": command.key, "token": token})
        return
    print_plain(out(), f"{name}: {token} (told this once; send it as Authorization: Bearer)")


@app.command("list")
def list_(database: Database = URL, as_json: Json = False) -> None:
    """List keys: what each may do, for whom, and until when; never their tokens."""
    from controller.views import catalogue
    from controller.views.listings import page

    with opened(database_url(database)) as store, store.reading() as db:
        rows, _ = page(db, catalogue.API_KEYS, {}, (), 100_000)
    if as_json:
        names = ("key", "name", "scopes", "shop", "owner", "node", "expires_ms", "revoked_ms")
        print_json({"keys": [{name: getattr(row, name) for name in names} for row in rows]})
        return
    for row in rows:
        told = {"shop": row.shop, "owner": row.owner, "node": row.node}
        bound = " ".join(f"{name}={value}" for name, value in told.items() if value)
        state = "revoked" if row.revoked_ms else ""
        print_plain(out(), f"{row.key:<12}{row.name:<28}{row.scopes:<28}{bound} {state}".rstrip())


@app.command()
def revoke(key: Key, database: Database = URL) -> None:
    """End a key at once. Example:

    `pickwright key revoke 1f2e3d4c --database warehouse.db`
    """
    from api.clock import WallClock
    from controller.core import Controller
    from controller.messages import RevokeApiKey

    with opened(database_url(database)) as store:
        clock = WallClock()
        ended = RevokeApiKey(id=f"key/{key}/revoke/{clock.now_ms()}", actor="key", key=key)
        Controller(store, clock).handle(ended)
    print_plain(out(), f"{key}: revoked")
