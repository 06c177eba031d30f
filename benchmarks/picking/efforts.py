"""Owns the way from seconds to the effort of a planner, which reads no clock itself."""

import time
from dataclasses import dataclass, field

from controller.plan import Effort

ENDLESS = 1 << 60
RESERVED = 0.06  # the share of the time in which tours are walked and told


@dataclass(slots=True)
class Watch:
    """Seconds since it was made."""

    began: float = field(default_factory=time.perf_counter)

    def seconds(self) -> float:
        return time.perf_counter() - self.began


def effort_for(seconds: float, reserved: float = RESERVED) -> Effort:
    """An effort that ends early enough for an answer after so many seconds from now."""
    watch, most = Watch(), seconds * (1 - reserved)
    return Effort(
        work=ENDLESS,
        should_stop=lambda: watch.seconds() >= most,
        gone=lambda: watch.seconds() / most,
    )
