"""Generated pools of orders over nodes, the same ones each time.

Owns the forms of networks that ship from many places: prices by distance, few SKUs that many want,
stock that is spread unevenly, or held by few nodes. Refuses chance beyond its seed.
"""

from collections.abc import Callable
from functools import partial
from math import hypot
from random import Random

from controller.plan.sourcing import Node, Order, Problem

SIDE_KM = 1_200
ZONE_KM = 150
AMPLE = "held by half, ample"
"""The kind whose optimum is proven, so that how far an answer is above it is known."""
STOCKS = {"normal": 1.6, "scarce": 0.9}
"""Units in all nodes together for each unit that is wanted."""


def pool(seed: int, stock: str = "normal", orders: int = 1_000, nodes: int = 20) -> Problem:
    """Orders of one to five lines, and nodes that have plenty of what they want or too little."""
    draw = Random(seed)
    skus = [f"S{n:03d}" for n in range(max(20, orders // 3))]
    popular = [1 / (n + 4) for n in range(len(skus))]
    places = [(draw.uniform(0, SIDE_KM), draw.uniform(0, SIDE_KM)) for _ in range(nodes)]
    wanted = [_order(draw, n, skus, popular, places) for n in range(orders)]
    demand = dict.fromkeys(skus, 0)
    for order in wanted:
        for sku, units in order.lines.items():
            demand[sku] += units
    stocks: list[dict[str, int]] = [{} for _ in range(nodes)]
    for sku, units in demand.items():
        carriers = draw.sample(range(nodes), draw.randint(max(1, nodes // 5), nodes))
        for _ in range(round(units * STOCKS[stock])):
            node = draw.choice(carriers)
            stocks[node][sku] = stocks[node].get(sku, 0) + 1
    return Problem(
        nodes=tuple(Node(id=f"N{n:02d}", stock=each) for n, each in enumerate(stocks)),
        orders=tuple(wanted),
        split_cents=120,
        unfilled_cents=2_500,
    )


def contended(
    seed: int, held: float, units: float, orders: int = 1_000, nodes: int = 20
) -> Problem:
    """Orders that compete: a share of the nodes holds an SKU, large nodes most of it.

    `units` are in all nodes together for each unit that is wanted.
    """
    draw = Random(seed)
    skus = [f"S{n:03d}" for n in range(max(20, orders // 3))]
    popular = [(n + 3) ** -0.6 for n in range(len(skus))]
    places = [(draw.uniform(0, SIDE_KM), draw.uniform(0, SIDE_KM)) for _ in range(nodes)]
    wanted, demand = [], dict.fromkeys(skus, 0)
    for n in range(orders):
        lines = draw.choices(range(1, 6), (35, 30, 18, 10, 7))[0]
        wants = dict.fromkeys(draw.choices(skus, popular, k=lines), 0)
        wants = {sku: draw.choices((1, 2, 3), (80, 15, 5))[0] for sku in wants}
        for sku, count in wants.items():
            demand[sku] += count
        x, y = draw.uniform(0, SIDE_KM), draw.uniform(0, SIDE_KM)
        far = {f"N{at:02d}": hypot(x - a, y - b) for at, (a, b) in enumerate(places)}
        wanted.append(
            Order(
                id=f"o{n:05d}",
                lines=wants,
                parcel_cents={node: round(450 + 1.2 * km) for node, km in far.items()},
                unit_cents={node: round(20 + 0.02 * km) for node, km in far.items()},
            )
        )
    size = [draw.random() + 0.05 for _ in places]
    stocks: list[dict[str, int]] = [{} for _ in places]
    for sku, count in demand.items():
        holding = [at for at in range(nodes) if draw.random() < held] or [draw.randrange(nodes)]
        weights = [size[at] for at in holding]
        for at in draw.choices(holding, weights, k=round(count * units)):
            stocks[at][sku] = stocks[at].get(sku, 0) + 1
    return Problem(
        nodes=tuple(Node(id=f"N{n:02d}", stock=each) for n, each in enumerate(stocks)),
        orders=tuple(wanted),
        split_cents=150,
        unfilled_cents=3_000,
    )


def _order(
    draw: Random,
    number: int,
    skus: list[str],
    popular: list[float],
    places: list[tuple[float, float]],
) -> Order:
    x, y = draw.uniform(0, SIDE_KM), draw.uniform(0, SIDE_KM)
    lines = draw.choices((1, 2, 3, 4, 5), (45, 25, 15, 10, 5))[0]
    wants = dict.fromkeys(draw.choices(skus, popular, k=lines), 0)
    zones = [int(((x - a) ** 2 + (y - b) ** 2) ** 0.5 // ZONE_KM) for a, b in places]
    return Order(
        id=f"o{number:05d}",
        lines={sku: draw.choices((1, 2, 3), (75, 18, 7))[0] for sku in wants},
        parcel_cents={f"N{n:02d}": 390 + 45 * zone for n, zone in enumerate(zones)},
        unit_cents={f"N{n:02d}": 20 + 9 * zone for n, zone in enumerate(zones)},
    )


POOLS: dict[str, Callable[..., Problem]] = {
    AMPLE: partial(contended, held=0.5, units=2.0),
    "held by 3 in 10": partial(contended, held=0.3, units=1.2),
    "held by half": partial(contended, held=0.5, units=1.1),
    "held by 2 in 10": partial(contended, held=0.2, units=1.0),
    "plenty": partial(pool, stock="normal"),
    "too little": partial(pool, stock="scarce"),
}
"""By how stock lies."""
