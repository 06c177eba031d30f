"""Owns which papers go into, or onto, the parcel that a packer has on the bench.

With it come the customs papers of other shipments of its order that nobody has made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from controller.messages import SiteSettings
from controller.store import Db
from controller.workflows.papers import counting, crossing, declaring

_SESSION = "SELECT data FROM session WHERE worker = :badge AND workflow = 'packing'"
_PARCEL = (
    "SELECT p.id, p.lpn, p.order_id, o.country, COALESCE(h.slip, 0) AS slip, "
    "COALESCE(h.returns, '') AS returns FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN shop h ON h.code = o.shop WHERE p.id = :id AND p.state = 'packed'"
)
_SITE = "SELECT value FROM setting WHERE name = 'site'"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPaper:
    """`kind`: packing_slip, customs, invoice, dangerous_goods, class_labels, returns_label.

    0 `prints`: it is to be printed. `labels` of classes are those to stick on.
    """

    lpn: str
    kind: str
    prints: int
    labels: tuple[str, ...] = ()


def wanted_papers(db: Db, badge: str) -> tuple[WantedPaper, ...]:
    """The papers of the packed parcel at which this worker is; none at any other work."""
    data = db.value(_SESSION, badge=badge)
    parcel = db.one(_PARCEL, id=msgspec.json.decode(data).get("parcel", 0)) if data else None
    kept = db.value(_SITE)
    if parcel is None or not kept:
        return ()
    site = msgspec.json.decode(kept, type=SiteSettings)
    kinds = ["packing_slip"] if parcel.slip else []
    crosses = crossing.is_needed(site, parcel.country)
    if crosses and not crossing.is_to_wait(db, parcel.id):
        kinds += crossing.KINDS
    kinds += ["dangerous_goods"] if declaring.is_declared(db, parcel.id) else []
    kinds += ["class_labels"] if declaring.labels_of(db, parcel.id) else []
    kinds += ["returns_label"] if parcel.returns == "box" else []
    own = [_paper(db, parcel, kind) for kind in kinds]
    return (*own, *(_of_others(db, parcel) if crosses else ()))


def _paper(db: Db, parcel: Any, kind: str) -> WantedPaper:
    made = counting.paper(db, parcel.id, kind)
    prints = made.prints if made is not None else 0
    stuck = declaring.labels_of(db, parcel.id) if kind == "class_labels" else ()
    return WantedPaper(lpn=parcel.lpn, kind=kind, prints=prints, labels=stuck)


def _of_others(db: Db, parcel: Any) -> Iterator[WantedPaper]:
    own = {each.lpn for each in crossing.together(db, parcel.id)}
    for plate in crossing.due(db, parcel.order_id):
        if plate not in own:
            yield from (WantedPaper(lpn=plate, kind=kind, prints=0) for kind in crossing.KINDS)
