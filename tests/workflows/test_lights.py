"""Put-to-light: slots light up with the screen, and their buttons are as good as a scan."""

from dataclasses import replace

import pytest

from controller.messages import ButtonPressed, SignOut
from devices.hub import Hub
from devices.lights import LIGHT, Lights
from devices.transports.memory import pair
from simulation.machines import Died, Emit, Heard, LightRail, Pressed
from simulation.machines.conveyor import Connected
from tests.workflows.floor import Floor
from tests.workflows.monkey_site import SITE, SLOTS, STATION
from tests.workflows.scenes import presented, wall

NAME = "lights-wall-01"
TOPIC = f"wh/v1/main/pack/{NAME}"
AT_TOTE = ("WALL-01", "TOTE-1")


class Lighted:
    """The real controller, hub and driver on one wire with an emulated rail of lights."""

    def __init__(self, floor: Floor, place: str = "WALL-01", modules: tuple[str, ...] = SLOTS):
        self.floor, name = floor, f"lights-{place.lower()}"
        topic = f"wh/v1/main/pack/{name}"
        floor.do(replace(SITE, id="lit", settings=replace(SITE.settings, lights=(place,))))
        host, self._wire = pair()
        self.rail = LightRail(name=name, topic=topic, modules=modules)
        for address in self.rail.addresses:
            self._wire.listen(address, lambda a, p, _taken: self.tell(Heard(a, p)))
        self.hub = Hub(floor.controller, [Lights(name, topic)], host)
        self.tell(Connected())

    def tell(self, happening: object) -> None:
        for effect in self.rail.handle(self.floor.clock.ms * 1_000, happening):
            if isinstance(effect, Emit):
                self._wire.send(effect.address, effect.payload)

    def lit(self) -> dict[str, int]:
        self.hub.run(self.floor.clock.ms)
        return dict(self.rail.lit)

    def press(self, module: str) -> None:
        self.tell(Pressed(module))
        self.hub.run(self.floor.clock.ms)

    def last(self) -> str:
        return str(self.floor.value("SELECT last FROM session WHERE worker = 'W1'"))

    def step(self) -> str:
        return str(self.floor.value("SELECT step FROM session WHERE worker = 'W1'"))

    def alarms(self) -> set[str]:
        rows = self.floor.all("SELECT fault FROM alarm WHERE state = 'open' ORDER BY fault")
        return {row.fault for row in rows}


def at_wall(*path: str) -> Lighted:
    lighted = Lighted(wall())
    lighted.floor.scans(*AT_TOTE, *path)
    return lighted


def test_the_slot_of_the_screen_is_lit_with_its_units_and_dark_after_the_scan() -> None:
    lighted = at_wall("MUG")
    slot = str(lighted.floor.screens["W1"].screen.target)
    assert lighted.lit() == {slot: 2}
    lighted.floor.scans(slot)
    assert lighted.lit() == {}
    lighted.floor.scans("UNDO")
    assert lighted.lit() == {slot: 2}
    lighted.floor.scan("HOME")
    assert lighted.lit() == {}
    assert lighted.alarms() == set()
    rows = lighted.floor.all("SELECT state FROM outbox WHERE topic LIKE 'device/lights%'")
    assert {row.state for row in rows} == {"delivered"}


def test_the_button_is_the_scan_of_the_slot() -> None:
    lighted = at_wall("MUG")
    (slot,) = lighted.lit()
    lighted.press(slot)
    assert (lighted.last(), lighted.step()) == ("put_into_slot", "item")
    assert lighted.floor.stock(slot) == {"MUG": 2}
    assert lighted.lit() == {}
    lighted.press(slot)  # nobody waits for it any more
    assert lighted.floor.stock(slot) == {"MUG": 2}
    assert lighted.alarms() == set()
    assert lighted.floor.books_balance()


def test_a_wrong_button_is_an_alarm_until_the_right_one_is_pressed() -> None:
    lighted = at_wall("MUG")
    (slot,) = lighted.lit()
    other = next(each for each in SLOTS if each != slot)
    lighted.press(other)
    assert (lighted.last(), lighted.step()) == ("wrong_button", "slot")
    assert (lighted.alarms(), lighted.floor.stock(other)) == ({"wrong_module"}, {})
    lighted.press(slot)
    assert (lighted.alarms(), lighted.step()) == (set(), "item")


def test_a_dead_module_is_an_alarm_and_the_slot_is_scanned() -> None:
    lighted = at_wall()
    for slot in SLOTS:
        lighted.tell(Died(slot))
    lighted.floor.scans("MUG")
    assert lighted.lit() == {}
    assert lighted.alarms() == {"dead_module"}
    slot = str(lighted.floor.screens["W1"].screen.target)
    lighted.press(slot)
    assert lighted.step() == "slot"
    lighted.floor.scans(slot)
    lighted.tell(Died(slot, dead=False))
    lighted.hub.run(lighted.floor.clock.ms)
    assert lighted.alarms() == set()


def test_a_full_slot_hands_its_light_on() -> None:
    lighted = at_wall("MUG")
    (slot,) = lighted.lit()
    lighted.floor.scans("FULL")
    (further,) = lighted.lit()
    assert further == lighted.floor.screens["W1"].screen.target != slot


def test_lights_at_a_station_show_what_was_taken_off_the_pod() -> None:
    slots = (f"{STATION}-1", f"{STATION}-2")
    lighted = Lighted(presented(), STATION, slots)
    lighted.floor.scans(STATION, "POD-1", "POD-1-A", "MUG", "5")
    assert lighted.lit() == {slots[0]: 5}
    lighted.press(slots[0])
    assert (lighted.last(), lighted.floor.stock(slots[0])) == ("picked", {"MUG": 5})
    assert lighted.floor.books_balance()


def test_whoever_signs_out_leaves_no_light_behind() -> None:
    lighted = at_wall("MUG")
    assert len(lighted.lit()) == 1
    lighted.floor.do(SignOut(id="out", badge="W1"))
    assert lighted.lit() == {}


def test_without_lights_nothing_is_sent_and_a_press_does_nothing() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "MUG")
    assert floor.sent("device/lights") == []
    pressed = ButtonPressed(id="press", device=NAME, module=SLOTS[0])
    assert floor.do(pressed).note == "nothing_lit"


@pytest.mark.parametrize("twice", [False, True])
def test_a_module_heeds_the_newest_row_and_answers_a_repeat_from_memory(twice: bool) -> None:
    from devices.envelope import RESULT, Writer
    from devices.lights import Light

    rail, host = LightRail(name=NAME, topic=TOPIC, modules=SLOTS), Writer("host")

    def told(row: int, units: int, deadline_ms: int = 0) -> bool:
        payload = host.write(Light(SLOTS[0], units), 1_000, str(row), deadline_ms)
        *_, answer = rail.handle(1_000_000, Heard(f"{TOPIC}/cmd/light", payload))
        assert isinstance(answer, Emit)
        return RESULT.read(answer.payload).data.ok

    assert told(5, 2)
    assert told(4, 7)  # overtaken on the wire
    assert rail.lit == {SLOTS[0]: 2}
    assert told(6, 0)
    if twice:
        assert told(5, 2)
    assert rail.lit == {}
    assert not told(7, 3, deadline_ms=999)
    assert LIGHT.read(host.write(Light("x", 1), 1)).data.module == "x"
