"""Owns a controller's process that buys labels and is made to be killed."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path

from api.carriers.carriers_file import read_carriers
from api.clock import WallClock
from api.runtime import Runtime, Wiring
from controller.store import open_store
from devices.transports.memory import MemoryTransport


def work(database: str, carriers: str, secrets: Mapping[str, str]) -> None:
    """Works until it is killed; its environment has the secrets."""
    os.environ.update(secrets)
    wiring = Wiring(
        drivers=(), transport=MemoryTransport(), carriers=read_carriers(Path(carriers))
    )
    Runtime(open_store(database), WallClock(), wiring).start()
    threading.Event().wait()
