"""Owns the items of a simulated site: measures, mass, barcodes, inner packs.

What a file does not know is drawn from a stream per SKU, so that a SKU is the same whatever else
is ordered. It refuses nonsense measures and says how many it changed.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from controller.barcodes import check_digit
from controller.messages import Item, OrderLine
from simulation.orders.report import Goods
from simulation.streams import Streams

DEMONSTRATION_PREFIX = "952"  # GS1 keeps it for examples, so no real product has these codes
PACKS = (12, 6)
PACK_LINES_MIN = 3
SIDES_MAX_MM = (1_150, 780, 780)
SIDE_MIN_MM = 3
MASS_MAX_G = 30_000
DENSITY_MAX_G_PER_L = 12_000
DRAWN_ML = (40, 11_000)
DRAWN_SIDE_MM = (12, 420)
DRAWN_G = (20, 3_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The items by SKU in sorted sequence; `notes` tells what was changed in real measures."""

    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()


def catalogue_of(
    streams: Streams, goods: Iterable[Goods], lines: Iterable[OrderLine]
) -> Catalogue:
    """An item for each of the goods; what is often ordered in sixes or dozens gets inner packs."""
    packs = _packs(lines)
    codes: dict[str, str] = {}
    items: list[Item] = []
    changed: Counter[str] = Counter()
    for each in sorted(goods, key=lambda one: one.sku):
        bare = _item(streams.stream(f"item/{each.sku}"), each, changed)
        code = _free_ean(each.sku, codes)
        codes[code] = each.sku
        items.append(replace(bare, barcodes=_barcodes(code, packs.get(each.sku, ()))))
    notes = tuple(f"{count} products: {what}" for what, count in sorted(changed.items()) if count)
    return Catalogue(items=tuple(items), notes=notes)


def volume_ml(item: Item) -> int:
    """The volume of the box around a unit, rounded up."""
    return -(-item.length_mm * item.width_mm * item.height_mm // 1_000)


def _packs(lines: Iterable[OrderLine]) -> dict[str, tuple[int, ...]]:
    """The inner packs of each SKU that at least half of its lines are multiples of."""
    seen: Counter[str] = Counter()
    full: dict[int, Counter[str]] = defaultdict(Counter)
    for line in lines:
        seen[line.sku] += 1
        for units in PACKS:
            full[units][line.sku] += line.qty % units == 0
    return {
        sku: tuple(units for units in PACKS if 2 * full[units][sku] >= count)
        for sku, count in seen.items()
        if count >= PACK_LINES_MIN
    }


def _free_ean(sku: str, taken: dict[str, str]) -> str:
    """An EAN-13 of the SKU's digest; when another SKU has it, the next attempt's."""
    attempt = 0
    while True:
        digest = hashlib.sha256(f"{sku}/{attempt}".encode()).digest()
        body = f"{DEMONSTRATION_PREFIX}{int.from_bytes(digest[:8], 'big') % 10**9:09}"
        code = f"{body}{check_digit(body)}"
        if code not in taken:
            return code
        attempt += 1


def _barcodes(ean: str, packs: tuple[int, ...]) -> tuple[tuple[str, int], ...]:
    """The unit's EAN-13, and for each pack a GTIN-14 with an indicator digit of its own."""
    cases = [(f"{nth}{ean[:-1]}", units) for nth, units in enumerate(packs, 1)]
    return ((ean, 1), *((f"{body}{check_digit(body)}", units) for body, units in cases))


def _item(stream: Random, goods: Goods, changed: Counter[str]) -> Item:
    drawn = _drawn(stream, goods)
    if goods.length_mm and goods.width_mm and goods.height_mm:
        return _kept_sane(drawn, goods, changed)
    if goods.mass_g or goods.length_mm:
        changed["incomplete measures, drawn instead"] += 1
    return drawn


def _drawn(stream: Random, goods: Goods) -> Item:
    """Gift-ware: sides mostly 30 to 300 mm, the mass by volume and a density of 0.1 to 1 kg/l."""
    millilitres = _within(stream.lognormvariate(math.log(420), 1.0), DRAWN_ML)
    shape = [stream.lognormvariate(0, 0.45) for _ in range(3)]
    scale = (millilitres * 1_000 / math.prod(shape)) ** (1 / 3)
    sides = sorted((_within(scale * part, DRAWN_SIDE_MM) for part in shape), reverse=True)
    litres = math.prod(sides) / 1e6
    mass_g = _within(litres * stream.lognormvariate(math.log(330), 0.5), DRAWN_G)
    return Item(
        sku=goods.sku,
        name=goods.name or f"Item {goods.sku}",
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        mass_g=mass_g,
        upright=stream.random() < 0.03,
        fragile=stream.random() < 0.05,
    )


def _within(value: float, limits: tuple[int, int]) -> int:
    return round(min(max(value, limits[0]), limits[1]))


def _kept_sane(drawn: Item, goods: Goods, changed: Counter[str]) -> Item:
    """The real measures, cut to what fits a pallet box and to the density of heavy metal."""
    given = sorted((goods.length_mm, goods.width_mm, goods.height_mm), reverse=True)
    sides = [
        min(max(side, SIDE_MIN_MM), most) for side, most in zip(given, SIDES_MAX_MM, strict=True)
    ]
    changed["too large or too flat, cut to fit a pallet box"] += sides != given
    heaviest_g = min(MASS_MAX_G, math.prod(sides) * DENSITY_MAX_G_PER_L // 10**6)
    mass_g = min(goods.mass_g or drawn.mass_g, max(1, heaviest_g))
    changed["mass unknown or heavier than metal, changed"] += mass_g != goods.mass_g
    return replace(drawn, length_mm=sides[0], width_mm=sides[1], height_mm=sides[2], mass_g=mass_g)
