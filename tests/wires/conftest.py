"""Owns the real broker of the tests: a mosquitto child with the shipped configuration."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.mosquitto import BrokerMissing, Mosquitto

DEVICES = {
    "sorter-01": "sorter-word",
    "belt-01": "belt-word",
    "scanner-02": "scanner-word",
    "scale-b1": "scale-word",
    "lights-wall-01": "lights-word",
}


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker that accepts connections; skips where mosquitto is not installed."""
    try:
        started = Mosquitto(tmp_path / "broker", DEVICES)
    except BrokerMissing as missing:
        pytest.skip(str(missing))
    started.start()
    yield started
    started.stop()
