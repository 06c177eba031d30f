"""Owns the nodes that goods ship from: their set-up, their working days, whom they serve.

A site without nodes ships everything from its own building. It refuses nodes that cannot be.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from controller import tables, timers
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    Command,
    Done,
    Node,
    SetUpNodes,
    SiteSettings,
    VanSettings,
    from_json,
)
from controller.turn import Turn
from controller.units import DAY
from controller.workflows.naming import name_codes

KINDS = ("warehouse", "store", "partner")
PLACE_KIND = "node"
TIMER = "sourcing"
_NUMBERS = {
    "lat_e6": (-90_000_000, 90_000_000),
    "lon_e6": (-180_000_000, 180_000_000),
    "parcels_max": (0, 1_000_000),
    "safety_units": (0, 1_000_000),
    "handling_cents": (0, 1_000_000),
    "unit_cents": (0, 1_000_000),
    "cutoff_ms": (0, DAY),
}

OF_A_STORE: Final = (
    "EXISTS (SELECT 1 FROM consignment g WHERE g.order_id = p.order_id AND g.parcel = p.id)"
)
"""Of a parcel `p`: another node has packed it, and it leaves from there."""

VANS = "SELECT value FROM setting WHERE name = 'vans' ORDER BY name"
_NODES = "SELECT * FROM node ORDER BY code"
_PLACE = "SELECT node, kind FROM place WHERE name = :name"
_SERVICE = "SELECT code FROM shipping_service WHERE code = :code"


def of(turn: Turn) -> Mapping[str, Node]:
    """The active nodes by code, this building among them; none where the site has no nodes."""
    rows = turn.shared(_NODES)
    return known(rows, turn.site) if rows else {}


def the_node(turn: Turn, code: str) -> Node:
    """A node beside this building, at work or not. Raises: NotFound."""
    for row in turn.shared(_NODES):
        if row.code == code and code != turn.site.node:
            return of_row(row)
    raise NotFound("unknown_node", node=code, fix="set the node up first")


def known(rows: Iterable[Any], site: SiteSettings) -> Mapping[str, Node]:
    """The nodes of these rows that work; this building works always."""
    return _known(tuple(rows), site.node, site.cutoff_ms)


@lru_cache(maxsize=8)
def _known(rows: tuple[Any, ...], here: str, cutoff_ms: int) -> Mapping[str, Node]:
    found = {row.code: of_row(row) for row in rows if row.active or row.code == here}
    if not found:
        return {}
    return {here: Node(code=here, cutoff_ms=cutoff_ms, days="1234567")} | found


def of_row(row: Any) -> Node:
    """The node of a row of the table."""
    flags = {"collects": bool(row.collects), "active": bool(row.active)}
    lists = {name: tuple(filter(None, getattr(row, name).split(","))) for name in _LISTS}
    return Node(**(row._asdict() | flags | lists))


_LISTS = ("countries", "services")


def ready_ms(node: Node, site: SiteSettings, now_ms: int) -> int:
    """When what is sourced now leaves the node: the next cut-off of a working day."""
    midnight = (now_ms + site.utc_offset_ms) // DAY * DAY - site.utc_offset_ms
    for day in range(8):
        at_ms = midnight + day * DAY + node.cutoff_ms
        weekday = (midnight + site.utc_offset_ms) // DAY + day + 3  # the epoch was a Thursday
        if at_ms >= now_ms and str(weekday % 7 + 1) in node.days:
            return at_ms
    return midnight + DAY + node.cutoff_ms


def why_not(node: Node, order: Any) -> str:
    """Why a node may not serve an order, whatever it has; "" where it may."""
    if order.pickup_node and order.pickup_node != node.code:
        return "collected_elsewhere"
    if not node.active:
        return "not_active"
    if "*" not in node.countries and order.country not in node.countries:
        return "country"
    return ""


def own_carrier(rows: Sequence[Any]) -> str:
    """The carrier of own vans by the rows of `VANS`; "" without any."""
    return from_json(rows[0].value, VanSettings).carrier if rows else ""


def why_no_call(node: Node, offer: Any, own: str) -> str:
    """Why a service fetches no parcel at a node beside this building; "" where it does.

    `own` is the carrier of own vans, which call at no other node.
    """
    if (own and offer.carrier == own) or (node.services and offer.service not in node.services):
        return f"does not call at {node.code}"
    return ""


def set_up(turn: Turn, command: SetUpNodes) -> Done:
    """Each gets the place at which its goods are booked. Raises: Refused naming what is wrong."""
    here = turn.site.node
    for node in command.nodes:
        _check(turn, node)
    others = [node for node in command.nodes if node.code != here]
    turn.put(tables.node, [_row(node) for node in command.nodes])
    turn.put(
        tables.place,
        [{"name": node.code, "node": node.code, "kind": PLACE_KIND} for node in others],
    )
    name_codes(turn, "place", ((node.code, node.code) for node in others))
    turn.unshare()
    if not timers.is_set(turn, TIMER, ""):
        timers.set_timer(turn, TIMER, "", turn.now_ms + turn.site.plan_every_ms)
    return Done(note=f"{len(command.nodes)} nodes")


def _row(node: Node) -> dict[str, Any]:
    row = {name: getattr(node, name) for name in node.__slots__}
    lists = {name: ",".join(getattr(node, name)) for name in _LISTS}
    return row | lists | {"collects": int(node.collects), "active": int(node.active)}


def _check(turn: Turn, node: Node) -> None:
    def wrong(field: str, got: Any, fix: str) -> Refused:
        return Refused("bad_node", node=node.code, field=field, got=got, fix=fix)

    if not node.code or node.code[:1] == "~":
        raise wrong("code", node.code, "give it a code that does not begin with ~")
    if node.kind not in KINDS:
        raise wrong("kind", node.kind, f"one of {', '.join(KINDS)}")
    for field, (least, most) in _NUMBERS.items():
        if not least <= getattr(node, field) <= most:
            raise wrong(field, getattr(node, field), f"{least} to {most}")
    if not node.days or set(node.days) - set("1234567"):
        raise wrong("days", node.days, "digits of its working days, 1 is Monday")
    if not node.countries:
        raise wrong("countries", "", "name one, or * for every country")
    for service in node.services:
        if turn.db.value(_SERVICE, code=service) is None:
            raise wrong("services", service, "set the service up first")
    place = turn.db.one(_PLACE, name=node.code)
    if node.code != turn.site.node and place is not None and place.kind != PLACE_KIND:
        raise wrong("code", node.code, f"a place of kind {place.kind} has this name")


HANDLERS: Mapping[type[Command[Any]], Handler] = {SetUpNodes: handler(set_up)}
