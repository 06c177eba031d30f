"""Owns the look at one item: what a page needs to draw it."""

from dataclasses import dataclass

from controller.store import Db

_LOOK = "SELECT sku, name, length_mm, width_mm, height_mm, fragile FROM item WHERE sku = :sku"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLook:
    sku: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    fragile: int


def look_of(db: Db, sku: str) -> ItemLook | None:
    """What is known of the item's appearance; None for an unknown SKU."""
    row = db.one(_LOOK, sku=sku)
    return None if row is None else ItemLook(**row._asdict())
