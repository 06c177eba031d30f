"""Owns what is known by name already: SKUs, places, cartons, orders; and whether a site is."""

from controller.store import Db

_SKUS = "SELECT sku FROM item ORDER BY sku"
_PLACES = "SELECT name FROM place WHERE kind <> 'node' ORDER BY name"
_NODES = (
    "SELECT code FROM node WHERE code IN (SELECT name FROM place WHERE kind = 'node') "
    "ORDER BY code"
)
_BEGUN = (
    "SELECT s.node, s.sku, s.owner, s.reserved FROM node n "
    "JOIN stock s ON s.place = n.code AND s.node = n.code WHERE s.reserved > 0 "
    "AND s.container = '' ORDER BY s.node, s.sku, s.owner, s.lot, s.status"
)
_CARTONS = "SELECT code FROM carton_type ORDER BY code"
_SERVICES = "SELECT code, carrier FROM shipping_service ORDER BY code"
_ORDERS = "SELECT id, revision FROM customer_order ORDER BY id"
_SITE = "SELECT 1 FROM setting WHERE name = 'site'"


def skus(db: Db) -> frozenset[str]:
    return frozenset(row.sku for row in db.all(_SKUS))


def cartons(db: Db) -> frozenset[str]:
    """The codes of carton types."""
    return frozenset(row.code for row in db.all(_CARTONS))


def places(db: Db) -> frozenset[str]:
    """The places of this building."""
    return frozenset(row.name for row in db.all(_PLACES))


def nodes(db: Db) -> frozenset[str]:
    """The codes of nodes beside this building."""
    return frozenset(row.code for row in db.all(_NODES))


def begun(db: Db) -> dict[tuple[str, str, str], int]:
    """Units that somebody has in hand, by node, SKU and owner."""
    return {(row.node, row.sku, row.owner): row.reserved for row in db.all(_BEGUN)}


def orders(db: Db) -> dict[str, int]:
    """The revision of every order by its id, shop/number."""
    return {row.id: row.revision for row in db.all(_ORDERS)}


def site_is_set_up(db: Db) -> bool:
    return db.value(_SITE) is not None


def services(db: Db) -> frozenset[str]:
    """What an order may be paid for: services, and carriers."""
    rows = db.all(_SERVICES)
    return frozenset(name for row in rows for name in (row.code, row.carrier))


def service_codes(db: Db) -> frozenset[str]:
    return frozenset(row.code for row in db.all(_SERVICES))
