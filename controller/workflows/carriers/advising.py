"""Owns what a shop is advised to charge for shipping, from the orders that it had.

Each order is packed and priced by itself, as it would be now. It refuses to guess what goods cost:
what is not told is reckoned by a margin, and that is told.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from controller.errors import NotFound
from controller.plan.cartonizing import at_once
from controller.plan.rates import advising
from controller.plan.rates.advising import Advice, Basket
from controller.plan.rating import Parcel
from controller.store import Db
from controller.workflows.carriers import tariffs
from controller.workflows.carriers.offering import offers, packed
from controller.workflows.packing.cartonizing import Want, of_wants

_LATEST = (
    "SELECT id, owner, country, postcode FROM customer_order WHERE state <> 'cancelled' "
    "ORDER BY placed_ms DESC, id LIMIT :most"
)
_BOUGHT = (
    "SELECT sku, CAST(SUM(wanted) AS BIGINT) AS qty, "
    "CAST(SUM(wanted * price_cents) AS BIGINT) AS cents FROM order_line "
    "WHERE order_id = :id AND wanted > 0 GROUP BY sku ORDER BY sku"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """An order that was placed, as far as advice looks at it: SKU, units, cents of each line."""

    order: str
    owner: str
    country: str
    postcode: str
    lines: tuple[tuple[str, int, int], ...]


def sold(db: Db, most: int) -> tuple[Sold, ...]:
    """The latest orders with what was bought."""
    return tuple(
        Sold(
            order=row.id,
            owner=row.owner,
            country=row.country,
            postcode=row.postcode,
            lines=tuple((each.sku, each.qty, each.cents) for each in db.all(_BOUGHT, id=row.id)),
        )
        for row in db.all(_LATEST, most=most)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a unit of a SKU costs the shop; unknown: what `margin_percent` leaves of its price."""

    by_sku: Mapping[str, int] = field(default_factory=dict)
    margin_percent: int = 40

    def of(self, sku: str, qty: int, cents: int) -> int:
        known = self.by_sku.get(sku)
        return cents * (100 - self.margin_percent) // 100 if known is None else known * qty


def basket(db: Db, order: Sold, costs: Costs, ready_ms: int) -> Basket | str:
    """What an order brought and would cost to ship now, or why that cannot be told."""
    if not order.lines:
        return "has no lines"
    wants = tuple(Want(ref=sku, qty=qty) for sku, qty, _ in order.lines)
    to = Parcel(
        length_mm=0,
        width_mm=0,
        height_mm=0,
        mass_g=0,
        country=order.country,
        postcode=order.postcode,
        owner=order.owner,
        ready_ms=ready_ms,
    )
    try:
        problem = of_wants(db, wants)
    except NotFound as error:
        return str(error)
    plan = at_once(problem)
    if plan.refused:
        return f"{plan.refused[0][0]} fits no carton"
    prices = {sku: _priced(qty, cents) for sku, qty, cents in order.lines}
    shipments, _, _ = offers(db, packed(db, problem, plan, to, prices))
    if not shipments:
        return "no service takes it"
    zone = shipments[0].offers[0].zone
    return Basket(
        value_cents=sum(cents for _, _, cents in order.lines),
        goods_cents=sum(costs.of(*line) for line in order.lines),
        shipping_cents=shipments[0].cost_cents,
        mass_g=sum(each.mass_g for each in plan.cartons),
        zone=f"{order.country} {zone}".rstrip(),
    )


def _priced(qty: int, cents: int) -> list[tuple[int, int]]:
    """Units of an amount, each at its part; the first has what is left of the division."""
    each, left = divmod(cents, qty)
    return [(1, each + left), (qty - 1, each)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """Advice, how many orders are left out by reason, and how many SKUs have no known cost."""

    advice: Advice
    currency: str
    without_cost: int
    left_out: Mapping[str, int]


def advise(
    db: Db, orders: Sequence[Sold], costs: Costs, ready_ms: int, thresholds: Sequence[int] = ()
) -> Advised:
    """What to charge, by orders as they were placed and prices as they are now."""
    found = [basket(db, each, costs, ready_ms) for each in orders]
    baskets = [each for each in found if isinstance(each, Basket)]
    return Advised(
        advice=advising.advise(baskets, thresholds),
        without_cost=len({sku for each in orders for sku, _, _ in each.lines} - {*costs.by_sku}),
        currency=tariffs.book(db).origin.currency,
        left_out=Counter(each for each in found if isinstance(each, str)),
    )
