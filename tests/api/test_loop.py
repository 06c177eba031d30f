"""The threads of the runtime: how often they work, and that they end."""

import threading
import time

from api.clock import WallClock
from api.loop import Loop

REST_S = 0.05


def failed(thread: str, error: BaseException) -> None:
    raise AssertionError(thread) from error


def test_rounds_rest_and_all_that_comes_meanwhile_is_one_round() -> None:
    began: list[float] = []
    enough = threading.Event()

    def work() -> None:
        began.append(time.monotonic())
        for _ in range(10):
            loop.nudge()
        if len(began) == 4:
            enough.set()

    loop = Loop("rests", WallClock(), work, failed, rest_s=REST_S)
    started = time.monotonic()
    loop.start()
    assert enough.wait(30)
    loop.stop()
    assert not loop.alive
    assert began[3] >= started + 3 * REST_S


def test_a_resting_loop_stops_at_once() -> None:
    worked = threading.Event()
    loop = Loop("stops", WallClock(), worked.set, failed, rest_s=3_600)
    loop.start()
    assert worked.wait(30)
    loop.nudge()
    loop.stop()
    assert not loop.alive
