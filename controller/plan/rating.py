"""Rating: what a parcel costs with a service, or why the service does not take it.

Owns the quote, and the cheapest service for one parcel alone. It refuses to know labels, accounts
and carriers' servers, and other parcels: what these share `carriers` weighs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.messages import ShippingService


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A packed parcel that must arrive within `days_max` days."""

    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    country: str
    days_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The service of a parcel, or ""; `why` has the price or the no of every other service."""

    service: str
    cost_cents: int
    why: str


def quote(parcel: Parcel, service: ShippingService) -> int | str:
    """Price a parcel in cents, or say why the service is out.

    Units: the billed mass is the larger of the real and the dimensional mass, unrounded; the price
    is rounded up to the cent. Girth is the longest side plus the girth around the other two.
    """
    if "*" not in service.countries and parcel.country not in service.countries:
        return f"does not serve {parcel.country}"
    if parcel.mass_g > service.mass_max_g:
        return f"too heavy: {parcel.mass_g} g, takes {service.mass_max_g} g"
    length_mm, width_mm, height_mm = parcel.length_mm, parcel.width_mm, parcel.height_mm
    girth_mm = 2 * (length_mm + width_mm + height_mm) - max(length_mm, width_mm, height_mm)
    if girth_mm > service.girth_max_mm:
        return f"too large: girth {girth_mm} mm, takes {service.girth_max_mm} mm"
    if service.transit_days > parcel.days_max:
        return f"too slow: {service.transit_days} days, allowed {parcel.days_max}"
    billed_g = parcel.mass_g
    if service.divisor_cm3_per_kg:
        volume_mm3 = length_mm * width_mm * height_mm
        billed_g = max(billed_g, -(-volume_mm3 // service.divisor_cm3_per_kg))
    return service.base_cents - (-service.per_kg_cents * billed_g // 1000)


def choose(parcel: Parcel, services: Sequence[ShippingService]) -> Choice:
    """The cheapest service that takes a parcel, the lower code among equal ones."""
    offers = {each.code: quote(parcel, each) for each in sorted(services, key=lambda s: s.code)}
    prices = {code: offer for code, offer in offers.items() if isinstance(offer, int)}
    best = min(prices, key=prices.__getitem__, default="")
    others = "; ".join(f"{code}: {_told(o)}" for code, o in offers.items() if code != best)
    nobody = "the only service" if best else "there is no service"
    return Choice(service=best, cost_cents=prices.get(best, 0), why=others or nobody)


def _told(offer: int | str) -> str:
    return f"{offer} cents" if isinstance(offer, int) else offer
