"""Owns the list of nodes, as an import takes them."""

from dataclasses import dataclass

from controller.views.listings import listing


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeListed:
    code: str
    name: str
    kind: str
    country: str
    postcode: str
    lat_e6: int
    lon_e6: int
    parcels_max: int
    safety_units: int
    handling_cents: int
    unit_cents: int
    cutoff_ms: int
    days: str
    hours: str
    countries: str
    services: str
    collects: bool
    active: bool


NODES = listing(NodeListed, "node", ("code",))
