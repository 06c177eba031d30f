"""Owns a controller process that stops dead between a message and its commit, to be killed there.

`python -m tests.wires.victim URL BROKER_JSON WHERE`: WHERE is `received` or `committed`.
"""

import json
import sys
import threading
from collections.abc import Iterable
from typing import Any

from controller.core import Controller
from controller.messages import Command, ContainerSeen
from controller.store import open_store
from devices.hub import Hub
from devices.sorter import Sorter
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from devices.wiring import now_ms
from tests.house import SetClock

NAME = "sorter-01"
TOPIC = f"wh/v1/main/out/{NAME}"
SCAN = f"{TOPIC}/evt/scan"


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def stop_at(where: str, command: str) -> None:
    say(f"{where} {command}")
    threading.Event().wait()


class Dead(Controller):
    """Says how far it came, and never comes back."""

    where = "received"

    def handle_all(self, commands: Iterable[Command[Any]]) -> list[Any]:
        commands = list(commands)
        scanned = any(isinstance(each, ContainerSeen) for each in commands)
        if scanned and self.where == "received":
            stop_at(self.where, commands[-1].id)
        answers = super().handle_all(commands)
        if scanned:
            stop_at(self.where, commands[-1].id)
        return answers


def main(url: str, login: str, where: str) -> None:
    wire = MqttTransport(Broker(**json.loads(login)))
    controller = Dead(open_store(url), SetClock())
    controller.where = where
    nudged = threading.Event()
    hub = Hub(controller, [Sorter(NAME, TOPIC)], wire, notify=nudged.set)
    wire.watch(lambda address, why: say("listening") if address == SCAN and not why else None)
    wire.start()
    while nudged.wait():
        nudged.clear()
        hub.run(now_ms())


if __name__ == "__main__":
    main(*sys.argv[1:])
