"""Owns the better nodes of orders that are sourced and not begun: the pool, and its plan.

The timer asks for a plan where orders came in since; whoever delivers `plan/sourcing` solves the
pool in another process. Moves that need each other's stock are one command, which is carried out
whole or refused. It moves no order that somebody has begun with, and promises no units less.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from controller import outbox, timers
from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.messages import ApplySourcing, Command, Done, Move, Share, from_json
from controller.messages.site import SiteSettings
from controller.plan import sourcing as planner
from controller.store import Db
from controller.turn import Turn
from controller.workflows import alarming
from controller.workflows.nodes import charging, consigning, fulfilling, minding, nodes, sourcing

TOPIC = "plan/sourcing"
PROMISES_MAX = 5_000
PLAN_EXPIRES_MS = 600_000
UNFILLED_CENTS = 20_000
_OF_OWNER = "\x1f"

_SETTINGS = "SELECT value FROM setting WHERE name = 'site'"
_NODES = "SELECT * FROM node ORDER BY code"
_NEW = "SELECT 1 AS one FROM sourced WHERE at_ms > :since LIMIT 1"
_MOVABLE = (
    "o.state = 'open' AND o.pickup_node = '' AND NOT EXISTS (SELECT 1 FROM order_line l "
    "WHERE l.order_id = o.id AND l.planned > 0) AND NOT EXISTS (SELECT 1 FROM consignment c "
    "WHERE c.order_id = o.id AND c.state <> 'open')"
)
_POOL = (
    "SELECT p.*, s.prices FROM promise p JOIN customer_order o ON o.id = p.order_id "
    f"JOIN sourced s ON s.order_id = o.id WHERE {_MOVABLE} "
    "ORDER BY o.due_ms, o.id, p.line, p.node LIMIT :most"
)
_ORDER = f"SELECT o.* FROM customer_order o WHERE o.id = :id AND {_MOVABLE}"
_PROMISES = "SELECT * FROM promise WHERE order_id = :id ORDER BY line, node"
_FREE = (
    "SELECT node, sellable + backorder_max - promised AS free FROM available "
    "WHERE sku = :sku AND owner = :owner ORDER BY node"
)
_AT_WORK = "SELECT COUNT(*) FROM consignment WHERE node = :node AND ready_ms = :ready_ms"
_MOVED = (
    "UPDATE sourced SET parcels = :parcels, cost_cents = :cents, moves = moves + 1, "
    "here_ready_ms = :here_ready_ms WHERE order_id = :id"
)

Taken = dict[str, dict[str, int]]


def ask(turn: Turn, _ref: str) -> None:
    """Timer: asks for a plan where an order has come in, and comes again."""
    every_ms = turn.site.plan_every_ms
    timers.set_timer(turn, nodes.TIMER, "", turn.now_ms + every_ms)
    fulfilling.tell_partners(turn, turn.now_ms - every_ms)
    minding.mind(turn)
    if turn.db.value(_NEW, since=turn.now_ms - every_ms) is not None:
        outbox.emit(turn, TOPIC, {}, expires_ms=turn.now_ms + PLAN_EXPIRES_MS)


def snapshot(db: Db, now_ms: int) -> planner.Problem | None:
    """The orders that may move and what there is for them; None where nothing may."""
    site = from_json(db.value(_SETTINGS), SiteSettings)
    known = nodes.known(db.all(_NODES), site)
    rows = db.all(_POOL, most=PROMISES_MAX)
    orders = tuple(_orders(rows))
    if not known or not orders:
        return None
    pooled: Counter[tuple[str, str]] = Counter()
    for order in orders:
        for node, units in order.now.items():
            pooled.update({(node, key): n for key, n in units.items()})
    stocks = _stocks(db, site, known, {key for order in orders for key in order.lines}, pooled)
    at_work = Counter(node for order in orders for node in order.now)
    return planner.Problem(
        nodes=tuple(
            planner.Node(
                id=code,
                stock=stocks[code],
                parcels_max=_room(db, site, node, now_ms, at_work[code]),
            )
            for code, node in known.items()
        ),
        orders=orders,
        split_cents=site.split_cents,
        unfilled_cents=UNFILLED_CENTS,
    )


def _orders(rows: Sequence[Any]) -> Iterator[planner.Order]:
    by_order = defaultdict(list)
    for row in rows:
        by_order[row.order_id].append(row)
    if len(rows) == PROMISES_MAX:
        by_order.popitem()  # the last one may be cut off
    for order_id, promises in by_order.items():
        lines: Counter[str] = Counter()
        now: Taken = {}
        for row in promises:
            key = row.owner + _OF_OWNER + row.sku
            lines[key] += row.qty
            units = now.setdefault(row.node, {})
            units[key] = units.get(key, 0) + row.qty
        prices = msgspec.json.decode(promises[0].prices)
        if not now.keys() <= prices.keys():
            continue  # nobody knows what it costs now
        yield planner.Order(
            id=order_id,
            lines=dict(lines),
            parcel_cents={node: cents for node, (cents, _) in prices.items()},
            unit_cents={node: cents for node, (_, cents) in prices.items()},
            now=now,
        )


def _stocks(
    db: Db,
    site: SiteSettings,
    known: Mapping[str, Any],
    keys: set[str],
    pooled: Mapping[tuple[str, str], int],
) -> dict[str, dict[str, int]]:
    """Units by node and SKU that the pool may have: what is free, and what it has."""
    stocks: dict[str, dict[str, int]] = {code: {} for code in known}
    for key in sorted(keys):
        owner, _, sku = key.partition(_OF_OWNER)
        for row in db.all(_FREE, sku=sku, owner=owner):
            if row.node in known:
                kept = 0 if row.node == site.node else known[row.node].safety_units
                stocks[row.node][key] = max(0, row.free - kept) + pooled[row.node, key]
    return stocks


def _room(db: Db, site: SiteSettings, node: Any, now_ms: int, pooled: int) -> int | None:
    if not node.parcels_max or node.code == site.node:
        return None
    ready_ms = nodes.ready_ms(node, site, now_ms)
    at_work = int(db.value(_AT_WORK, node=node.code, ready_ms=ready_ms))
    return max(pooled, int(node.parcels_max) - at_work + pooled)


def commands(plan: planner.Plan, request: int) -> Iterator[Command[Any]]:
    """One command for moves that need each other's stock, in the sequence of their orders.

    A plan that moves nothing is told, too: plans are made again.
    """
    whole = [move for move in plan.moves if _units(move.before) == _units(move.after)]
    for number, group in enumerate(together(whole) or [[]], 1):
        yield ApplySourcing(
            id=f"plan/{request}/{number}",
            actor="planner",
            moves=tuple(_move(move) for move in group),
        )


def together(moves: Sequence[planner.Move]) -> list[list[planner.Move]]:
    """Moves in groups, such that none takes what one of another group gives back."""
    group = list(range(len(moves)))

    def head(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    first: dict[tuple[str, str], int] = {}
    for at, move in enumerate(moves):
        for shares in (move.before, move.after):
            for node, units in shares.items():
                for key in units:
                    group[head(at)] = head(first.setdefault((node, key), at))
    found: dict[int, list[planner.Move]] = defaultdict(list)
    for at, move in enumerate(moves):
        found[head(at)].append(move)
    return [each for each in found.values() if _saves(each)]


def _saves(moves: Sequence[planner.Move]) -> bool:
    return sum(move.after_cents for move in moves) < sum(move.before_cents for move in moves)


def _units(shares: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for units in shares.values():
        total.update(units)
    return total


def _move(move: planner.Move) -> Move:
    shares = tuple(
        Share(
            node=node,
            units=tuple((key.partition(_OF_OWNER)[2], n) for key, n in units.items()),
        )
        for node, units in move.after.items()
    )
    return Move(
        order=move.order,
        shares=shares,
        cost_cents=move.after_cents,
        before_cents=move.before_cents,
    )


def apply(turn: Turn, command: ApplySourcing) -> Done:
    """Takes the promises of all these orders back, and gives them anew at better nodes.

    Raises: Refused where an order has changed, or a node has no stock or room for it any more.
    """
    alarming.works_again(turn, TOPIC)
    before = {move.order: _sourced(turn, move) for move in command.moves}
    touched = {
        (sku, rows[0].owner, share.node)
        for move, rows in zip(command.moves, before.values(), strict=True)
        for share in move.shares
        for sku, _ in share.units
    }
    least = {at: min(sourcing.spare(turn, *at), 0) for at in touched}
    for order_id, rows in before.items():
        for row in rows:
            consigning.unpromise(turn, order_id, row.line, row.node, row.qty)
    for move in command.moves:
        _promise(turn, move, before[move.order])
    for at in sorted(touched):
        if sourcing.spare(turn, *at) < least[at]:
            raise Refused("sourcing_obsolete", sku=at[0], node=at[2], why="no_stock")
    return Done(note=f"{len(command.moves)} orders moved")


def _sourced(turn: Turn, move: Move) -> list[Any]:
    """The promises of an order that may move, and wants what the planner moved."""
    rows = turn.db.all(_PROMISES, id=move.order)
    wants: Counter[str] = Counter()
    for row in rows:
        wants[row.sku] += row.qty
    gets: Counter[str] = Counter()
    for share in move.shares:
        gets.update(dict(share.units))
    if turn.db.one(_ORDER, id=move.order) is None or not rows or wants != gets:
        raise Refused("sourcing_obsolete", order=move.order, why="order_changed")
    return rows


def _promise(turn: Turn, move: Move, rows: Sequence[Any]) -> None:
    order = turn.db.the(_ORDER, id=move.order)
    wanted: dict[int, tuple[str, int]] = {}
    for row in rows:
        wanted[row.line] = (row.sku, wanted.get(row.line, ("", 0))[1] + row.qty)
    shares = {share.node: dict(share.units) for share in move.shares}
    lines = [(line, sku, qty) for line, (sku, qty) in sorted(wanted.items())]
    for line, of_line in sourcing.by_line(lines, shares).items():
        for node, qty in of_line:
            if consigning.promise(turn, order, line, wanted[line][0], node, qty) < qty:
                raise Refused("sourcing_obsolete", order=order.id, node=node, why="no_stock")
    _consign(turn, order, move, sorted({row.node for row in rows}))


def _consign(turn: Turn, order: Any, move: Move, nodes_before: Sequence[str]) -> None:
    """The consignments and the story of an order that moves."""
    here, site, known = turn.site.node, turn.site, nodes.of(turn)
    before = {row.node: row for row in consigning.of(turn, order.id)}
    found, here_ready_ms = [], 0
    for share in move.shares:
        if share.node not in known:
            raise Refused("sourcing_obsolete", order=order.id, node=share.node, why="not_active")
        ready_ms = nodes.ready_ms(known[share.node], site, turn.now_ms)
        if share.node == here:
            here_ready_ms = ready_ms
            continue
        if share.node not in before and charging.is_full(turn, known[share.node], ready_ms):
            raise Refused("sourcing_obsolete", order=order.id, node=share.node, why="full")
        units = sum(n for _, n in share.units)
        cents = sourcing.cost_cents(turn, order.id, share.node, units)
        found.append((share.node, ready_ms, cents))
    consigning.open_at(turn, order.id, found)
    consigning.tidy(turn, order.id)
    turn.db.run(
        _MOVED,
        id=order.id,
        parcels=len(move.shares),
        cents=move.cost_cents,
        here_ready_ms=here_ready_ms,
    )
    turn.event(
        "resourced",
        order_id=order.id,
        before=", ".join(nodes_before),
        after=", ".join(share.node for share in move.shares),
        before_cents=move.before_cents,
        cost_cents=move.cost_cents,
    )


HANDLERS: Mapping[type[Command[Any]], Handler] = {ApplySourcing: handler(apply)}
TIMERS = {nodes.TIMER: ask}
