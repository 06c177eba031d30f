"""The building's clock: faster than ours, never back, never far ahead of what is not done."""

from dataclasses import dataclass

import pytest

from simulation.live.clock import ScaledClock

MS = 1_000_000
START = 1_000_000


@dataclass
class Outside:
    """Real time, as the test wants it."""

    ns: int = 0

    def __call__(self) -> int:
        return self.ns


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def clock(outside: Outside) -> ScaledClock:
    return ScaledClock(START, 10, outside)


def test_ten_seconds_pass_in_one(clock: ScaledClock, outside: Outside) -> None:
    outside.ns += 1_000 * MS
    assert clock.now_ms() == START + 10_000
    assert clock.seconds_until(START + 15_000) == pytest.approx(0.5)
    assert clock.seconds_until(START) == 0.0


def test_a_leap_goes_forward_only(clock: ScaledClock, outside: Outside) -> None:
    clock.leap(START + 60_000)
    assert clock.now_ms() == START + 60_000
    clock.leap(START)
    outside.ns += 100 * MS
    assert clock.now_ms() == START + 61_000


def test_the_clock_waits_at_its_limit_and_goes_on_from_there(
    clock: ScaledClock, outside: Outside
) -> None:
    clock.wait_for((START + 500) * 1_000)
    outside.ns += 1_000 * MS
    assert clock.now_ms() == START + 500
    clock.wait_for(None)
    assert clock.now_ms() == START + 500
    outside.ns += 10 * MS
    assert clock.now_ms() == START + 600


def test_a_limit_that_has_passed_does_not_turn_the_clock_back(
    clock: ScaledClock, outside: Outside
) -> None:
    outside.ns += 1_000 * MS
    clock.wait_for(START * 1_000)
    assert clock.now_ms() == START + 10_000
