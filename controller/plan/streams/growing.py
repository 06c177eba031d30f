"""One tour grown from its first loads: next comes the load that is worth most beyond its way.

Owns prices of tours by load numbers and what of the effort is spent. Refuses to choose the first
loads, and to leave one of them out.

Source: Balas 1989 (prizes); Or 1976 and its kin (exchanges).
"""

from collections.abc import Sequence

import numpy as np

from controller.plan import Effort
from controller.plan._graph_carts import Prices
from controller.plan.apart import Pairs
from controller.plan.batching import NONE, Cart, Load, takes
from controller.plan.graphs.graph import Graph
from controller.plan.graphs.matrix import length_of_tour
from controller.plan.streams.kernels import SPAN, length_of_codes, lengths_with
from controller.plan.tours.grid import Ints, grid_of
from controller.plan.walks.rectangle import Layout

EXCHANGES = 2  # rounds


class Loads:
    """Loads, what of them one cart takes, and the price of a tour through any of them."""

    def __init__(self, cart: Cart, loads: Sequence[Load], apart: Pairs = NONE) -> None:
        self.loads, self.cart, self.spent = loads, cart, 0
        self._apart = apart

    def fits(self, members: Sequence[int]) -> bool:
        """Whether one cart takes all these loads."""
        return takes(self.cart, [self.loads[n] for n in members], self._apart)

    def share(self, load: int) -> float:
        """The part of a cart that a load fills."""
        each, cart = self.loads[load], self.cart
        volume = each.volume_ml / max(1, cart.volume_ml)
        return max(each.slots / cart.slots, volume, each.mass_g / max(1, cart.mass_g))

    def length_mm(self, members: Sequence[int]) -> int:
        """The length of the shortest tour through these loads."""
        raise NotImplementedError

    def lengths_mm(self, members: Sequence[int], others: Sequence[int]) -> list[int]:
        """The length of the tour through the members and each one of the others."""
        raise NotImplementedError


class OnRectangle(Loads):
    """Loads as sorted picks; tours are the shortest."""

    def __init__(
        self, layout: Layout, cart: Cart, loads: Sequence[Load], apart: Pairs = NONE
    ) -> None:
        super().__init__(cart, loads, apart)
        self._grid = grid_of(layout)
        off = int(bool(layout.depot_mm))
        blocks = self._grid.blocks
        codes = [
            sorted((s.aisle * blocks + s.block + off) * SPAN + s.y_mm for s in load.stops)
            for load in loads
        ]
        self._first = np.cumsum([0, *map(len, codes)]).astype(np.int64)
        self._codes = np.array([code for held in codes for code in held], np.int64)

    def length_mm(self, members: Sequence[int]) -> int:
        self.spent += 1
        return int(length_of_codes(self._grid, self._picks(members)))

    def lengths_mm(self, members: Sequence[int], others: Sequence[int]) -> list[int]:
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


class OnGraph(Loads):
    """Loads on a floor that is no rectangle: tours are searched, additions are inserted."""

    def __init__(
        self, graph: Graph, cart: Cart, loads: Sequence[Load], apart: Pairs = NONE
    ) -> None:
        super().__init__(cart, loads, apart)
        self._prices = Prices(graph, [load.stops for load in loads])

    def length_mm(self, members: Sequence[int]) -> int:
        self.spent += 1
        return self._prices.mm(tuple(sorted(members)))

    def lengths_mm(self, members: Sequence[int], others: Sequence[int]) -> list[int]:
        """Each stop of another load goes where it lengthens the searched tour least."""
        self.spent += len(others)
        matrix, tour = self._prices.matrix, self._prices.tour(tuple(sorted(members)))
        length = length_of_tour(matrix, tour)
        lengths = []
        for other in others:
            way, longer = tour, 0
            for place in self._prices.visits[other]:
                before, after = way[:-1], way[1:]
                more = matrix[before, place] + matrix[place, after] - matrix[before, after]
                at = int(more.argmin())
                longer += int(more[at])
                way = np.insert(way, at + 1, place)
            lengths.append(length + longer)
        return lengths


def loads_of(
    layout: Layout | Graph, cart: Cart, loads: Sequence[Load], apart: Pairs = NONE
) -> Loads:
    """The loads on a floor of this shape."""
    if isinstance(layout, Graph):
        return OnGraph(layout, cart, loads, apart)
    return OnRectangle(layout, cart, loads, apart)


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
