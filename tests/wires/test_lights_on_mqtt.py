"""Lights after an outage, over a real broker: slots are lit again, and none shows what is past."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from devices.driver import DeviceOffline
from devices.hub import Hub
from devices.lights import Lights
from devices.mosquitto import Mosquitto
from devices.outages import TOLD_MS
from devices.transports.mqtt import MqttTransport
from devices.wiring import presence
from simulation.machines import Emit, Heard, LightRail
from tests.until import until
from tests.wires.ears import Ear
from tests.workflows.floor import Floor
from tests.workflows.monkey_site import SITE, SLOTS
from tests.workflows.scenes import wall

NAME = "lights-wall-01"
TOPIC = f"wh/v1/main/pack/{NAME}"


class Rail:
    """A rail on the broker, from one start of it to the next."""

    def __init__(self, mosquitto: Mosquitto, boot: str) -> None:
        self.machine = LightRail(name=NAME, topic=TOPIC, modules=SLOTS, boot=boot)
        self.ear = Ear()
        self._wire = MqttTransport(mosquitto.login(NAME), presence(TOPIC, boot))
        self._wire.watch(self.ear.changed)
        (address,) = self.machine.addresses
        self._wire.listen(address, self.ear.hear)
        self._obeyed = 0
        self._wire.start()
        self.ear.wait_up()

    def live(self, now_ms: int) -> dict[str, int]:
        """Obeys what has come; the figures that the modules show."""
        for payload in self.ear.payloads[self._obeyed :]:
            self._obeyed += 1
            for effect in self.machine.handle(now_ms * 1_000, Heard(f"{TOPIC}/cmd", payload)):
                if isinstance(effect, Emit):
                    with suppress(DeviceOffline):
                        self._wire.send(effect.address, effect.payload)
        return self.machine.lit

    def end(self) -> None:
        self._wire.stop()


class Lighted:
    """The real controller, hub and driver beside that broker, and a worker at the wall."""

    def __init__(self, floor: Floor, mosquitto: Mosquitto) -> None:
        self.floor, self.rail = floor, Rail(mosquitto, "1")
        self.ear, wire = Ear(), MqttTransport(mosquitto.login())
        wire.watch(self.ear.changed)
        self.hub, self.wire = Hub(floor.controller, [Lights(NAME, TOPIC)], wire), wire
        wire.start()
        self.ear.wait_up()

    def shows(self, lit: dict[str, int]) -> None:
        def so() -> bool:
            self.hub.run(self.floor.clock.ms)
            return self.rail.live(self.floor.clock.ms) == lit

        until(so, f"{lit} instead of {self.rail.machine.lit}")

    def slot(self) -> str:
        return str(self.floor.screens["W1"].screen.target)


@pytest.fixture
def lighted(mosquitto: Mosquitto) -> Iterator[Lighted]:
    """W1 has mugs in hand, and their slot is lit."""
    floor = wall()
    floor.do(replace(SITE, id="lit", settings=replace(SITE.settings, lights=("WALL-01",))))
    made = Lighted(floor, mosquitto)
    floor.scans("WALL-01", "TOTE-1", "MUG")
    made.shows({made.slot(): 2})
    yield made
    made.rail.end()
    made.wire.stop()


def test_a_rail_that_starts_again_is_lit_as_before(lighted: Lighted, mosquitto: Mosquitto) -> None:
    lighted.rail.end()
    lighted.rail = Rail(mosquitto, "2")
    lighted.shows({lighted.slot(): 2})


def test_after_an_outage_the_slot_of_now_is_lit_and_that_of_then_is_dark(
    lighted: Lighted, mosquitto: Mosquitto
) -> None:
    mosquitto.kill()
    for ear in (lighted.rail.ear, lighted.ear):
        ear.wait_down()
    lighted.hub.run(lighted.floor.clock.ms)
    first = lighted.slot()
    lighted.floor.scans(first, "MUG")
    lighted.floor.clock.ms += TOLD_MS + 60_000
    lighted.hub.run(lighted.floor.clock.ms)
    assert lighted.rail.live(lighted.floor.clock.ms) == {first: 2}
    mosquitto.start()
    for ear in (lighted.rail.ear, lighted.ear):
        ear.wait_up()
    assert lighted.slot() != first
    lighted.shows({lighted.slot(): 2})


def test_a_rail_that_started_again_beside_the_broker_is_lit_as_before(
    lighted: Lighted, mosquitto: Mosquitto
) -> None:
    mosquitto.kill()
    lighted.ear.wait_down()
    lighted.rail.end()
    mosquitto.start()
    lighted.ear.wait_up()
    lighted.rail = Rail(mosquitto, "2")
    lighted.shows({lighted.slot(): 2})
