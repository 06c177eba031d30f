"""What a service takes at all: countries, masses, measures, goods, addresses, insured values.

Owns who takes a parcel, of all services in one look, and the words with which one says no.
Refuses to price.
"""

from bisect import bisect_left
from collections.abc import Sequence

from controller.messages import ShippingService
from controller.plan.dangers import carrying
from controller.plan.rates.bits import bits_of, steps
from controller.plan.rates.parcels import Parcel, Seen

ANY = 1 << 60


class Limits:
    """The limits of one service, ready to be compared."""

    def __init__(self, service: ShippingService) -> None:
        self._countries = None if "*" in service.countries else frozenset(service.countries)
        self._mass_g = (service.mass_min_g, service.mass_max_g)
        self._girth_max_mm = service.girth_max_mm
        most = (service.length_max_mm, service.width_max_mm, service.height_max_mm)
        self._sides_max_mm = tuple(each or ANY for each in most)
        self._length_min_mm, self._width_min_mm = service.length_min_mm, service.width_min_mm
        self._shaped = any(most) or self._length_min_mm > 0 or self._width_min_mm > 0
        self._hazardous, self._po_box = service.hazardous, service.po_box
        self._dangers = carrying.taken(service.dangers)
        self._insured_max_cents = service.insured_max_cents or ANY

    def why_not(self, parcel: Parcel, seen: Seen) -> str:
        """Why the service does not take a parcel, or ""."""
        sides_mm, girth_mm = seen.sides_mm, seen.girth_mm
        if self._countries is not None and parcel.country not in self._countries:
            return f"does not serve {parcel.country}"
        least_g, most_g = self._mass_g
        if parcel.mass_g > most_g:
            return f"too heavy: {parcel.mass_g} g, takes {most_g} g"
        if parcel.mass_g < least_g:
            return f"too light: {parcel.mass_g} g, takes {least_g} g or more"
        if girth_mm > self._girth_max_mm:
            return f"too large: girth {girth_mm} mm, takes {self._girth_max_mm} mm"
        if self._shaped and (why := self._shape(sides_mm)):
            return why
        if parcel.hazardous and not self._hazardous:
            return "takes no hazardous goods"
        if parcel.dangers and (why := self._danger(parcel)):
            return why
        if parcel.po_box and not self._po_box:
            return "does not deliver to PO boxes"
        if parcel.value_cents > self._insured_max_cents:
            return f"insures up to {self._insured_max_cents} cents, not {parcel.value_cents}"
        return ""

    def _danger(self, parcel: Parcel) -> str:
        refused = parcel.dangers & ~self._dangers
        if refused:
            return f"takes no {carrying.named(refused, parcel.inside)}"
        return carrying.too_heavy(parcel.dangers, parcel.mass_g)

    def _shape(self, sides_mm: tuple[int, int, int]) -> str:
        for name, side_mm, most_mm in zip(
            ("longest", "second", "third"), sides_mm, self._sides_max_mm, strict=True
        ):
            if side_mm > most_mm:
                return f"too large: {name} side {side_mm} mm, takes {most_mm} mm"
        if sides_mm[0] < self._length_min_mm or sides_mm[1] < self._width_min_mm:
            least = f"{self._length_min_mm} x {self._width_min_mm} mm"
            return f"too small: {sides_mm[0]} x {sides_mm[1]} mm, takes {least} or more"
        return ""


class Takers:
    """Who of several services surely takes a parcel; a service is a bit."""

    def __init__(self, services: Sequence[ShippingService]) -> None:
        self._anywhere = bits_of("*" in each.countries for each in services)
        self._countries = {
            country: bits_of(
                "*" in each.countries or country in each.countries for each in services
            )
            for country in {country for each in services for country in each.countries}
        }
        most = [
            [getattr(each, name) or ANY for each in services]
            for name in ("insured_max_cents", "length_max_mm", "width_max_mm", "height_max_mm")
        ]
        most += [[each.mass_max_g for each in services], [each.girth_max_mm for each in services]]
        least = [
            [getattr(each, name) - 1 for each in services]
            for name in ("mass_min_g", "length_min_mm", "width_min_mm")
        ]
        self._most = [(at, *steps(each)) for at, each in enumerate(most) if {*each} != {ANY}]
        self._least = [(at, *steps(each)) for at, each in enumerate(least) if {*each} != {-1}]

    def of(self, parcel: Parcel, seen: Seen) -> int:
        """The services that take a plain parcel; where it is not, each must be asked by itself."""
        if parcel.hazardous or parcel.dangers or parcel.po_box:
            return 0
        found = self._countries.get(parcel.country, self._anywhere)
        (longest, second, third), girth_mm, _, _ = seen
        mass_g = parcel.mass_g
        measures = (parcel.value_cents, longest, second, third, mass_g, girth_mm)
        for at, limits, sets in self._most:
            found &= ~sets[bisect_left(limits, measures[at])]
        for at, limits, sets in self._least:
            found &= sets[bisect_left(limits, (mass_g, longest, second)[at])]
        return found
