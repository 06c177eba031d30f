"""Owns `pickwright erase`: nothing stays that says who the customers of orders were."""

from typing import Annotated

import typer

from api.databases import filled
from api.errors import WrongInput
from api.terminal import out, print_json, print_plain

Database = Annotated[
    str,
    typer.Argument(metavar="DATABASE", help="A file like day.db, or postgresql://user@host/name."),
]
Order = Annotated[
    list[str] | None, typer.Option("--order", metavar="SHOP/NUMBER", help="Repeat for more.")
]
Email = Annotated[str, typer.Option(metavar="ADDRESS", help="All orders of this person.")]
Days = Annotated[
    int, typer.Option(metavar="DAYS", min=0, help="All orders that are over for so long.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def erase(
    database: Database,
    order: Order = None,
    email: Email = "",
    older_than_days: Days = 0,
    as_json: Json = False,
) -> None:
    """Erase who the customers of orders were: names, addresses, labels, words of carriers.

    Quantities, prices, countries and postcodes stay for the figures, and the journal can still be
    replayed. An order must be shipped or cancelled. A served site does this once a day by its
    figure `erase_after_days`. Examples:

    `pickwright erase warehouse.db --order web/1001`

    `pickwright erase warehouse.db --email ada@example.org`
    """
    from api import erasing
    from api.clock import WallClock
    from controller.core import Controller
    from controller.views.persons import orders_of

    if sum(map(bool, (order, email, older_than_days))) != 1:
        raise WrongInput("say whom: one of --order, --email, --older-than-days")
    with filled(database) as store:
        controller = Controller(store, WallClock())
        if older_than_days:
            count = erasing.erase_old(controller, older_than_days, actor="erase")
        else:
            with store.reading() as db:
                orders = sorted(set(order or orders_of(db, email)))
            count = erasing.erase(controller, orders, actor="erase") if orders else 0
    if as_json:
        print_json({"orders": count})
    else:
        print_plain(out(), f"{count} orders erased")
