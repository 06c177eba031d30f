"""Owns the cartons, shipping services and contracts of a simulated site.

The three carriers are invented; their prices have the shape of real ones: a base, a price per
kilogram, a volume divisor, limits of mass and girth.
"""

from typing import NamedTuple

from controller.messages import CartonType, Contract, ShippingService

FREIGHT_LANES = ("FREIGHT-01", "FREIGHT-02")
PARCEL_LANES = ("LANE-01", "LANE-02", "LANE-03", "LANE-04")
NEIGHBOURS = {
    "GB": (
        *("AT", "BE", "CH", "CY", "DE", "DK", "ES", "FI", "FR", "GR"),
        *("IE", "IT", "JE", "LT", "MT", "NL", "NO", "PL", "PT", "SE"),
    ),
    "BR": ("AR", "CL", "PE", "PY", "UY"),
}
EVERYWHERE = ("*",)


def cartons() -> tuple[CartonType, ...]:
    """Ten sizes from a book box to a pallet box; inner measures."""
    return tuple(
        CartonType(
            code=code,
            length_mm=length_mm,
            width_mm=width_mm,
            height_mm=height_mm,
            tare_g=tare_g,
            mass_max_g=mass_max_g,
            cost_cents=cost_cents,
        )
        for code, length_mm, width_mm, height_mm, tare_g, mass_max_g, cost_cents in (
            ("BOX-01", 200, 150, 80, 60, 5_000, 16),
            ("BOX-02", 250, 200, 120, 110, 8_000, 24),
            ("BOX-03", 310, 230, 160, 170, 12_000, 33),
            ("BOX-04", 350, 260, 250, 260, 15_000, 47),
            ("BOX-05", 430, 310, 250, 350, 20_000, 62),
            ("BOX-06", 520, 380, 300, 540, 25_000, 95),
            ("BOX-07", 590, 390, 390, 720, 29_000, 128),
            ("BOX-08", 780, 380, 280, 760, 29_000, 149),
            ("BOX-09", 780, 560, 480, 1_350, 30_500, 240),
            ("PALLET", 1_160, 790, 1_000, 24_000, 600_000, 3_900),
        )
    )


def services(home: str) -> tuple[ShippingService, ...]:
    """Seven services of three carriers; parcels leave by the sorter, freight by the dock."""
    near = NEIGHBOURS.get(home, (home,))
    standard, next_day, abroad, overseas = PARCEL_LANES
    return (
        _parcel(_Rate("ALBION-STANDARD", (home,), 329, 38, 2), "Albion Parcels", standard),
        _parcel(_Rate("ALBION-NEXT-DAY", (home,), 595, 62, 1), "Albion Parcels", next_day),
        _parcel(_Rate("MERIDIAN-HOME", (home,), 341, 37, 2), "Meridian Express", abroad),
        _parcel(_Rate("MERIDIAN-NEAR", near, 895, 110, 4), "Meridian Express", abroad),
        _parcel(_Rate("MERIDIAN-WORLD", EVERYWHERE, 1_690, 420, 7), "Meridian Express", overseas),
        _freight(_Rate("GRANITE-PALLET", (home,), 4_900, 14, 3), FREIGHT_LANES[0]),
        _freight(_Rate("GRANITE-WORLD", EVERYWHERE, 19_900, 95, 14), FREIGHT_LANES[1]),
    )


def contracts() -> tuple[Contract, ...]:
    """Two carriers compete for the parcels of a day: discounts in hundredths of a percent."""
    return (
        Contract(carrier="Albion Parcels", tiers=((0, 0), (150, 200), (600, 450), (2_000, 700))),
        Contract(
            carrier="Meridian Express", tiers=((0, 0), (100, 350), (400, 800), (1_500, 1_100))
        ),
    )


class _Rate(NamedTuple):
    code: str
    countries: tuple[str, ...]
    base_cents: int
    per_kg_cents: int
    transit_days: int


def _parcel(rate: _Rate, carrier: str, lane: str) -> ShippingService:
    return ShippingService(
        **rate._asdict(),
        carrier=carrier,
        divisor_cm3_per_kg=5_000,
        mass_max_g=32_000,
        girth_max_mm=3_300,
        lane=lane,
    )


def _freight(rate: _Rate, lane: str) -> ShippingService:
    return ShippingService(
        **rate._asdict(),
        carrier="Granite Freight",
        divisor_cm3_per_kg=3_000,
        mass_max_g=1_000_000,
        girth_max_mm=8_000,
        lane=lane,
    )
