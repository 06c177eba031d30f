"""Owns what each node would ask for an order: freight by the tariffs of its place, and its hands.

A parcel is rated twice, with the lightest unit and with all of them: the line between the two is
what a parcel and a unit cost. It refuses nodes that cannot keep the day the customer was promised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from math import isqrt
from operator import or_
from typing import Any

from controller.messages import Node, PlaceOrder
from controller.plan import rating
from controller.plan.dangers import segregating
from controller.plan.sources.entering import Offer
from controller.turn import Turn
from controller.workflows.carriers import insuring, tariffs
from controller.workflows.nodes import nodes

LAST_RESORT_CENTS = 1_000_000
"""What this building is reckoned with where no service takes a parcel from here."""

_FREE = (
    "SELECT node, sellable + backorder_max - promised AS free FROM available "
    "WHERE sku = :sku AND owner = :owner ORDER BY node"
)
_ITEM = "SELECT * FROM item WHERE sku = :sku"
_PRICES = "SELECT sku, price_cents FROM order_line WHERE order_id = :order_id ORDER BY line"
_AT_WORK = "SELECT COUNT(*) FROM consignment WHERE node = :node AND ready_ms = :ready_ms"
_AT_WORK_HERE = "SELECT COUNT(*) FROM sourced WHERE here_ready_ms = :ready_ms"


@dataclass(frozen=True, slots=True)
class Asked:
    """The offers of nodes, when each would let the goods go, and why others make none."""

    offers: tuple[Offer, ...]
    ready_ms: Mapping[str, int]
    out: Mapping[str, str]


def ask(turn: Turn, order: Any, wants: Mapping[str, int], without: str = "") -> Asked:
    """What the nodes of the site ask for units of an order, and what they have of them."""
    known, site = nodes.of(turn), turn.site
    stocks = free(turn, order.owner, wants)
    goods = _Goods.of(turn, order, wants)
    found, ready, out = [], {}, {}
    for code, node in known.items():
        why = nodes.why_not(node, order)
        here = code == site.node
        stock = _kept(stocks.get(code, {}), 0 if here else node.safety_units)
        if not why and code == without:
            why = "gave_it_back"
        if not why and goods.clash and not here and not order.pickup_node:
            why = "goods_kept_apart"
        if not why and not stock:
            why = "no_stock"
        ready[code] = nodes.ready_ms(node, site, turn.now_ms)
        if not why and is_full(turn, node, ready[code]):
            why = "full"
        if not why:
            cents, why = _asked(turn, order, node, goods, ready[code])
            found += [Offer(code, *cents, stock)] if cents else []
        if why:
            out[code] = why
    return Asked(tuple(found), ready, out)


def price(
    turn: Turn, order: Any, node: Node, wants: Mapping[str, int], ready_ms: int
) -> tuple[int, int] | None:
    """Cents of a parcel and of each unit, whatever the node has; None where it cannot ship."""
    return _asked(turn, order, node, _Goods.of(turn, order, wants), ready_ms)[0]


def _asked(
    turn: Turn, order: Any, node: Node, goods: "_Goods", ready_ms: int
) -> tuple[tuple[int, int] | None, str]:
    """What a node asks, and why it asks nothing; this building may be the last resort."""
    cents = _cents(turn, order, node, goods, ready_ms)
    if isinstance(cents, str):
        return (LAST_RESORT_CENTS, 0) if node.code == turn.site.node else None, cents
    return cents, ""


def free(turn: Turn, owner: str, skus: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Units that may still be promised, by node and SKU."""
    stocks: dict[str, dict[str, int]] = {}
    for sku in skus:
        for row in turn.db.all(_FREE, sku=sku, owner=owner):
            if row.free > 0:
                stocks.setdefault(row.node, {})[sku] = row.free
    return stocks


def _kept(stock: Mapping[str, int], safety_units: int) -> dict[str, int]:
    return {sku: units - safety_units for sku, units in stock.items() if units > safety_units}


def is_full(turn: Turn, node: Node, ready_ms: int) -> bool:
    """Whether a node has all the parcels that it can pack by then."""
    if not node.parcels_max:
        return False
    query = _AT_WORK_HERE if node.code == turn.site.node else _AT_WORK
    return int(turn.db.value(query, node=node.code, ready_ms=ready_ms)) >= node.parcels_max


@dataclass(frozen=True, slots=True)
class _Goods:
    """What the wanted units weigh and measure."""

    units: int
    lightest_g: int
    mass_g: int
    longest_mm: int
    volume_mm3: int
    hazardous: bool
    inside: tuple[tuple[str, int], ...]
    worth_cents: int
    lightest_cents: int
    clash: str

    @classmethod
    def of(cls, turn: Turn, order: Any, wants: Mapping[str, int]) -> "_Goods":
        prices = _prices(turn, order)
        items = [(turn.db.the(_ITEM, sku=sku), units) for sku, units in wants.items()]
        sides = [(i.length_mm, i.width_mm, i.height_mm) for i, _ in items]
        lightest = min((item for item, _ in items), key=lambda each: each.mass_g)
        return cls(
            units=sum(wants.values()),
            lightest_g=lightest.mass_g,
            mass_g=sum(item.mass_g * units for item, units in items),
            longest_mm=max(max(each) for each in sides),
            volume_mm3=sum(
                a * b * c * units for (a, b, c), (_, units) in zip(sides, items, strict=True)
            ),
            hazardous=any(item.hazardous for item, _ in items),
            inside=tuple((item.sku, item.danger) for item, _ in items if item.danger),
            worth_cents=sum(prices.get(sku, 0) * units for sku, units in wants.items()),
            lightest_cents=prices.get(lightest.sku, 0),
            clash=segregating.clashing(
                [segregating.of(item) for item, _ in items], turn.site.apart
            ),
        )

    def sides_mm(self) -> tuple[int, int, int]:
        """A carton about the goods, as long as the longest of them."""
        across = max(1, isqrt(self.volume_mm3 // max(1, self.longest_mm)))
        return self.longest_mm, across, across


def _prices(turn: Turn, order: Any) -> dict[str, int]:
    """What a unit is worth by SKU, the dearest of its lines; nothing where nothing is insured."""
    if not turn.site.insure_from_cents:
        return {}
    placed = isinstance(order, PlaceOrder)
    lines = order.lines if placed else turn.db.all(_PRICES, order_id=order.id)
    return {each.sku: each.price_cents for each in sorted(lines, key=lambda e: e.price_cents)}


def _cents(
    turn: Turn, order: Any, node: Node, goods: _Goods, ready_ms: int
) -> tuple[int, int] | str:
    """Cents of a parcel and of each unit; or why no service will do."""
    freight = (0, 0) if order.pickup_node else _freight(turn, order, node, goods, ready_ms)
    if isinstance(freight, str):
        return freight
    return freight[0] + node.handling_cents, freight[1] + node.unit_cents


def _freight(
    turn: Turn, order: Any, node: Node, goods: _Goods, ready_ms: int
) -> tuple[int, int] | str:
    if not tariffs.book(turn.db).services:
        return (0, 0)
    length_mm, width_mm, height_mm = goods.sides_mm()
    whole = rating.Parcel(
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        mass_g=goods.mass_g,
        country=order.country,
        postcode=order.postcode,
        origin_country=node.country,
        origin_postcode=node.postcode,
        owner=order.owner,
        hazardous=goods.hazardous,
        dangers=reduce(or_, (each for _, each in goods.inside), 0),
        inside=goods.inside,
        value_cents=insuring.due(turn.site, goods.worth_cents),
        ready_ms=ready_ms,
        arrive_by_ms=order.arrive_by_ms,
    )
    dear = _cheapest(turn, node, whole)
    if dear is None:
        return "too_late" if order.arrive_by_ms else "no_service"
    if goods.units == 1:
        return dear, 0
    insured_cents = insuring.due(turn.site, goods.lightest_cents)
    light = replace(
        whole, mass_g=goods.lightest_g, width_mm=1, height_mm=1, value_cents=insured_cents
    )
    cheap = min(_cheapest(turn, node, light) or dear, dear)
    each = (dear - cheap) // (goods.units - 1)
    return dear - each * goods.units, each


def _cheapest(turn: Turn, node: Node, parcel: rating.Parcel) -> int | None:
    vans = () if node.code == turn.site.node else turn.shared(nodes.VANS)
    own = nodes.own_carrier(vans)
    prices = [
        answer.cost_cents
        for answer in tariffs.book(turn.db).offers(parcel)
        if isinstance(answer, rating.Offer) and not nodes.why_no_call(node, answer, own)
    ]
    return min(prices, default=None)
