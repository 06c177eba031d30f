"""Owns the look at decisions that explain themselves: one example of each kind, in words."""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.store import Db

_TOUR = (
    "SELECT t.kind, t.why, COUNT(*) AS loads FROM tour t JOIN load l ON l.tour = t.id "
    "WHERE t.state = 'done' AND t.why <> '' GROUP BY t.id, t.kind, t.why "
    "ORDER BY loads DESC, t.id LIMIT 1"
)
_PARCEL = (
    "SELECT service, order_id, mass_g, why FROM parcel "
    "WHERE state = 'shipped' AND why <> '' ORDER BY id LIMIT 1"
)
_EVENT = "SELECT order_id, subject, data FROM event WHERE kind = :kind ORDER BY id LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about (tour, service, waiting, putaway), what was chosen, and why."""

    about: str
    subject: str
    why: str


def decisions(db: Db) -> list[Decision]:
    """One decision of each kind that this database has."""
    found = (_tour(db), _service(db), _waiting(db), _putaway(db))
    return [decision for decision in found if decision is not None]


def _tour(db: Db) -> Decision | None:
    row = db.one(_TOUR)
    if row is None:
        return None
    return Decision(about="tour", subject=f"{row.kind}, {row.loads} containers", why=row.why)


def _service(db: Db) -> Decision | None:
    row = db.one(_PARCEL)
    if row is None:
        return None
    subject = f"{row.service} for {row.mass_g} g of order {row.order_id}"
    return Decision(about="service", subject=subject, why=row.why)


def _waiting(db: Db) -> Decision | None:
    row = db.one(_EVENT, kind="waiting")
    if row is None:
        return None
    return Decision(about="waiting", subject=row.order_id, why=str(_data(row)["reason"]))


def _putaway(db: Db) -> Decision | None:
    row = db.one(_EVENT, kind="putaway_planned")
    if row is None:
        return None
    data = _data(row)
    return Decision(
        about="putaway", subject=f"{data['sku']} to {data['place']}", why=str(data["why"])
    )


def _data(row: Any) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.json.decode(row.data)
    return data
