"""Owns `pickwright check` and `pickwright replay`: is a database right, and does it repeat?"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.databases import commands_in, filled, shown
from api.errors import FAILED, OK
from api.terminal import out, print_json, print_plain

if TYPE_CHECKING:
    from api.replaying import Replayed

Database = Annotated[
    str,
    typer.Argument(metavar="DATABASE", help="A file like day.db, or postgresql://user@host/name."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def check(database: Database, as_json: Json = False) -> None:
    """Check the invariants of a database, and name every violation.

    Stock conserved, reservations covered, nothing promised or shipped twice, no work for closed
    orders, an unbroken audit chain. Examples:

    `pickwright simulate --orders-per-day 200 --database day.db`

    `pickwright check day.db`
    """
    from controller.views import checks

    with filled(database) as store:
        with store.reading() as db:
            found = checks.check(db)
        commands = commands_in(store)
    invariants = {name: sentences or "ok" for name, sentences in found.items()}
    violations = sum(map(len, found.values()))
    if as_json:
        print_json(
            {
                "database": shown(database),
                "commands": commands,
                "violations": violations,
                "invariants": invariants,
            }
        )
    else:
        _print_check(invariants, commands)
    raise typer.Exit(FAILED if violations else OK)


def _print_check(invariants: dict[str, Any], commands: int) -> None:
    console = out()
    for name, found in invariants.items():
        style, words = ("green", "ok") if found == "ok" else ("red", f"{len(found)} violations")
        console.print(f"{name}:", end=" ", highlight=False)
        console.print(words, style=style)
        for sentence in () if found == "ok" else found:
            print_plain(console, f"  {sentence}")
    held = sum(found == "ok" for found in invariants.values())
    print_plain(console, f"{held} of {len(invariants)} invariants hold after {commands} commands")


def replay(database: Database, as_json: Json = False) -> None:
    """Carry out the journal of a database again in memory, and compare.

    Every command gets the time that it had; the same journal gives the same answers and the same
    digests of ledger and events. The first command that is answered otherwise is named. Example:

    `pickwright replay day.db`
    """
    from api import replaying

    with filled(database) as store:
        replayed = replaying.replay(store)
    if as_json:
        print_json({"database": shown(database), **replayed.as_fields()})
    else:
        _print_replay(replayed)
    raise typer.Exit(OK if replayed.same else FAILED)


def _print_replay(replayed: "Replayed") -> None:
    console = out()
    print_plain(console, f"{replayed.commands} commands carried out again")
    for name in ("ledger_digest", "event_digest"):
        then, now = getattr(replayed, name)
        same = then == now
        console.print(
            f"{name}:", "same" if same else "DIFFERENT", style="green" if same else "red"
        )
        print_plain(console, f"  stored   {then}\n  replayed {now}")
    if replayed.broken_link:
        console.print(f"row {replayed.broken_link} of the journal was changed:", style="red")
        print_plain(console, "  its hash does not follow from the rows before it")
    if replayed.difference:
        each = replayed.difference
        console.print("the first command that is answered otherwise:", style="red")
        print_plain(console, f"  {each.seq} {each.kind} {each.command}")
        print_plain(console, f"  stored   {each.then}\n  replayed {each.now}")
