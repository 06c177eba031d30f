"""Owns which parcels go through customs as one, and whose papers are still to be made.

Pieces of a shipment have common papers: those of a parcel count only while they name the very
parcels that it goes with now. It refuses nothing; where papers are missing, a person is told.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from controller.messages import SiteSettings
from controller.store import Db
from controller.turn import Turn
from controller.workflows import alarming

EU: Final = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
KINDS: Final = ("customs", "invoice")
MISSING: Final = "customs_papers_missing"
_TOGETHER = (  # the parcel itself, and all pieces of the shipment that it is a piece of
    "SELECT id, lpn, mass_g, order_id FROM parcel WHERE id = :id UNION "
    "SELECT p.id, p.lpn, p.mass_g, p.order_id FROM purchase u JOIN purchase o "
    "ON o.shipment = u.shipment AND o.shipment <> '' AND o.state IN ('asked', 'bought') "
    "JOIN parcel p ON p.id = o.parcel WHERE u.parcel = :id AND u.shipment <> '' "
    "AND u.state IN ('asked', 'bought') ORDER BY 1"
)
_TO_COME = (  # to its shipment, which has room, in this building: others pack their own
    "SELECT t.id FROM purchase u JOIN shipment s ON s.reference = u.shipment AND s.state = 'open' "
    "JOIN parcel t ON t.order_id = s.order_id AND t.state IN ('planned', 'packing') "
    "WHERE u.parcel = :id AND u.shipment <> '' AND u.state IN ('asked', 'bought') "
    "AND s.pieces > (SELECT COUNT(*) FROM purchase o WHERE o.shipment = s.reference "
    "AND o.shipment <> '' AND o.state IN ('asked', 'bought')) "
    "AND NOT EXISTS (SELECT 1 FROM consignment c "
    "WHERE c.order_id = t.order_id AND c.parcel = t.id) ORDER BY t.id LIMIT 1"
)
_PAPERS = (
    "SELECT * FROM document WHERE order_id = :order_id AND kind = :kind AND voided_ms = 0 "
    "ORDER BY id DESC"
)
_WERE_PIECES = (  # parcels here that are pieces, or were meant to be
    "SELECT p.id FROM parcel p WHERE p.order_id = :order_id "
    "AND p.state IN ('packed', 'labelled', 'sorted') AND EXISTS (SELECT 1 FROM purchase u "
    "WHERE u.parcel = p.id AND u.shipment <> '') AND EXISTS (SELECT 1 FROM purchase u "
    "WHERE u.parcel = p.id AND u.state IN ('asked', 'bought', 'house')) ORDER BY p.id"
)
_COUNTRY = "SELECT country FROM customer_order WHERE id = :id"


def is_needed(site: SiteSettings, country: str) -> bool:
    """Whether goods to a country go through customs."""
    free = site.customs_free
    return bool(free) and country not in free and not ("EU" in free and country in EU)


def together(db: Db, parcel_id: int) -> list[Any]:
    """The parcels that go through customs with this one, itself among them."""
    return db.all(_TOGETHER, id=parcel_id)


def is_to_wait(db: Db, parcel_id: int) -> bool:
    """Whether pieces of its shipment are to come: papers are made with the last, for all."""
    return db.one(_TO_COME, id=parcel_id) is not None


def papers(db: Db, parcel_id: int, kind: str) -> Iterator[tuple[Any, bool]]:
    """Papers that name any of those parcels, and whether they name just these."""
    here = together(db, parcel_id)
    plates = {each.lpn for each in here}
    for each in db.all(_PAPERS, order_id=here[0].order_id, kind=kind):
        ours = plates if any(each.parcel == one.id for one in here) else ()
        named = set(msgspec.json.decode(each.data).get("parcels", ours))
        if named & plates:
            yield each, named == plates


def paper(db: Db, parcel_id: int, kind: str) -> Any | None:
    """The paper of a parcel, which is that of all that go through customs with it."""
    return next((found for found, counts in papers(db, parcel_id, kind) if counts), None)


def due(db: Db, order_id: str) -> list[str]:
    """A plate for each shipment of which papers are still to be made, with all its pieces here.

    So too for a parcel that was to be a piece and goes by itself.
    """
    seen: set[int] = set()
    found: list[str] = []
    for row in db.all(_WERE_PIECES, order_id=order_id):
        if row.id in seen:
            continue
        here = together(db, row.id)
        seen |= {each.id for each in here}
        if is_to_wait(db, row.id) or all(paper(db, row.id, kind) for kind in KINDS):
            continue
        found.append(here[-1].lpn)
    return found


def remind(turn: Turn, order_id: str) -> None:
    """Who has no bench before him is told by an alarm; it ends when the papers are made."""
    device = f"order/{order_id}"
    crosses = is_needed(turn.site, turn.db.value(_COUNTRY, id=order_id) or "")
    plates = due(turn.db, order_id) if crosses else []
    if plates:
        alarming.raise_alarm(turn, device, MISSING, ", ".join(plates)[:500])
    else:
        alarming.over(turn, device, MISSING)
