"""Owns which document of a parcel counts: made again, it would say the same of goods and parcels.

It refuses to make one.
"""

from typing import Any

from controller.store import Db
from controller.workflows.papers import crossing, declaring, documents


def paper(db: Db, parcel_id: int, kind: str) -> Any | None:
    """The document of a parcel; customs papers are those of its whole shipment."""
    if kind in crossing.KINDS:
        return crossing.paper(db, parcel_id, kind)
    if kind in declaring.KINDS:
        return declaring.paper(db, parcel_id, kind)
    return documents.of_parcel(db, parcel_id, kind)
