"""Owns a controller process that stops dead before or after a commit, to be killed there."""

import threading
from collections.abc import Iterable
from multiprocessing.connection import Connection
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


class Dead(Controller):
    """Says how far it came, and never comes back."""

    where: str
    told: Connection

    def handle_all(self, commands: Iterable[Command[Any]]) -> list[Any]:
        commands = list(commands)
        scanned = any(isinstance(each, ContainerSeen) for each in commands)
        if scanned and self.where == "received":
            self._stop(commands[-1].id)
        answers = super().handle_all(commands)
        if scanned:
            self._stop(commands[-1].id)
        return answers

    def _stop(self, command: str) -> None:
        self.told.send(f"{self.where} {command}")
        threading.Event().wait()


def serve(url: str, broker: Broker, where: str, told: Connection) -> None:
    """Works until it is killed; `where` is `received` or `committed`, `told` hears how far."""
    wire = MqttTransport(broker)
    controller = Dead(open_store(url), SetClock())
    controller.where, controller.told = where, told
    nudged = threading.Event()
    hub = Hub(controller, [Sorter(NAME, TOPIC)], wire, notify=nudged.set)
    wire.watch(lambda at, why: told.send("listening") if at == SCAN and not why else None)
    wire.start()
    while nudged.wait():
        nudged.clear()
        hub.run(now_ms())
