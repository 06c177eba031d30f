"""Owns the words of sourcing: the nodes that goods ship from, what is asked and told of them."""

from dataclasses import dataclass

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Where goods ship from; the one with the site's code is this building.

    `parcels_max` a working day, 0 is any number; `safety_units` of each SKU are kept back.
    A parcel costs `handling_cents` and each unit `unit_cents` beside the freight.
    """

    code: str
    name: str = ""
    kind: str = "warehouse"  # store: its people pick by handheld; partner: is told what to ship
    country: str = ""
    postcode: str = ""
    lat_e6: int = 0  # millionths of a degree
    lon_e6: int = 0
    parcels_max: int = 0
    safety_units: int = 0
    handling_cents: int = 0
    unit_cents: int = 0
    cutoff_ms: int = 16 * 3_600_000  # after local midnight
    days: str = "123456"  # working days, 1 is Monday
    hours: str = ""  # told to customers who collect
    countries: tuple[str, ...] = ("*",)
    services: tuple[str, ...] = ()  # codes; none: every service
    collects: bool = False  # customers may collect here
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpNodes(Command[Done]):
    """Nodes as they are now; those that are not named stay as they are."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStock:
    """So many units of a SKU are at a node."""

    sku: str
    qty: int
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountNode(Command["NodeCounted"]):
    """What a node reports of its stock; SKUs that are not named stay as they are."""

    node: str
    lines: tuple[NodeStock, ...]
    reason: str = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfCount:
    """So many units of a SKU are at this node."""

    node: str
    sku: str
    qty: int
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountNodes(Command["NodeCounted"]):
    """What a file says of the stock of nodes, whole or not at all; the rest stays as it is."""

    counts: tuple[ShelfCount, ...]
    reason: str = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCounted:
    """Units by which the books were wrong; `backordered` units of orders have no stock now."""

    more: int
    less: int
    backordered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Units by SKU that a node ships of an order."""

    node: str
    units: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The better nodes of one order that nobody has begun with."""

    order: str
    shares: tuple[Share, ...]
    cost_cents: int
    before_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplySourcing(Command[Done]):
    """Moves of orders that give each other the stock they need: all of them, or none."""

    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipConsignment(Command[Done]):
    """A partner has shipped what it was told to."""

    order: str
    node: str
    tracking: str
    carrier: str = ""
    cost_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackConsignment(Command[Done]):
    """A partner does not answer: an order it was told of is sourced elsewhere at once."""

    order: str
    node: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseConsignment(Command[Done]):
    """A node does not ship what it has of an order: it is sourced elsewhere at once.

    `missing` are SKUs of which the node has no more units at all.
    """

    order: str
    node: str
    reason: str = ""
    missing: tuple[str, ...] = ()
