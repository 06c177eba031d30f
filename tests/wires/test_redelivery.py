"""A controller killed with a message in hand gets it again, and it counts once."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from api.clock import WallClock
from api.runtime import Runtime, Wiring
from controller.store import open_store
from devices.driver import Driver
from devices.mosquitto import Mosquitto
from devices.sorter import Sorter
from devices.transports.mqtt import MqttTransport
from tests.wires.ears import Ear, until
from tests.wires.test_hostile import rows, scan
from tests.wires.test_mqtt import wire
from tests.wires.victim import NAME, SCAN, TOPIC


@pytest.mark.parametrize("where", ["received", "committed"])
def test_a_message_that_was_not_taken_comes_again_and_counts_once(
    mosquitto: Mosquitto, tmp_path: Path, where: str
) -> None:
    url, login = f"sqlite:///{tmp_path / 'floor.db'}", mosquitto.login()
    arguments = [url, json.dumps(asdict(login)), where]
    with wire(mosquitto, NAME, f"{TOPIC}/cmd/divert") as (device, obeys):
        victim = subprocess.Popen(
            [sys.executable, "-m", "tests.wires.victim", *arguments], stdout=subprocess.PIPE
        )
        try:
            assert victim.stdout is not None
            assert victim.stdout.readline() == b"listening\n"
            device.send(SCAN, scan(1))
            assert victim.stdout.readline() == f"{where} {NAME}/plc/1\n".encode()
        finally:
            victim.kill()
            victim.communicate()
        store, transport = open_store(url), MqttTransport(login)
        drivers: list[Driver] = [Sorter(NAME, TOPIC)]
        runtime = Runtime(store, WallClock(), Wiring(drivers=drivers, transport=transport))
        before = rows(runtime, "ContainerSeen")
        assert len(before) == (where == "committed")
        again = Ear()
        transport.listen(SCAN, again.hear)
        transport.start()
        runtime.start()
        assert again.wait_for(1) == [scan(1)]
        until(lambda: rows(runtime, "ContainerSeen") == [f"{NAME}/plc/1"])
        until(lambda: obeys.payloads)
        assert len({json.loads(each)["corr"] for each in obeys.payloads}) == 1
        assert not runtime.failures
        runtime.stop()
        transport.stop()
        store.close()
