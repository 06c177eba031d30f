"""One tour grown from its first loads: next comes the load that is worth most beyond its way.

Owns prices of tours by load numbers and what of the effort is spent. Refuses to choose the first
loads, and to leave one of them out.

Source: Balas 1989 (prizes); Or 1976 and its kin (exchanges).
"""

from collections.abc import Sequence

import numpy as np

from controller.plan import Effort
from controller.plan._rectangle import Layout
from controller.plan.apart import Pairs
from controller.plan.batching import NONE, Cart, Load, takes
from controller.plan.streams.kernels import SPAN, length_of_codes, lengths_with
from controller.plan.tours.grid import Ints, grid_of

EXCHANGES = 2  # rounds


class Loads:
    """Loads as sorted picks, and the price of a tour through any of them."""

    def __init__(
        self, layout: Layout, cart: Cart, loads: Sequence[Load], apart: Pairs = NONE
    ) -> None:
        self.loads, self.cart, self.spent = loads, cart, 0
        self._apart = apart
        self._grid = grid_of(layout)
        off = int(bool(layout.depot_mm))
        blocks = self._grid.blocks
        codes = [
            sorted((s.aisle * blocks + s.block + off) * SPAN + s.y_mm for s in load.stops)
            for load in loads
        ]
        self._first = np.cumsum([0, *map(len, codes)]).astype(np.int64)
        self._codes = np.array([code for held in codes for code in held], np.int64)

    def fits(self, members: Sequence[int]) -> bool:
        """Whether one cart takes all these loads."""
        return takes(self.cart, [self.loads[n] for n in members], self._apart)

    def share(self, load: int) -> float:
        """The part of a cart that a load fills."""
        each, cart = self.loads[load], self.cart
        volume = each.volume_ml / max(1, cart.volume_ml)
        return max(1 / cart.slots, volume, each.mass_g / max(1, cart.mass_g))

    def length_mm(self, members: Sequence[int]) -> int:
        """The length of the shortest tour through these loads."""
        self.spent += 1
        return int(length_of_codes(self._grid, self._picks(members)))

    def lengths_mm(self, members: Sequence[int], others: Sequence[int]) -> list[int]:
        """The length of the tour through the members and each one of the others."""
        self.spent += len(others)
        lengths = np.zeros(len(others), np.int64)
        loads = np.array(others, np.int64)
        held = self._picks(members)
        lengths_with(self._grid, self._first, self._codes, held, loads, lengths)
        found: list[int] = lengths.tolist()
        return found

    def _picks(self, members: Sequence[int]) -> Ints:
        parts = [self._codes[self._first[n] : self._first[n + 1]] for n in members]
        return np.sort(np.concatenate(parts)) if parts else self._codes[:0]


def grown(
    loads: Loads, first: list[int], others: Sequence[int], worth: dict[int, float], effort: Effort
) -> list[int]:
    """The members of a tour with these first loads, as full as the cart and `others` allow."""
    members = list(first)
    left = [load for load in others if load not in first]
    while left and not _over(loads, effort):
        left = [load for load in left if loads.fits([*members, load])]
        if not left:
            break
        lengths = loads.lengths_mm(members, left)
        dearest = min(range(len(left)), key=lambda at: lengths[at] - worth[left[at]])
        members.append(left.pop(dearest))
    for _ in range(EXCHANGES):
        before = list(members)
        members = _exchanged(loads, first, members, others, worth, effort)
        if members == before:
            break
    return members


def _over(loads: Loads, effort: Effort) -> bool:
    return loads.spent >= effort.work or effort.should_stop()


def _exchanged(
    loads: Loads,
    first: Sequence[int],
    members: list[int],
    others: Sequence[int],
    worth: dict[int, float],
    effort: Effort,
) -> list[int]:
    """The tour after each member but the first has given its place where another is better."""
    current = list(members)
    length = loads.length_mm(current)
    for member in members:
        if member in first or _over(loads, effort):
            continue
        rest = [each for each in current if each != member]
        can = [n for n in others if n not in current and loads.fits([*rest, n])]
        if not can:
            continue
        lengths = loads.lengths_mm(rest, can)
        best = min(range(len(can)), key=lambda at: lengths[at] - worth[can[at]])
        if lengths[best] - worth[can[best]] < length - worth[member]:
            current, length = [*rest, can[best]], lengths[best]
    return current
