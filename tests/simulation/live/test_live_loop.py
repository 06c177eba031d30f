"""The building's thread: events in order, what others post at once, and no error ends it."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from simulation.clock import PEOPLE, Agenda
from simulation.live.clock import ScaledClock
from simulation.live.loop import LiveLoop

START = 1_000_000
PATIENCE_S = 10.0


class Building:
    def __init__(self, speed: float) -> None:
        self.agenda = Agenda(START)
        self.errors: list[str] = []
        self.clock = ScaledClock(START, speed)
        self.loop = LiveLoop(self.agenda, self.clock, lambda error: self.errors.append(str(error)))
        self.done = threading.Event()


@pytest.fixture
def building() -> Iterator[Building]:
    made = Building(speed=50)
    yield made
    made.loop.stop()
    assert not made.loop.alive


def test_events_happen_at_their_time_in_their_order(building: Building) -> None:
    seen: list[tuple[str, int]] = []

    def note(name: str) -> None:
        seen.append((name, building.agenda.now_ms()))
        if len(seen) == 3:
            building.done.set()

    for name, after_ms in (("late", 2_000), ("soon", 10), ("later", 1_000)):
        building.agenda.after(after_ms, PEOPLE, name, partial(note, name))
    building.loop.start()
    assert building.done.wait(PATIENCE_S)
    assert seen == [("soon", START + 10), ("later", START + 1_000), ("late", START + 2_000)]
    assert building.clock.now_ms() >= START + 2_000


def test_what_others_post_wakes_the_building_and_runs_on_its_thread(building: Building) -> None:
    where: list[bool] = []

    def happens() -> None:
        where.append(building.loop.here)
        building.agenda.after(1, PEOPLE, "then", building.done.set)

    building.loop.start()
    building.loop.post(happens)
    assert building.done.wait(PATIENCE_S)
    assert where == [True]
    assert not building.loop.here


def test_an_error_is_told_and_the_rest_happens(building: Building) -> None:
    def fails() -> None:
        raise AssertionError("torn bag")

    building.agenda.after(1, PEOPLE, "a", fails)
    building.agenda.after(1, PEOPLE, "b", lambda: None)
    building.agenda.after(2, PEOPLE, "c", building.done.set)
    building.loop.post(fails)
    building.loop.start()
    assert building.done.wait(PATIENCE_S)
    assert building.errors == ["torn bag", "torn bag"]
