"""Prices without a rate card: a service's own base and its price per kilogram.

Owns that price alone. The billed mass is the larger of the real and the dimensional mass,
unrounded; the price is rounded up to the cent.
"""

from controller.messages import ShippingService
from controller.plan.rates.parcels import Parcel, Price


def price(service: ShippingService, parcel: Parcel, further: bool = False) -> Price:
    """What the service asks for a parcel; a `further` piece of a shipment pays no base."""
    mass_cents = _mass_cents(service, parcel)
    base_cents = 0 if further else service.base_cents
    cents = base_cents + mass_cents
    parts = (("base", base_cents), ("mass", mass_cents))
    return cents, cents, (parts,), "", 0, service.transit_days


def _mass_cents(service: ShippingService, parcel: Parcel) -> int:
    billed_g = parcel.mass_g
    if service.divisor_cm3_per_kg:
        volume_mm3 = parcel.length_mm * parcel.width_mm * parcel.height_mm
        billed_g = max(billed_g, -(-volume_mm3 // service.divisor_cm3_per_kg))
    return -(-service.per_kg_cents * billed_g // 1_000)
