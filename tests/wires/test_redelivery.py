"""A controller killed with a message in hand gets it again, and it counts once."""

import json
from pathlib import Path

import pytest

from api.clock import WallClock
from api.runtime import Runtime, Wiring
from controller.store import open_store
from devices.driver import Driver
from devices.mosquitto import Mosquitto
from devices.sorter import Sorter
from devices.transports.mqtt import MqttTransport
from tests.forks import FORKS
from tests.until import until
from tests.wires.ears import Ear
from tests.wires.test_hostile import rows, scan
from tests.wires.test_mqtt import wire
from tests.wires.victim import NAME, SCAN, TOPIC, serve


@pytest.mark.parametrize("where", ["received", "committed"])
def test_a_message_that_was_not_taken_comes_again_and_counts_once(
    mosquitto: Mosquitto, tmp_path: Path, where: str
) -> None:
    url, login = f"sqlite:///{tmp_path / 'floor.db'}", mosquitto.login()
    ours, theirs = FORKS.Pipe()
    with wire(mosquitto, NAME, f"{TOPIC}/cmd/divert") as (device, obeys):
        victim = FORKS.Process(target=serve, args=(url, login, where, theirs))
        victim.start()
        theirs.close()
        try:
            assert ours.recv() == "listening"
            device.send(SCAN, scan(1))
            assert ours.recv() == f"{where} {NAME}/plc/1"
        finally:
            victim.kill()
            victim.join()
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
