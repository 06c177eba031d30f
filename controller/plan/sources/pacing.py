"""How much of an effort a solver may take: efforts tell shares of a time, solvers want seconds.

Owns the rate between both, known from what solvers say they took. Refuses to read a clock.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from controller.plan import Effort

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Pace:
    """The rate so far: a solver took `seconds` while a `share` of the effort's time passed."""

    effort: Effort
    seconds: float = 0.0
    share: float = 0.0

    def timed(self, solve: "Callable[[], Any]") -> Any:
        """What a solver answers."""
        began = self.effort.gone()
        answer = solve()
        self.share += self.effort.gone() - began
        self.seconds += answer.solve_stats.solve_time.total_seconds()
        return answer

    def limit(self, part: float) -> timedelta | None:
        """The time that is a part of what is left; None where no time is set."""
        if not self.share:
            return None
        left = part * (1 - self.effort.gone()) * self.seconds / self.share
        return timedelta(seconds=max(0.01, left))
