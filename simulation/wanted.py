"""Owns the figures that a site is sized by: what the demand wants of each SKU, and when."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from controller.messages import Item, OrderLine, PlaceOrder
from controller.units import DAY
from simulation.catalogue import volume_ml
from simulation.orders.report import OrderFile
from simulation.timed import Timed

CARTON_ML = 30_000  # goods in a usual parcel
CARTON_G = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One SKU: units and lines of the whole run, and the units of its busiest day."""

    item: Item
    units: int
    lines: int
    day_units_max: int

    @property
    def unit_ml(self) -> int:
        return volume_ml(self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The work that one order brings."""

    at_ms: int
    lines: int
    units: int
    parcels: int
    millilitres: int


def placed(orders: Iterable[Timed]) -> Iterator[tuple[int, PlaceOrder]]:
    """Times and orders; cancellations and returns are left out."""
    for each in orders:
        if isinstance(each.command, PlaceOrder):
            yield each.at_ms, each.command


def order_lines(asked: OrderFile) -> list[OrderLine]:
    return [line for _, order in placed(asked.orders) for line in order.lines]


def wants_of(asked: OrderFile, items: Iterable[Item]) -> list[Want]:
    """The SKUs by popularity: most lines first. SKUs that only come back want nothing."""
    units: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    by_day: Counter[tuple[str, int]] = Counter()
    for at_ms, order in placed(asked.orders):
        for line in order.lines:
            units[line.sku] += line.qty
            lines[line.sku] += 1
            by_day[line.sku, at_ms // DAY] += line.qty
    busiest: dict[str, int] = {}
    for (sku, _), qty in by_day.items():
        busiest[sku] = max(qty, busiest.get(sku, 0))
    wants = [
        Want(
            item=item,
            units=units[item.sku],
            lines=lines[item.sku],
            day_units_max=busiest.get(item.sku, 0),
        )
        for item in items
    ]
    return sorted(wants, key=lambda want: (-want.lines, -want.units, want.item.sku))


def arrivals_of(asked: OrderFile, items: Iterable[Item]) -> list[Arrival]:
    """The work of each order, in the sequence of time."""
    by_sku = {item.sku: (volume_ml(item), item.mass_g) for item in items}
    return [_arrival(at_ms, order, by_sku) for at_ms, order in placed(asked.orders)]


def _arrival(at_ms: int, order: PlaceOrder, by_sku: Mapping[str, tuple[int, int]]) -> Arrival:
    millilitres = sum(by_sku[line.sku][0] * line.qty for line in order.lines)
    grams = sum(by_sku[line.sku][1] * line.qty for line in order.lines)
    return Arrival(
        at_ms=at_ms,
        lines=len(order.lines),
        units=sum(line.qty for line in order.lines),
        parcels=1 + max(millilitres // CARTON_ML, grams // CARTON_G),
        millilitres=millilitres,
    )
