"""Owns pickups on call: what a carrier must know of one, and what people see of them."""

from dataclasses import dataclass

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


def place(db: Db) -> Address:
    """Where carriers come to."""
    stored = db.value(_SITE)
    return sender(db, "", msgspec.json.decode(stored, type=SiteSettings)) if stored else Address()


def pickups(db: Db) -> tuple[Pickup, ...]:
    """The latest, as their carriers have answered."""
    return tuple(Pickup(**row._asdict()) for row in db.all(_LATEST))
