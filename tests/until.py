"""Owns waiting for what another thread or process will do: a condition, until it holds.

Patience costs only a test that fails; a busy machine must not be what makes it fail.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

WAIT_S: Final = 60.0
_LOOK_S: Final = 0.005


def until(condition: Callable[[], object], what: str = "") -> None:
    """Returns when the condition holds; fails, with `what` was waited for, when it never does."""
    end_s = time.monotonic() + WAIT_S
    never = threading.Event()
    while not condition():
        assert time.monotonic() < end_s, f"waited {WAIT_S} s in vain: {what or condition}"
        never.wait(_LOOK_S)
