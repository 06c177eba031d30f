"""Owns the process that the floor's kill test kills: the whole edge, with a broker and a sorter.

It is what `pickwright serve` runs, started from a warm fork: controller, device and errand
threads, MQTT, HTTP.
"""

import os
import socket
from multiprocessing.connection import Connection
from typing import Final

from api.clock import WallClock
from api.edge import Edge
from api.main import create_app
from api.runtime import Runtime, Wiring
from api.server import Server
from controller.store import open_store
from devices.sorter import Sorter
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from devices.transports.routing import Wires

SORTER: Final = "sorter-01"
BRANCH: Final = f"wh/v1/main/outbound/{SORTER}"
UNLIMITED: Final = Edge(requests_per_s=1e6, requests_at_once=1_000_000)


def serve(url: str, port: int, broker: Broker, boot: str, ready: Connection) -> None:
    """Serves until it is killed; a word on `ready` says that requests are taken."""
    store = open_store(url)
    wires = Wires({"wh/": MqttTransport(broker)})
    drivers = [Sorter(name=SORTER, topic=BRANCH, boot=boot)]
    runtime = Runtime(store, WallClock(), Wiring(drivers=drivers, transport=wires))
    runtime.start()
    wires.start()
    server = Server(create_app(runtime, UNLIMITED))
    server.listening.set = lambda: ready.send(os.getpid())  # type: ignore[method-assign]
    server.run(sockets=[socket.create_server(("127.0.0.1", port))])
