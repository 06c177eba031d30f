"""Owns pickups on call: what a carrier must know of one, and what people see of them."""

from dataclasses import dataclass, replace

import msgspec

from controller.messages import SiteSettings
from controller.store import Db
from controller.views.consignments import Address, sender

_SITE = "SELECT value FROM setting WHERE name = 'site'"
_PICKUP = "SELECT * FROM pickup WHERE reference = :reference"
_LATEST = (
    "SELECT p.carrier, p.leaves_ms, p.state, p.parcels, p.number, p.from_ms, p.until_ms, p.why "
    "FROM pickup p ORDER BY p.leaves_ms DESC, p.carrier LIMIT 50"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Parcels that wait at a place; `replaces` is the number of what was booked before, or ""."""

    reference: str
    carrier: str
    place: Address
    ready_ms: int
    latest_ms: int
    parcels: int
    mass_g: int
    replaces: str
    utc_offset_ms: int = 0  # of the clock on its wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    carrier: str
    leaves_ms: int
    state: str
    parcels: int
    number: str
    from_ms: int
    until_ms: int
    why: str


def place(db: Db) -> tuple[Address, int]:
    """Where carriers come to, and how far its clock is from UTC."""
    stored = db.value(_SITE)
    if not stored:
        return Address(), 0
    site = msgspec.json.decode(stored, type=SiteSettings)
    known = sender(db, "", site)
    if not known.street:
        own = {"name": site.company or known.name, "street": site.street, "city": site.city}
        known = replace(known, **own)
    return known, site.utc_offset_ms


def pickups(db: Db) -> tuple[Pickup, ...]:
    """The latest, as their carriers have answered."""
    return tuple(Pickup(**row._asdict()) for row in db.all(_LATEST))
