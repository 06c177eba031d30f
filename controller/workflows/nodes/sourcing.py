"""Owns which nodes ship an order: chosen as it comes in, and again when one falls out.

An order that nobody has begun with may still move to better nodes: `resourcing` asks for the pool.
A site without nodes is asked nothing. It refuses to promise what a node does not have free.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from controller import ledger, tables
from controller.errors import Refused
from controller.messages import PlaceOrder, to_json
from controller.plan.sources import entering
from controller.plan.sources.entering import Chosen, Penalties, Shares
from controller.turn import Turn
from controller.workflows.nodes import charging, consigning, nodes
from controller.workflows.nodes.charging import Asked

UNFILLED_CENTS = 100_000
"""What a unit that nobody ships costs: more than any way to ship it."""

_ORDER = "SELECT * FROM customer_order WHERE id = :id"
_BACKORDERED = (
    "SELECT line, sku, backordered FROM order_line "
    "WHERE order_id = :id AND backordered > 0 ORDER BY line"
)
_UNBACKORDER = (
    "UPDATE order_line SET backordered = backordered - :n WHERE order_id = :id AND line = :line"
)
_SOURCED = "SELECT * FROM sourced WHERE order_id = :order_id"
_PRICED = "UPDATE sourced SET prices = :prices WHERE order_id = :order_id"
_WANTS = (
    "SELECT sku, CAST(SUM(wanted) AS BIGINT) AS units FROM order_line "
    "WHERE order_id = :order_id AND wanted > 0 GROUP BY sku ORDER BY sku"
)

OfLine = Sequence[tuple[str, int]]
"""Node and units."""
ByLine = Mapping[int, OfLine]


def at_entry(turn: Turn, order_id: str, placed: PlaceOrder) -> ByLine | None:
    """Node and units of each line of a new order; None where the site has no nodes.

    Raises: Refused where the customer wants to collect it and cannot.
    """
    known = nodes.of(turn)
    if placed.pickup_node:
        _check_pickup(known, placed.pickup_node)
    if not known:
        return None
    wants: dict[str, int] = {}
    for line in placed.lines:
        wants[line.sku] = wants.get(line.sku, 0) + line.qty
    asked = charging.ask(turn, placed, wants)
    chosen = entering.cheapest(wants, asked.offers, penalties(turn))
    _keep(turn, order_id, asked, chosen, wants)
    tell(turn, "sourced", order_id, asked, chosen, wants)
    return by_line([(line.line, line.sku, line.qty) for line in placed.lines], chosen.shares)


def _check_pickup(known: Mapping[str, Any], node: str) -> None:
    if node not in known or not known[node].collects:
        stores = ", ".join(code for code, each in known.items() if each.collects)
        fix = f"one of {stores}" if stores else "customers collect nowhere here"
        raise Refused("no_pickup_there", node=node, fix=fix)


def penalties(turn: Turn) -> Penalties:
    return Penalties(turn.site.split_cents, UNFILLED_CENTS)


def by_line(lines: Iterable[tuple[int, str, int]], shares: Shares) -> ByLine:
    """Divides what nodes ship of each SKU among its lines, in their sequence."""
    left = {node: dict(units) for node, units in shares.items()}
    found: dict[int, OfLine] = {}
    for line, sku, qty in lines:
        of_line: list[tuple[str, int]] = []
        found[line] = of_line
        for node, units in left.items():
            have = min(qty, units.get(sku, 0))
            if have:
                of_line.append((node, have))
                units[sku] -= have
                qty -= have
    return found


def _keep(
    turn: Turn, order_id: str, asked: Asked, chosen: Chosen, wants: Mapping[str, int]
) -> None:
    near = entering.nearest(wants, asked.offers, penalties(turn))
    here = turn.site.node
    turn.put(
        tables.sourced,
        [
            {
                "order_id": order_id,
                "at_ms": turn.now_ms,
                "parcels": len(chosen.shares),
                "cost_cents": filled_cents(wants, chosen),
                "nearest_cents": filled_cents(wants, near),
                "here_ready_ms": asked.ready_ms[here] if here in chosen.shares else 0,
                "prices": to_json(
                    {each.node: (each.parcel_cents, each.unit_cents) for each in asked.offers}
                ).decode(),
                "left_out": to_json(dict(asked.out)).decode(),
            }
        ],
    )
    keep_consignments(turn, order_id, asked, chosen.shares)


def filled_cents(wants: Mapping[str, int], chosen: Chosen) -> int:
    """What is really paid: without what is reckoned for units that nobody ships."""
    shipped = sum(sum(units.values()) for units in chosen.shares.values())
    return chosen.cost_cents - (sum(wants.values()) - shipped) * UNFILLED_CENTS


def keep_consignments(turn: Turn, order_id: str, asked: Asked, shares: Shares) -> None:
    """A consignment at each node beside this building that ships something."""
    prices = {each.node: each for each in asked.offers}
    consigning.open_at(
        turn,
        order_id,
        [
            (
                node,
                asked.ready_ms[node],
                prices[node].parcel_cents + prices[node].unit_cents * sum(units.values()),
            )
            for node, units in shares.items()
            if node != turn.site.node
        ],
    )


def tell(
    turn: Turn, kind: str, order_id: str, asked: Asked, chosen: Chosen, wants: Mapping[str, int]
) -> None:
    """The order's story: who ships how much at which cost, and why others do not."""
    turn.event(
        kind,
        order_id=order_id,
        nodes={node: sum(each.values()) for node, each in chosen.shares.items()},
        cost_cents=filled_cents(wants, chosen),
        out=dict(asked.out),
    )


def again(turn: Turn, order_id: str, without: str = "") -> int:
    """Promises at once what an order lacks, from any node but one; returns the units."""
    if not nodes.of(turn):
        return 0
    order = turn.db.one(_ORDER, id=order_id)
    if order is None or order.state not in ("open", "held"):
        return 0
    rows = turn.db.all(_BACKORDERED, id=order_id)
    wants: dict[str, int] = {}
    for row in rows:
        wants[row.sku] = wants.get(row.sku, 0) + row.backordered
    if not wants:
        return 0
    asked = charging.ask(turn, order, wants, without)
    chosen = entering.cheapest(wants, asked.offers, penalties(turn))
    if not chosen.shares:
        return 0
    lines = [(row.line, row.sku, row.backordered) for row in rows]
    found = by_line(lines, chosen.shares)
    promised = sum(_promise(turn, order, row, found[row.line]) for row in rows)
    of_node = {each.node: (each.parcel_cents, each.unit_cents) for each in asked.offers}
    _write_prices(turn, order_id, {node: of_node[node] for node in chosen.shares})
    keep_consignments(turn, order_id, asked, chosen.shares)
    tell(turn, "sourced_again", order_id, asked, chosen, wants)
    return promised


def spare(turn: Turn, sku: str, owner: str, node: str) -> int:
    """Units that are free beyond what the node keeps back."""
    known = nodes.of(turn).get(node)
    kept = known.safety_units if known is not None and node != turn.site.node else 0
    return ledger.free(turn, sku, owner, node) - kept


def may_serve(turn: Turn, order: Any, node: str, *, full: bool) -> bool:
    """Whether a node may ship to an order that waits; a full one only what it ships already."""
    each = nodes.of(turn).get(node)
    if each is None:
        return node == turn.site.node
    return not nodes.why_not(each, order) and (not full or bool(order.consigned))


def is_full(turn: Turn, node: str) -> bool:
    """Whether a node has all the parcels that it can pack for its next cut-off."""
    each = nodes.of(turn).get(node)
    if each is None:
        return False
    return charging.is_full(turn, each, nodes.ready_ms(each, turn.site, turn.now_ms))


def take_up(turn: Turn, order: Any, node: str, units: int) -> None:
    """A node has promised units that an order waited for: it has a price and a consignment."""
    each = nodes.of(turn).get(node)
    if each is None:
        return
    ready_ms = nodes.ready_ms(each, turn.site, turn.now_ms)
    if node not in _prices(turn, order.id):
        wants = {row.sku: row.units for row in turn.db.all(_WANTS, order_id=order.id)}
        cents_of = charging.price(turn, order, each, wants, ready_ms)
        _write_prices(turn, order.id, {node: cents_of} if cents_of else {})
    if node != turn.site.node:
        cents = cost_cents(turn, order.id, node, units)
        consigning.open_at(turn, order.id, [(node, ready_ms, cents)])


def cost_cents(turn: Turn, order_id: str, node: str, units: int) -> int:
    """What a node asks for a parcel of so many units, as it was asked first."""
    parcel_cents, unit_cents = _prices(turn, order_id).get(node, (0, 0))
    return int(parcel_cents + unit_cents * units)


def _prices(turn: Turn, order_id: str) -> dict[str, tuple[int, int]]:
    """Cents of a parcel and of a unit by node."""
    row = turn.db.one(_SOURCED, order_id=order_id)
    return msgspec.json.decode(row.prices) if row is not None else {}


def _write_prices(turn: Turn, order_id: str, asked: Mapping[str, tuple[int, int]]) -> None:
    """Nodes that had nothing to offer when the order came in are priced when they promise."""
    prices = {**asked, **_prices(turn, order_id)}
    turn.db.run(_PRICED, order_id=order_id, prices=to_json(prices).decode())


def free(turn: Turn, sku: str, owner: str) -> int:
    """Units that may still be sold, wherever they are."""
    here, codes = turn.site.node, nodes.of(turn)
    if not codes:
        return ledger.free(turn, sku, owner, here)
    return sum(max(0, spare(turn, sku, owner, code)) for code in codes)


def _promise(turn: Turn, order: Any, row: Any, shares: Iterable[tuple[str, int]]) -> int:
    units = sum(
        consigning.promise(turn, order, row.line, row.sku, node, qty) for node, qty in shares
    )
    if units:
        turn.db.run(_UNBACKORDER, id=order.id, line=row.line, n=units)
    return units
