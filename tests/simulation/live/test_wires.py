"""The living warehouse on real wires: a broker, pseudo-terminals and sockets."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.mosquitto import BrokerMissing, Mosquitto
from simulation.live.site import machines
from simulation.machines import Blocked
from simulation.plant import SORTER, topics
from tests.simulation.live.conftest import Living

SPEED = 20.0


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    try:
        started = Mosquitto(
            tmp_path / "broker", {name: f"word-of-{name}" for name in topics(machines())}
        )
    except BrokerMissing as missing:
        pytest.skip(str(missing))
    started.start()
    yield started
    started.stop()


@pytest.fixture
def wired(broker: Mosquitto, morning: Path, tmp_path: Path) -> Iterator[Living]:
    house = Living(Path(shutil.copy(morning, tmp_path / "demo.db")), SPEED, broker)
    house.warehouse.start()
    yield house
    house.close()


def open_alarms(living: Living) -> list[tuple[str, str]]:
    with living.store.reading() as db:
        rows = db.all("SELECT device, fault FROM alarm WHERE state = 'open' ORDER BY 1, 2")
    return [(row.device, row.fault) for row in rows]


@pytest.mark.long
def test_parcels_are_weighed_labelled_and_sorted_over_mqtt_serial_and_tcp(wired: Living) -> None:
    before = wired.state()
    wired.until(lambda: wired.shipped() >= before["parcels"] + 8, "shipped parcels")
    assert not [each for each in open_alarms(wired) if each[1] == "offline"]
    assert not wired.warehouse.house.failures
    wired.warehouse.stop()
    assert wired.warehouse.violations() == []


@pytest.mark.long
def test_sorting_goes_on_when_the_broker_was_killed(wired: Living, broker: Mosquitto) -> None:
    before = wired.state()
    wired.until(lambda: wired.shipped() >= before["parcels"] + 2, "a first parcel")
    broker.kill()
    wired.until(lambda: (SORTER, "offline") in open_alarms(wired), "the alarm")
    broker.start()
    wired.until(lambda: (SORTER, "offline") not in open_alarms(wired), "the end of the alarm")
    again = wired.shipped()
    wired.until(lambda: wired.shipped() >= again + 4, "parcels after the loss")


@pytest.mark.long
def test_parcels_ride_over_sections_that_speak_over_the_broker(wired: Living) -> None:
    sections = [each.device for each in machines().sections]
    assert len(sections) >= 2
    before = wired.state()
    wired.until(lambda: wired.shipped() >= before["parcels"] + 2, "parcels over the sections")
    heard_ms = wired.warehouse.runtime.hub.heard_ms
    wired.until(lambda: all(heard_ms[each] for each in sections), "a word of every section")
    plant = wired.warehouse.house.floor.plant
    wired.warehouse.house.loop.post(lambda: plant.tell(sections[1], Blocked(40_000_000, "test")))
    wired.until(lambda: (sections[1], "jam") in open_alarms(wired), "the alarm of the section")
    wired.until(lambda: (sections[1], "jam") not in open_alarms(wired), "the end of the jam")
