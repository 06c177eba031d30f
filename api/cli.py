"""Owns the command line `pickwright`: its commands and how it ends.

Exit codes: 0 all is well, 1 something failed or an invariant is violated, 2 wrong usage or input.
Nothing heavy is imported before a command needs it.
"""

import sys
from collections.abc import Sequence

import typer

from api.commands import (
    bench,
    broker,
    carrier,
    cert,
    demo,
    device,
    erase,
    gateway,
    imports,
    inspections,
    keys,
    layout,
    load,
    pack,
    serve,
    shipping,
    simulate,
    slot,
    staff,
    workers,
)
from api.errors import told
from api.terminal import paragraphs, print_error

app = typer.Typer(
    name="pickwright",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 99},
    help=(
        "Warehouse and fulfilment automation: one controller for the real floor and its "
        "simulation.\n\n"
        "Start with `pickwright demo`: a living warehouse to look at and work in."
    ),
    epilog="Exit codes: 0 ok, 1 failed or an invariant is violated, 2 wrong usage or input.",
)
for _command in (
    demo.demo,
    serve.serve,
    cert.cert,
    gateway.gateway,
    simulate.simulate,
    inspections.check,
    inspections.replay,
    erase.erase,
    slot.slot,
    staff.staff,
    pack.pack,
    load.load,
    bench.bench,
):
    app.command(help=paragraphs(_command))(_command)
app.add_typer(imports.app, name="import")
app.add_typer(layout.app, name="layout")
app.add_typer(workers.app, name="worker")
app.add_typer(keys.app, name="key")
app.add_typer(device.app, name="device")
app.add_typer(broker.app, name="broker")
app.add_typer(carrier.app, name="carrier")
app.add_typer(shipping.app, name="shipping")


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and leaves with its exit code; an error is one sentence on stderr."""
    try:
        app(args=list(arguments) if arguments is not None else None)
    except Exception as error:
        answer = told(error)
        if answer is None:
            raise
        print_error(answer[0])
        sys.exit(answer[1])


if __name__ == "__main__":
    main()
