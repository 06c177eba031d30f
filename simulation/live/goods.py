"""Owns the goods of the living warehouse: readable names, believable measures, valid barcodes.

Three zones keep them: A shelving, B bulk, C cold. It refuses chance: the catalogue is the same
for every seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, NamedTuple

from controller.barcodes import check_digit
from controller.messages import Item

PREFIX: Final = "952"  # GS1 keeps it for examples, so no real product has these codes


class _Kind(NamedTuple):
    """One product in many variants; sides in millimetres, mass in grams, units per inner pack."""

    name: str
    length: int
    width: int
    height: int
    mass: int
    pack: int = 0
    fragile: bool = False


VARIANTS: Final = {
    "A": ("Red", "Blue", "Green", "White", "Black", "Silver", "Yellow", "Grey", "Rose", "Navy"),
    "B": ("Basic", "Classic", "Plus", "Family", "Pro"),
    "C": ("Organic", "Classic", "Light", "Farmhouse", "Extra"),
}
KINDS: Final = {
    "A": (
        _Kind("Ceramic Mug", 120, 90, 100, 350, 6, fragile=True),
        _Kind("Notebook A5", 210, 150, 15, 260, 10),
        _Kind("Scented Candle", 90, 90, 100, 420, 6),
        _Kind("USB-C Cable 2 m", 120, 90, 30, 70, 20),
        _Kind("Phone Case", 170, 95, 20, 60, 10),
        _Kind("Water Bottle 0.7 l", 80, 80, 260, 230, 6),
        _Kind("Screwdriver Set", 240, 160, 45, 780),
        _Kind("Desk Lamp", 330, 180, 150, 1_350),
        _Kind("Wireless Mouse", 140, 110, 50, 140, 10),
        _Kind("Headphones", 210, 190, 80, 380),
        _Kind("Tea Towel", 240, 180, 25, 130, 12),
        _Kind("Picture Frame", 320, 240, 30, 640, fragile=True),
        _Kind("Wall Clock", 310, 310, 50, 820, fragile=True),
        _Kind("Backpack", 420, 300, 140, 760),
        _Kind("Umbrella", 300, 60, 60, 390, 12),
        _Kind("Gel Pen Box", 160, 70, 20, 110, 20),
        _Kind("Sticky Notes", 80, 80, 60, 190, 24),
        _Kind("Lunch Box", 210, 150, 75, 310, 6),
        _Kind("Travel Pillow", 280, 260, 120, 290),
        _Kind("Board Game", 300, 300, 75, 1_250),
        _Kind("Jigsaw Puzzle", 270, 190, 55, 510, 6),
        _Kind("Yoga Mat", 620, 130, 130, 1_100),
        _Kind("Skipping Rope", 190, 120, 45, 210, 12),
        _Kind("Bath Towel", 340, 280, 70, 560, 6),
        _Kind("Wine Glass", 95, 95, 230, 240, 6, fragile=True),
        _Kind("Bread Knife", 360, 70, 25, 220),
        _Kind("Salad Bowl", 260, 260, 110, 690, fragile=True),
        _Kind("Plant Pot", 180, 180, 170, 540, 6),
        _Kind("String Lights", 150, 110, 80, 270, 12),
        _Kind("Wool Socks", 220, 110, 35, 95, 12),
    ),
    "B": (
        _Kind("Dog Food 6 kg", 480, 320, 120, 6_050),
        _Kind("Cat Litter 5 l", 340, 240, 90, 4_300),
        _Kind("Potting Soil 10 l", 420, 300, 90, 5_200),
        _Kind("Barbecue Charcoal", 460, 280, 160, 3_050),
        _Kind("Paper Towels 8 Rolls", 500, 260, 240, 1_650),
        _Kind("Storage Box 45 l", 580, 390, 200, 1_900),
        _Kind("Garden Hose 20 m", 380, 380, 160, 3_400),
        _Kind("Tool Box", 450, 240, 220, 2_700),
        _Kind("Bird Seed 5 kg", 380, 250, 100, 5_050),
        _Kind("Detergent 4 l", 260, 180, 300, 4_250),
        _Kind("Copy Paper 5 x 500", 300, 215, 260, 12_400),
        _Kind("Car Shampoo 5 l", 190, 140, 310, 5_300),
        _Kind("Drinking Water 6 x 1.5 l", 280, 190, 320, 9_200),
        _Kind("Apple Juice 6 x 1 l", 220, 150, 250, 6_400),
        _Kind("Beer 24 x 0.33 l", 400, 270, 160, 9_800, fragile=True),
        _Kind("Nappies 80", 420, 260, 220, 2_600),
        _Kind("Door Mat", 600, 400, 25, 1_700),
        _Kind("Saucepan Set", 340, 300, 240, 3_600),
        _Kind("Extension Lead 25 m", 310, 250, 170, 3_900),
        _Kind("Work Light", 300, 220, 180, 1_900),
        _Kind("Wall Paint 5 l", 230, 230, 240, 7_400),
        _Kind("Tile Adhesive 5 kg", 330, 210, 90, 5_050),
        _Kind("Firelighters 128", 290, 220, 110, 1_800),
        _Kind("Rock Salt 10 kg", 400, 270, 110, 10_050),
        _Kind("Rice 5 kg", 360, 240, 80, 5_020),
        _Kind("Flour 8 x 1 kg", 320, 200, 180, 8_150),
    ),
    "C": (
        _Kind("Yoghurt 500 g", 95, 95, 115, 530, 6),
        _Kind("Butter 250 g", 110, 75, 45, 255, 20),
        _Kind("Cheddar 400 g", 140, 90, 45, 410, 12),
        _Kind("Cooked Ham 200 g", 210, 150, 15, 220, 10),
        _Kind("Smoothie 0.75 l", 75, 75, 230, 820, 6),
        _Kind("Orange Juice 1 l", 95, 65, 200, 1_060, 6),
        _Kind("Fresh Pasta 500 g", 230, 150, 50, 520, 8),
        _Kind("Pizza Dough", 270, 160, 35, 410, 10),
        _Kind("Eggs 10", 250, 105, 70, 640, fragile=True),
        _Kind("Hummus 200 g", 110, 85, 45, 225, 12),
        _Kind("Smoked Salmon 150 g", 220, 140, 12, 165, 10),
        _Kind("Mozzarella 125 g", 110, 90, 50, 215, 12),
        _Kind("Milk 1 l", 95, 65, 195, 1_050, 12),
        _Kind("Apple Cake", 240, 240, 80, 890, fragile=True),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocked:
    """An item and the zone that keeps it."""

    item: Item
    zone: str


def stocked() -> tuple[Stocked, ...]:
    """The 500 items, zone by zone, all variants of a kind at different ranks."""
    return tuple(
        Stocked(zone=zone, item=_item(f"{zone}{nth:04}", number, variant, kind, zone == "C"))
        for number, (zone, nth, variant, kind) in enumerate(_variants(), 1)
    )


def _variants() -> Iterator[tuple[str, int, str, _Kind]]:
    for zone, kinds in KINDS.items():
        for nth, (variant, kind) in enumerate(product(VARIANTS[zone], kinds), 1):
            yield zone, nth, variant, kind


def _item(sku: str, number: int, variant: str, kind: _Kind, cold: bool) -> Item:
    sides = sorted((kind.length, kind.width, kind.height), reverse=True)
    return Item(
        sku=sku,
        name=f"{kind.name}, {variant}",
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        mass_g=kind.mass,
        barcodes=tuple(_barcodes(number, kind.pack)),
        fragile=kind.fragile,
        lot_tracked=cold,
    )


def _barcodes(number: int, pack: int) -> Iterator[tuple[str, int]]:
    """The GTIN-13 of the unit; GTIN-14 with indicators of its own for inner and outer packs."""
    body = f"{PREFIX}{number:09}"
    yield f"{body}{check_digit(body)}", 1
    if pack:
        for indicator, units in (("1", pack), ("2", 4 * pack)):
            wider = f"{indicator}{body}"
            yield f"{wider}{check_digit(wider)}", units
