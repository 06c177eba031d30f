"""Owns which orders are sorted at a put wall, in which slot, and which wall's batch each joins.

The most urgent orders that the free slots can hold are taken: a set of orders fits when the
n-th largest order fits the n-th largest slot, so taking them in turn is exact. Orders that want
the same bins then join the same wall, because a bin is visited once per batch. It refuses to put
two orders into one slot, and to make a batch of one order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from controller.plan import Effort

ORDERS_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    lpn: str
    volume_ml: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """A put wall and its free slots."""

    name: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`bins`: the places that its goods come from."""

    id: str
    volume_ml: int
    bins: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`orders`: the most urgent first."""

    walls: tuple[Wall, ...]
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Orders that are picked together and sorted at one wall: (order, slot)."""

    wall: str
    slots: tuple[tuple[str, str], ...]
    visits: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`bound_visits`: bins that any way to batch these orders must visit."""

    batches: tuple[Batch, ...]
    refused: tuple[tuple[str, str], ...]
    visits: int
    bound_visits: int


def solve(problem: Problem, effort: Effort) -> Plan:
    """Batches for the walls.

    Units: one unit of work is one exchange of two orders, or move of one, that is priced.
    """
    walls = [wall for wall in problem.walls if wall.slots]
    taken, refused = _admitted(problem.orders, [slot for wall in walls for slot in wall.slots])
    groups = _joined(walls, taken, effort)
    batches = []
    for wall, orders in zip(walls, groups, strict=True):
        if len(orders) >= ORDERS_MIN:
            batches.append(_batch(wall, orders))
        else:
            refused += [(order.id, "no_other_order_to_pick_with") for order in orders]
    batched = {order for batch in batches for order, _ in batch.slots}
    bins = {each for order in taken if order.id in batched for each in order.bins}
    return Plan(
        batches=tuple(batches),
        refused=tuple(refused),
        visits=sum(batch.visits for batch in batches),
        bound_visits=len(bins),
    )


def fits(orders: Sequence[Order], slots: Sequence[Slot]) -> bool:
    """Whether each order can have a slot of its own."""
    wanted = sorted((order.volume_ml for order in orders), reverse=True)
    offered = sorted((slot.volume_ml for slot in slots), reverse=True)
    return len(wanted) <= len(offered) and all(
        need <= room for need, room in zip(wanted, offered, strict=False)
    )


def _admitted(
    orders: Sequence[Order], slots: Sequence[Slot]
) -> tuple[list[Order], list[tuple[str, str]]]:
    """The orders that get a slot, the most urgent first, and why the others do not."""
    taken: list[Order] = []
    refused: list[tuple[str, str]] = []
    largest = max((slot.volume_ml for slot in slots), default=0)
    for order in orders:
        if fits([*taken, order], slots):
            taken.append(order)
        else:
            small = order.volume_ml > largest
            refused.append((order.id, "larger_than_a_slot" if small else "no_slot_free"))
    return taken, refused


def _joined(walls: Sequence[Wall], orders: Sequence[Order], effort: Effort) -> list[list[Order]]:
    """The orders of each wall, such that few bins are visited twice."""
    offered = sorted(
        ((slot.volume_ml, at) for at, wall in enumerate(walls) for slot in wall.slots),
        key=lambda each: (-each[0], each[1]),
    )
    wanted = sorted(orders, key=lambda order: -order.volume_ml)
    groups: list[list[Order]] = [[] for _ in walls]
    for order, (_, at) in zip(wanted, offered, strict=False):
        groups[at].append(order)
    work = effort.work
    better = len(walls) > 1
    while better and work > 0 and not effort.should_stop():
        better = False
        for one, other in combinations(range(len(walls)), 2):
            for first, second in _changes(groups[one], groups[other]):
                work -= 1
                gain = _visits(groups[one]) + _visits(groups[other])
                gain -= _visits(first) + _visits(second)
                joins = gain > 0 or _ends_alone(groups[one], groups[other], first, second)
                if joins and fits(first, walls[one].slots) and fits(second, walls[other].slots):
                    groups[one], groups[other] = first, second
                    better = True
                    break
                if work <= 0:
                    break
    return groups


def _changes(one: list[Order], other: list[Order]) -> Iterator[tuple[list[Order], list[Order]]]:
    """Two walls after a move of one order, or an exchange of two."""
    for order in one:
        yield [each for each in one if each is not order], [*other, order]
    for order in other:
        yield [*one, order], [each for each in other if each is not order]
    for first in one:
        for second in other:
            yield (
                [*(each for each in one if each is not first), second],
                [*(each for each in other if each is not second), first],
            )


def _ends_alone(*groups: list[Order]) -> bool:
    """Whether an order that was alone at its wall has joined others."""
    one, other, first, second = map(len, groups)
    return min(one, other) == 1 and min(first, second) == 0


def _visits(orders: Sequence[Order]) -> int:
    return len(frozenset[str]().union(*(order.bins for order in orders)))


def _batch(wall: Wall, orders: Sequence[Order]) -> Batch:
    """Each order in the smallest slot that holds it, so that large slots stay free."""
    free = sorted(wall.slots, key=lambda slot: (slot.volume_ml, slot.lpn))
    slots = []
    for order in sorted(orders, key=lambda each: (-each.volume_ml, each.id)):
        slot = next(each for each in free if each.volume_ml >= order.volume_ml)
        free.remove(slot)
        slots.append((order.id, slot.lpn))
    visits, alone = _visits(orders), sum(len(order.bins) for order in orders)
    return Batch(
        wall=wall.name,
        slots=tuple(slots),
        visits=visits,
        why=f"{len(slots)} orders of wall {wall.name} are picked together: "
        f"{visits} visits of bins instead of {alone}",
    )
