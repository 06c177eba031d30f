"""Covering: the pods that one station needs for some orders, and when each of them comes.

Owns a greedy cover without spare pods, and the sequence in which orders are done soonest. Refuses
to say which orders a station gets.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations

SEQUENCED_MAX = 5  # so many pods are sequenced exactly

Stock = Mapping[str, Mapping[str, int]]
"""Units by pod and SKU."""
Take = tuple[str, str, int]
"""Order, SKU and units."""
Needs = Sequence[tuple[str, Mapping[str, int]]]
"""Orders by urgency with the units that they want of each SKU."""


def wanted(needs: Needs) -> dict[str, int]:
    """Units of all orders by SKU."""
    total: dict[str, int] = {}
    for _, units in needs:
        for sku, n in units.items():
            total[sku] = total.get(sku, 0) + n
    return total


def cover(total: Mapping[str, int], stock: Stock, called: Sequence[str]) -> list[str] | None:
    """Pods that hold all units, those that come anyhow first; None where no pods do.

    The pod with the most wanted units is taken next, and none is taken that the others replace.
    """
    left = dict(total)
    chosen = [pod for pod in called if pod in stock and _use(left, stock[pod])]
    new: list[str] = []
    while any(left.values()):
        best = max(
            (pod for pod in sorted(stock) if pod not in chosen and pod not in new),
            key=lambda pod: sum(min(n, stock[pod].get(sku, 0)) for sku, n in left.items()),
            default=None,
        )
        if best is None or not _use(left, stock[best]):
            return None
        new.append(best)
    for pod in reversed(list(new)):
        rest = [*chosen, *(each for each in new if each != pod)]
        if holds(total, stock, rest):
            new.remove(pod)
    return [*chosen, *new]


def holds(total: Mapping[str, int], stock: Stock, pods: Sequence[str]) -> bool:
    """Whether pods together hold all units."""
    return all(sum(stock[pod].get(sku, 0) for pod in pods) >= n for sku, n in total.items())


def _use(left: dict[str, int], held: Mapping[str, int]) -> bool:
    """Takes what a pod has off what is wanted; False when it has nothing of it."""
    used = False
    for sku, n in left.items():
        units = min(n, held.get(sku, 0))
        left[sku] -= units
        used = used or units > 0
    return used


def in_sequence(
    needs: Needs, stock: Stock, pods: Sequence[str], called: Sequence[str]
) -> list[tuple[str, tuple[Take, ...]]]:
    """The pods in the sequence in which orders are done soonest, with what is taken off each.

    Those that come anyhow come first. Exact for few pods, else the pod next that ends most orders.
    """
    first = [pod for pod in called if pod in pods]
    rest = [pod for pod in pods if pod not in first]
    if len(rest) <= SEQUENCED_MAX:
        ways = (_taken(needs, stock, [*first, *each]) for each in sorted(permutations(rest)))
        return min(ways, key=_waiting)
    done = first
    while rest:
        best = min(rest, key=lambda pod: (*_progress(needs, stock, [*done, pod]), pod))
        done = [*done, best]
        rest.remove(best)
    return _taken(needs, stock, done)


def _taken(needs: Needs, stock: Stock, pods: Sequence[str]) -> list[tuple[str, tuple[Take, ...]]]:
    left = [(order, dict(units)) for order, units in needs]
    presented = []
    for pod in pods:
        held = dict(stock[pod])
        takes = []
        for order, units in left:
            for sku in sorted(units):
                n = min(units[sku], held.get(sku, 0))
                if n:
                    takes.append((order, sku, n))
                    units[sku] -= n
                    held[sku] -= n
        if takes:
            presented.append((pod, tuple(takes)))
    return presented


def _waiting(presented: Sequence[tuple[str, tuple[Take, ...]]]) -> int:
    """The sum over orders of the presentation that ends each."""
    ends = {order: at for at, (_, takes) in enumerate(presented, 1) for order, _, _ in takes}
    return sum(ends.values()) + len(presented)


def _progress(needs: Needs, stock: Stock, pods: Sequence[str]) -> tuple[int, int]:
    got: dict[str, int] = {}
    for _, takes in _taken(needs, stock, pods):
        for order, _, n in takes:
            got[order] = got.get(order, 0) + n
    ended = sum(got.get(order, 0) == sum(units.values()) for order, units in needs)
    return -ended, -sum(got.values())
