"""Owns the look at what has been moved since, in the order in which it was."""

from typing import Any

from controller.store import Db

_LAST = "SELECT COALESCE(MAX(id), 0) FROM movement"
_SINCE = (
    "SELECT id, actor, cause, sku, qty, reverses_id, from_container, "
    "CASE WHEN from_container <> '' THEN from_container ELSE from_place END AS source, "
    "CASE WHEN to_container <> '' THEN to_container ELSE to_place END AS target "
    "FROM movement WHERE id > :id ORDER BY id LIMIT :most"
)


def last(db: Db) -> int:
    """The id of the latest movement; 0 when nothing was moved yet."""
    return int(db.value(_LAST))


def since(db: Db, movement: int, most: int) -> list[Any]:
    """Movements after this one: who, why, SKU, units, source and target (place or container)."""
    return db.all(_SINCE, id=movement, most=most)
