"""Owns the look at who is signed in, where they stand, and which carts they push."""

from dataclasses import dataclass

from controller.store import Db

_SESSIONS = "SELECT worker, workflow, step, place, version FROM session ORDER BY worker"
_TOURS = (
    "SELECT id, worker, cart FROM tour WHERE state = 'active' AND worker <> '' ORDER BY worker, id"
)

_BADGES = "SELECT badge FROM worker ORDER BY badge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody at work; `place` is the bench or desk, `cart` what they push, each maybe ""."""

    worker: str
    workflow: str
    step: str
    version: int
    place: str
    cart: str


def present(db: Db) -> tuple[Present, ...]:
    """Everybody who is signed in."""
    carts = {row.worker: row.cart for row in db.all(_TOURS)}
    return tuple(
        Present(**row._asdict(), cart=carts.get(row.worker, "")) for row in db.all(_SESSIONS)
    )


def badges(db: Db) -> set[str]:
    """Everybody who may sign in."""
    return {row.badge for row in db.all(_BADGES)}
