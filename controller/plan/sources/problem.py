"""The form of a question of sourcing.

Owns nodes, orders and prices. Refuses names that stand twice and lines without units.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Where goods ship from. `safety` units of a SKU stay there; None: any number of parcels."""

    id: str
    stock: Mapping[str, int]
    safety: Mapping[str, int] = field(default_factory=dict)
    parcels_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Units by SKU; nodes that may ship it have a price of a parcel and of each unit.

    `now` is how it is sourced so far, units by node and SKU; nothing where nobody has asked yet.
    """

    id: str
    lines: Mapping[str, int]
    parcel_cents: Mapping[str, int]
    unit_cents: Mapping[str, int]
    now: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An order costs its parcels, its units, `split_cents` for each parcel beyond the first, and
    `unfilled_cents` for each unit that nobody ships."""

    nodes: tuple[Node, ...]
    orders: tuple[Order, ...]
    split_cents: int
    unfilled_cents: int

    def __post_init__(self) -> None:
        _check_unique("node", (node.id for node in self.nodes))
        _check_unique("order", (order.id for order in self.orders))
        for order in self.orders:
            for sku, units in order.lines.items():
                if units < 1:
                    raise ValueError(f"order {order.id!r}: {units} units of {sku}: give 1 or more")


def _check_unique(kind: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(f"{kind} {name!r} stands twice; give each its own name")
