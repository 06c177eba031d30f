"""Owns `pickwright demo`: a living warehouse in real time, to look at and to work in."""

import re
from typing import Annotated

import typer

from api.databases import database_url, shown
from api.errors import FAILED, OK, WrongInput
from api.terminal import err

DURATION = re.compile(r"([1-9]\d{0,5})([smh]?)")
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3_600}

Speed = Annotated[
    float, typer.Option(min=1, max=50, metavar="N", help="How much faster than real time.")
]
Database = Annotated[
    str, typer.Option(metavar="FILE|URL", help="Where the warehouse is kept, to go on next time.")
]
For = Annotated[
    str,
    typer.Option("--for", metavar="60s", help="Run so long, then stop and tell what happened."),
]
People = Annotated[
    int, typer.Option(min=0, max=24, metavar="N", help="Simulated people at work; 0 for none.")
]
Host = Annotated[str, typer.Option(metavar="ADDRESS", help="0.0.0.0 lets other computers in.")]
Port = Annotated[int, typer.Option(min=0, max=65_535, metavar="N", help="0 takes a free one.")]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="Another seed sells other goods.")]

WithBroker = Annotated[
    bool,
    typer.Option("--broker/--no-broker", help="Machines over MQTT, serial and TCP, or in memory."),
]


def demo(
    speed: Speed = 10.0,
    database: Database = "demo.db",
    lasts: For = "",
    people: People = 12,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    seed: Seed = 7,
    broker: WithBroker = True,
) -> None:
    """Open a living warehouse: watch it on the console, or take a handheld and work in it.

    Orders come without end; simulated people pick, pack, replenish, receive and load; machines
    speak their real protocols. `Ctrl-C` stops it, and the next start goes on where it was. With
    `--for` the exit code is 1 when an invariant is violated. Examples:

    `pickwright demo`

    `pickwright demo --speed 20 --people 6 --port 8080`

    `pickwright demo --database tour.db --for 60s`
    """
    seconds, url = duration_s(lasts), database_url(database)
    err().print(f"opening the warehouse in {shown(database)} ...", style="dim", highlight=False)
    from api.demo.running import Asked, run
    from simulation.live.plan import Plan

    plan = Plan(seed=seed, people=people)
    asked = Asked(
        plan=plan,
        url=url,
        speed=speed,
        host=host,
        port=port,
        seconds=seconds,
        broker=broker,
    )
    raise typer.Exit(OK if run(asked) else FAILED)


def duration_s(text: str) -> int:
    """Seconds in a text such as 90, 60s, 2m or 1h; 0 for none. Raises: WrongInput."""
    found = DURATION.fullmatch(text)
    if text and not found:
        raise WrongInput(f"--for {text!r} is no duration: write 60s, 2m or 1h")
    return int(found[1]) * SECONDS[found[2]] if found else 0
