"""Owns `pickwright device`: what is on the wire, what may be, and machines to try it with."""

import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.brokers import address
from api.errors import WrongInput
from api.terminal import out, print_json, print_plain

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Devices: check devices.toml, watch the wire, emulate a device for a trial.\n\n"
        "`pickwright device check devices.toml`\n\n"
        "`pickwright device simulate scale --tcp 9100`\n\n"
        "`pickwright device watch --broker 127.0.0.1 --user watcher`"
    ),
)


class Kind(StrEnum):
    SCALE = "scale"
    SCANNER = "scanner"
    PRINTER = "printer"
    SORTER = "sorter"
    CONVEYOR = "conveyor"
    LIGHTS = "lights"


File = Annotated[Path, typer.Argument(metavar="FILE", help="A devices.toml.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document per line.")]
BrokerAt = Annotated[str, typer.Option("--broker", metavar="HOST[:PORT]", help="The MQTT broker.")]
User = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Our name there; PICKWRIGHT_BROKER_PASSWORD is its password."
    ),
]
Tcp = Annotated[int, typer.Option(min=0, max=65_535, metavar="PORT", help="Listen on this port.")]
Pty = Annotated[bool, typer.Option("--pty", help="Open a pseudo-terminal as a serial port.")]
Topic = Annotated[
    str, typer.Option(metavar="BRANCH", help="Speak wh/v1 there: wh/v1/SITE/AREA/DEVICE.")
]
Paper = Annotated[int, typer.Option(min=0, metavar="N", help="Labels on a printer's roll.")]
Every = Annotated[
    int, typer.Option(min=10, max=3_600_000, metavar="MS", help="Act by itself this often.")
]


@app.command()
def check(file: File, as_json: Json = False) -> None:
    """Check a devices.toml, and show what it connects."""
    from devices.settings import DevicesWrong, read_devices

    try:
        devices = read_devices(file)
    except DevicesWrong as wrong:
        raise WrongInput(*wrong.problems) from wrong
    rows = [
        {"device": each.name, "driver": each.driver, "address": each.address}
        for each in devices.devices.values()
    ]
    if as_json:
        print_json({"broker": str(devices.broker or ""), "devices": rows})
        return
    for row in rows:
        print_plain(out(), f"{row['device']:<20} {row['driver']:<10} {row['address']}")
    broker = f", {devices.broker}" if devices.broker else ""
    lines = len(devices.serial) + len(devices.tcp)
    print_plain(out(), f"{file}: {len(rows)} devices, {lines} lines{broker}: all is well")


@app.command()
def simulate(
    kind: Annotated[Kind, typer.Argument(help="What to emulate.")],
    tcp: Tcp = 0,
    pty: Pty = False,
    topic: Topic = "",
    broker: BrokerAt = "127.0.0.1",
    every: Every = 2_000,
    paper: Paper = 1_000,
) -> None:
    """Emulate a device on a TCP port, a serial port (pseudo-terminal) or over MQTT.

    A scale gets loads, a scanner reads codes, a sorter or a conveyor section gets parcels, every
    few seconds; of lights the button of one that is on is pressed; a printer prints what it is
    sent and says what can be read on the label. Examples:

    `pickwright device simulate printer --tcp 9100`

    `pickwright device simulate scale --pty`

    `pickwright device simulate sorter --topic wh/v1/main/outbound/sorter-01 --broker 10.0.0.5`
    """
    from api import emulating

    if sum((tcp > 0, pty, bool(topic))) != 1:
        raise WrongInput("say where the device is: one of --tcp PORT, --pty, --topic BRANCH")
    if (kind in (Kind.SORTER, Kind.CONVEYOR, Kind.LIGHTS)) != bool(topic):
        raise WrongInput(
            "sorters, conveyors and lights speak wh/v1 (--topic), all others are lines (--tcp or "
            "--pty)"
        )
    there = address(broker, None, user=topic.rpartition("/")[2]) if topic else None
    end = emulating.opened(tcp=tcp, pty=pty, broker=there, topic=topic)
    print_plain(out(), f"a {kind.value} at {end.where}; Ctrl-C ends it")
    actor = emulating.actor(kind.value, end, paper)
    with suppress(KeyboardInterrupt):
        actor.run(end, every, lambda words: print_plain(out(), words))


@app.command()
def watch(broker: BrokerAt = "127.0.0.1", user: User = "watcher", as_json: Json = False) -> None:
    """Show every message on the wire as it passes, decoded; what breaks the form is marked.

    Example: `pickwright device watch --broker 10.0.0.5 --user watcher`
    """
    import queue

    from api.watching import read_message, words_of
    from devices.transports.mqtt import MqttTransport

    passing: queue.SimpleQueue[tuple[str, bytes] | str] = queue.SimpleQueue()
    wire = MqttTransport(address(broker, None, user=user))
    wire.watch(lambda _address, why: passing.put(why or f"listening to {wire.broker}"))

    def heard(topic: str, payload: bytes, taken: Any) -> None:
        taken()
        passing.put((topic, payload))

    wire.listen("wh/v1/#", heard)
    wire.start()
    try:
        while True:
            each = passing.get()
            if isinstance(each, str):
                typer.echo(each, err=True)
                continue
            message = read_message(*each, now_ms=time.time_ns() // 1_000_000)
            if as_json:
                typer.echo(message.line())
            else:
                print_plain(out(), words_of(message))
    except KeyboardInterrupt:
        wire.stop()


@app.command()
def schema() -> None:
    """Print the AsyncAPI document of wh/v1: every topic and message, with JSON Schemas."""
    from devices.publishing import asyncapi

    print_json(asyncapi())
