"""Owns the fingerprints of a database: equal for equal histories, on any machine and database."""

import hashlib
from collections.abc import Iterable

from controller.store import Db

_MOVEMENTS = (
    "SELECT id, sku, lot, owner, qty, from_node, from_place, from_container, from_status, "
    "to_node, to_place, to_container, to_status, cause, actor, effective_ms, reverses_id "
    "FROM movement WHERE id > :after ORDER BY id LIMIT 5000"
)
_STOCK = (
    "SELECT sku, lot, owner, status, node, place, container, qty, reserved FROM stock "
    "ORDER BY sku, lot, owner, status, node, place, container"
)
_EVENTS = (
    "SELECT id, at_ms, kind, order_id, subject, data FROM event "
    "WHERE id > :after ORDER BY id LIMIT 5000"
)


def ledger_digest(db: Db) -> str:
    """SHA-256 over every movement and every balance."""
    digest = hashlib.sha256()
    _add_pages(digest, db, _MOVEMENTS)
    _add(digest, db.all(_STOCK))
    return digest.hexdigest()


def event_digest(db: Db) -> str:
    """SHA-256 over the log of events."""
    digest = hashlib.sha256()
    _add_pages(digest, db, _EVENTS)
    return digest.hexdigest()


def _add_pages(digest: "hashlib._Hash", db: Db, query: str) -> None:
    after = 0
    while page := db.all(query, after=after):
        _add(digest, page)
        after = page[-1].id


def _add(digest: "hashlib._Hash", rows: Iterable[tuple[object, ...]]) -> None:
    for row in rows:
        digest.update(("\x1f".join(map(str, row)) + "\x1e").encode())
