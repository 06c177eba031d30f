"""From an assignment to moves that can be made one after the other, and to those worth making.

Owns chains: moves of which each sets free the spot of the next. A chain that is closed needs a
spot to set goods down in between. Refuses chains that do not pay within the horizon, and more
moves than allowed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controller.plan.graphs.distances import distance_mm
from controller.plan.slots.faces import why_not
from controller.plan.slots.visits import Visits

Leg = tuple[int, int, int]  # goods, from spot, to spot
Part = tuple[int, ...]  # goods of one chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The legs of a chain in the order in which they can be made."""

    legs: tuple[Leg, ...]
    closed: bool = False

    @property
    def goods(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(goods for goods, _, _ in self.legs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What undoing some goods' moves would lose in all trips, and what making them costs."""

    saving_mm: int
    cost_mm: int


def links_of(visits: Visits, present: Sequence[int], places: Sequence[int]) -> list[Links]:
    """The chains that lead from the present spots to the places; closed ones without a spot
    in between are left out."""
    moved = [goods for goods, spot in enumerate(places) if spot != present[goods]]
    holder = {spot: goods for goods, spot in enumerate(present)}
    taken = {*present, *(places[goods] for goods in moved)}
    follows = {present[goods]: goods for goods in moved}
    left, found = set(moved), []
    into = {places[goods]: goods for goods in moved}
    for first in moved:
        if places[first] not in holder:
            chain = list(_chain(first, present, into))
            left.difference_update(chain)
            found.append(Links(legs=tuple((g, present[g], places[g]) for g in chain)))
    while left:
        first = min(left, key=lambda g: (visits.problem.goods[g].units, g))
        ring = list(_chain(first, present, into))
        left.difference_update(ring)
        if between := _set_down(visits, ring, present, taken):
            found.append(_closed(ring, between, present, places))
    assert len(follows) == len(moved)
    return found


def _chain(first: int, present: Sequence[int], into: dict[int, int]) -> Iterator[int]:
    """Goods in the order of their moves: each goes where the one before has left."""
    goods = first
    while True:
        yield goods
        following = into.get(present[goods])
        if following is None or following == first:
            return
        goods = following


def _set_down(
    visits: Visits, ring: list[int], present: Sequence[int], taken: set[int]
) -> tuple[int, int] | None:
    """One of the ring and the nearest empty spot that takes it for a while: (goods, spot)."""
    problem = visits.problem
    for goods in sorted(ring, key=lambda g: (problem.goods[g].units, g)):
        here = problem.spots[present[goods]].stop
        spots = [
            (distance_mm(problem.layout, here, spot.stop), index)
            for index, spot in enumerate(problem.spots)
            if index not in taken and not why_not(problem.goods[goods], spot, problem.rules)
        ]
        if spots:
            return goods, min(spots)[1]
    return None


def _closed(
    ring: list[int], between: tuple[int, int], present: Sequence[int], places: Sequence[int]
) -> Links:
    goods, spot = between
    start = ring.index(goods)
    others = ring[start + 1 :] + ring[:start]
    legs = [(goods, present[goods], spot)]
    legs += [(each, present[each], places[each]) for each in others]
    legs.append((goods, spot, places[goods]))
    return Links(legs=tuple(legs), closed=True)


def worth(
    visits: Visits, links: Links, goods: Part, present: Sequence[int], places: list[int]
) -> Worth:
    """What the moves of some goods of a chain save, as the last thing done, and their cost."""
    before = list(places)
    for each in goods:
        before[each] = present[each]
    touched = sorted({nth for each in goods for nth in visits.trips_of[each]})
    saving_mm = sum(visits.trips_mm(touched, before)) - sum(visits.trips_mm(touched, places))
    saving_mm += sum(
        visits.reached_mm(each, before[each]) - visits.reached_mm(each, places[each])
        for each in goods
    )
    cost_mm = sum(visits.moving_mm(*leg) for leg in links.legs if leg[0] in goods)
    return Worth(saving_mm=saving_mm, cost_mm=cost_mm)


def kept(visits: Visits, present: Sequence[int], places: Sequence[int]) -> list[int]:
    """The assignment without what does not pay or is too much; the last goods of a chain first.

    An open chain may end earlier; a closed one goes as a whole. A quarter of what is too much
    goes at a time, because what is left is then worth more.
    """
    now = list(places)
    while True:
        chains = links_of(visits, present, now)
        chained = {goods for links in chains for goods in links.goods}
        now = [s if g in chained else present[g] for g, s in enumerate(now)]
        over = sum(len(links.legs) for links in chains) - visits.problem.moves_max
        nets = sorted(
            (_net_mm(visits, links, part, present, now) // len(part), part)
            for links in chains
            for part in {links.goods, links.goods if links.closed else links.goods[-1:]}
        )
        surplus = max(over, sum(net_mm <= 0 for net_mm, _ in nets))
        if surplus <= 0:
            return now
        for goods in _least(nets, -(-surplus // 4)):
            now[goods] = present[goods]


def _least(nets: list[tuple[int, Part]], most: int) -> list[int]:
    """Goods of the parts that are worth least, about so many."""
    found: list[int] = []
    for _, part in nets:
        if not found or len(found) + len(part) <= most:
            found += part
    return found


def _net_mm(
    visits: Visits, links: Links, goods: Part, present: Sequence[int], places: list[int]
) -> int:
    found = worth(visits, links, goods, present, places)
    return found.saving_mm - visits.share_mm(found.cost_mm)
