"""Owns the blocks of narrow aisles: one cart at a time in each, first come, first in.

Who has to wait stands in the cross-aisle, holding no other block, so nobody waits for ever. It
refuses to count who only walks through a block, and people without a cart.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from simulation.clock import PEOPLE, Agenda

Block = tuple[int, int]
"""Aisle, and block of it; on a floor that is no rectangle the way, and 0."""


@dataclass(slots=True)
class Aisles:
    """`waited_ms` is how long all carts together have waited, `picked_ms` picked and walked."""

    agenda: Agenda
    waited_ms: int = field(default=0, init=False)
    picked_ms: int = field(default=0, init=False)
    waits: int = field(default=0, init=False)
    _within: dict[Block, str] = field(default_factory=dict, init=False)
    _queues: dict[Block, deque[tuple[str, int, Callable[[], None]]]] = field(
        default_factory=dict, init=False
    )

    def enter(self, block: Block, who: str, then: Callable[[], None]) -> None:
        """`then` is called once the cart is in the block."""
        if block not in self._within:
            self._within[block] = who
            then()
            return
        self.waits += 1
        queue = self._queues.setdefault(block, deque())
        queue.append((who, self.agenda.now_ms(), then))

    def leave_after(self, time_ms: int, block: Block, who: str) -> None:
        """A cart is on its way out."""
        self.agenda.after(time_ms, PEOPLE, who, lambda: self._leave(block))

    def _leave(self, block: Block) -> None:
        """The next cart goes in."""
        self._within.pop(block, None)
        if not self._queues.get(block):
            return
        who, since_ms, then = self._queues[block].popleft()
        self.waited_ms += self.agenda.now_ms() - since_ms
        self._within[block] = who
        self.agenda.after(0, PEOPLE, who, then)
