"""Commands as an operator runs them, each a real process on a real broker."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from controller.store import open_store
from devices import broker
from devices.envelope import Writer
from devices.mosquitto import BrokerMissing, Mosquitto
from devices.settings import PASSWORD
from devices.sorter import Scan
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import OLD
from tests.api.test_serving import process
from tests.until import WAIT_S, until
from tests.wires.ears import Ear
from tests.wires.test_gateway import BRANCH, cable, host, joined
from tests.wires.test_lines import Cable
from tests.wires.test_mqtt import wire
from tests.workflows.floor import FIRST, SECOND, SORTER, belt_floor

__all__ = ["cable", "host"]  # the fixtures of a bench

TOPIC = f"wh/v1/main/outbound/{SORTER}"
WORDS = {SORTER: "sorter-word", "watcher": "watcher-word", "scale-b1": "scale-word"}


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker whose watcher may read everything."""
    try:
        rights = broker.rights(watchers=["watcher"])
        started = Mosquitto(tmp_path / "broker", WORDS, rights=rights)
    except BrokerMissing as missing:
        pytest.skip(str(missing))
    started.start()
    yield started
    started.stop()


def devices_toml(folder: Path, mosquitto: Mosquitto, user: str, tables: str) -> Path:
    (folder / "word").write_text(mosquitto.users[user])
    path = folder / f"{user}.toml"
    login = f'host = "127.0.0.1"\nport = {mosquitto.port}\nusername = "{user}"\n'
    path.write_text(f'[broker]\n{login}password_file = "word"\n{tables}')
    return path


@contextmanager
def command(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A command that runs until SIGINT, and then ends well."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "api.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    ) as child:
        try:
            yield child
            child.send_signal(2)
            assert child.wait(WAIT_S) == 0
        finally:
            child.kill()


@contextmanager
def plc_wire(mosquitto: Mosquitto) -> Iterator[tuple[MqttTransport, Ear]]:
    """A sorter in MQTT 3.1.1, as most PLCs speak it: what it sends does not expire."""
    sorter, ear = MqttTransport(mosquitto.login(SORTER)), Ear()
    sorter._version = OLD
    sorter.watch(ear.changed)
    sorter.listen(f"{TOPIC}/cmd/divert", ear.hear)
    sorter.start()
    ear.wait_up()
    yield sorter, ear
    sorter.stop()


def scan(plc: Writer, parcel: str, tracking: str) -> bytes:
    return plc.write(Scan(codes=(f"]C100{parcel}",), tracking=tracking), 1)


def diverts(ear: Ear) -> dict[str, set[tuple[str, str]]]:
    """By tracking: the rows that asked for a divert, and the lanes."""
    told: dict[str, set[tuple[str, str]]] = {}
    for payload in ear.payloads:
        message: Any = json.loads(payload)
        data = message["data"]
        told.setdefault(data["tracking"], set()).add((message["corr"], data["lane"]))
    return told


def test_a_scan_is_diverted_also_when_the_controller_was_killed_in_between(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    database = tmp_path / "floor.db"
    store = open_store(f"sqlite:///{database}")
    belt_floor(2, store)
    store.close()
    tables = f'[device.{SORTER}]\ndriver = "sorter"\ntopic = "{TOPIC}"\n'
    file = devices_toml(tmp_path, mosquitto, broker.HOST, tables)
    options = ("--database", str(database), "--devices", str(file))
    plc = Writer("plc")
    first, second = scan(plc, FIRST, "t1"), scan(plc, SECOND, "t2")
    with plc_wire(mosquitto) as (sorter, obeys):
        with process(*options) as served:

            def diverted() -> bool:
                sorter.send(f"{TOPIC}/evt/scan", first)
                return "t1" in diverts(obeys)

            until(diverted)
            served.popen.kill()
            served.popen.wait()
            sorter.send(f"{TOPIC}/evt/scan", second)
        with process(*options) as served:
            until(lambda: "t2" in diverts(obeys))
            assert served.stop() == 0
    asked = diverts(obeys)
    assert asked.keys() == {"t1", "t2"}
    assert [len(rows) for rows in asked.values()] == [1, 1]
    assert all(lane.startswith("LANE") for rows in asked.values() for _, lane in rows)


def test_what_passes_on_the_wire_can_be_watched(mosquitto: Mosquitto) -> None:
    there = ("--broker", f"127.0.0.1:{mosquitto.port}", "--user", "watcher")
    word = {PASSWORD: WORDS["watcher"]}
    with (
        wire(mosquitto, SORTER, f"{TOPIC}/cmd/divert") as (sorter, _),
        command("device", "watch", "--json", *there, **word) as watching,
    ):
        assert watching.stderr is not None
        assert watching.stdout is not None
        assert any("listening to" in line for line in watching.stderr)
        sorter.send(f"{TOPIC}/evt/scan", scan(Writer("plc"), FIRST, "t7"))
        told = next(line for line in watching.stdout if "evt/scan" in line)
    assert '"t7"' in told
    assert SORTER in told


def test_a_gateway_carries_a_bench(
    mosquitto: Mosquitto, tmp_path: Path, cable: Cable, host: tuple[Any, Ear]
) -> None:
    tables = f'[serial.scale]\nport = "{cable.path}"\nbranch = "{BRANCH}"\n'
    file = devices_toml(tmp_path, mosquitto, "scale-b1", tables)
    with command("gateway", "--config", str(file)):
        _, hears = host
        hears.wait_up()
        os.write(cable.end, b"S S 1 kg\r\n")
        hears.wait(lambda ear: joined(ear) == b"S S 1 kg\r\n")
