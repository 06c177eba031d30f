"""Owns `pickwright gateway`: the lines of a bench or a belt, carried to a broker."""

import signal
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.brokers import address
from api.errors import WrongInput
from api.terminal import err, print_plain

if TYPE_CHECKING:
    from devices.gateway import CarriedLine

LOOK_S = 1.0

Config = Annotated[
    Path, typer.Option(metavar="FILE", help="The devices.toml with the lines and their branches.")
]
BrokerAt = Annotated[
    str, typer.Option(metavar="HOST[:PORT]", help="Another broker than that of the file.")
]


def gateway(config: Config, broker: BrokerAt = "") -> None:
    """Carry the serial and TCP devices of a bench to an MQTT broker, and commands back.

    Every line of the file that names a `branch` is carried. A pulled cable and a broker that is
    away are waited for; the state of each line is told when it changes. Example:

    `pickwright gateway --config devices.toml --broker 10.0.0.5`
    """
    from devices.gateway import Gateway
    from devices.settings import DevicesWrong, read_devices

    try:
        devices = read_devices(config)
        there = address(broker, devices.broker)
        carrying = Gateway(devices, there, uuid.uuid4().hex[:8])
    except DevicesWrong as wrong:
        raise WrongInput(*wrong.problems) from wrong
    ended = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ended.set())
    carrying.start()
    told: dict[str, str] = {}
    while not ended.wait(LOOK_S):
        for line in carrying.carried:
            _tell(line, told)
    carrying.stop()
    print_plain(err(), "stopped")


def _tell(line: "CarriedLine", told: dict[str, str]) -> None:
    """One line of words when the state of a line has changed."""
    counts = line.counts
    trouble = f", {line.lost_bytes} bytes lost" if line.lost_bytes else ""
    trouble += f", {counts.dropped} late commands dropped" if counts.dropped else ""
    words = f"{line.state or 'carried'}{trouble}"
    if told.get(line.branch) != words:
        told[line.branch] = words
        print_plain(err(), f"{line.line.where} -> {line.branch}: {words}")
