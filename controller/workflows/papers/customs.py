"""Owns what customs is told: which parcels need papers, what is missing, and what is declared.

A site that names the countries it reaches without papers (`customs_free`) gets them for all
others. It refuses to declare an item of which it does not know code, origin or description: that
is told before a label is bought, and not at the border.
"""

from dataclasses import replace
from typing import Any, Final

from controller.errors import Refused
from controller.forms import Goods, GoodsLine
from controller.messages import SiteSettings
from controller.store import Db
from controller.turn import Turn
from controller.workflows.papers import freezing

EU: Final = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
CN22_SDR_MAX: Final = 300
SHOWN_MAX: Final = 20
_FIELDS: Final = ("hs_code", "origin_country", "customs_words")
_GOODS = (
    "SELECT l.line, l.sku, l.packed AS qty, COALESCE(o.price_cents, 0) AS price_cents, "
    "i.mass_g, i.hs_code, i.origin_country, i.customs_words FROM parcel_line l "
    "JOIN parcel p ON p.id = l.parcel JOIN item i ON i.sku = l.sku "
    "LEFT JOIN order_line o ON o.order_id = p.order_id AND o.line = l.line "
    "WHERE l.parcel = :id AND l.packed > 0 ORDER BY l.line"
)
_PIECES = (  # of the shipment that a parcel is a piece of
    "SELECT o.parcel, p.mass_g FROM purchase u JOIN purchase o ON o.shipment = u.shipment "
    "AND o.shipment <> '' AND o.state IN ('asked', 'bought') JOIN parcel p ON p.id = o.parcel "
    "WHERE u.parcel = :id AND u.shipment <> '' AND u.state IN ('asked', 'bought') "
    "ORDER BY o.piece, o.id"
)
_TO_COME = (
    "SELECT t.id FROM parcel p JOIN parcel t ON t.order_id = p.order_id "
    "AND t.state IN ('planned', 'packing') WHERE p.id = :id ORDER BY t.id LIMIT 1"
)


def together(db: Db, parcel_id: int) -> dict[int, int]:
    """The mass of each parcel that goes through customs with this one, itself among them."""
    return {row.parcel: row.mass_g for row in db.all(_PIECES, id=parcel_id)}


def is_to_wait(db: Db, parcel_id: int) -> bool:
    """Whether pieces of its shipment are to come: papers are made with the last, for all."""
    return bool(together(db, parcel_id)) and db.one(_TO_COME, id=parcel_id) is not None


def is_needed(site: SiteSettings, country: str) -> bool:
    """Whether goods to a country go through customs."""
    free = site.customs_free
    return bool(free) and country not in free and not ("EU" in free and country in EU)


def lacking(turn: Turn, parcel_id: int, country: str) -> str:
    """What keeps a parcel to a country from its customs papers, in one line; "" where nothing."""
    return missing(turn, parcel_id) if is_needed(turn.site, country) else ""


def missing(turn: Turn, parcel_id: int) -> str:
    """Which SKU of a parcel lacks what customs asks, in one line; "" when nothing does."""
    lacks: dict[str, list[str]] = {}
    for row in turn.db.all(_GOODS, id=parcel_id):
        wanted = [name for name in _FIELDS if not getattr(row, name)]
        wanted += ["price_cents"] if row.price_cents <= 0 else []
        if wanted:
            lacks.setdefault(row.sku, wanted)
    told = [f"{sku}: {', '.join(names)}" for sku, names in lacks.items()]
    more = f"; and {len(told) - SHOWN_MAX} more" if len(told) > SHOWN_MAX else ""
    return "; ".join(told[:SHOWN_MAX]) + more


def uses_ioss(country: str) -> bool:
    """Whether the import scheme is told its number: it is no business of others."""
    return country in EU


def declared(db: Db, parcel_id: int) -> tuple[GoodsLine, ...]:
    """The goods of a parcel as customs is told them."""
    return tuple(
        GoodsLine(
            sku=row.sku,
            words=row.customs_words,
            qty=row.qty,
            mass_g=row.qty * row.mass_g,
            value_cents=row.qty * row.price_cents,
            hs_code=row.hs_code,
            origin=row.origin_country,
        )
        for row in db.all(_GOODS, id=parcel_id)
    )


def goods(turn: Turn, parcel: Any, form: str = "") -> Goods:
    """What a parcel holds as customs is told it; without `form` CN22 or CN23 by the value.

    Of a piece it is what all pieces of its shipment hold.
    Raises: Refused naming each SKU and what it lacks, and while pieces are to come.
    """
    if is_to_wait(turn.db, parcel.id):
        raise Refused("pieces_to_come", parcel=parcel.lpn, fix="make it with the last piece")
    masses_g = together(turn.db, parcel.id) or {parcel.id: parcel.mass_g}
    for each in masses_g:
        lacks = missing(turn, each)
        if lacks:
            raise Refused("customs_data_missing", parcel=parcel.lpn, lacks=lacks, fix="import it")
    lines = tuple(line for each in masses_g for line in declared(turn.db, each))
    value_cents = sum(line.value_cents for line in lines)
    by_value = "cn22" if value_cents <= CN22_SDR_MAX * turn.site.sdr_cents else "cn23"
    heading = replace(freezing.heading(turn, parcel), mass_g=sum(masses_g.values()))
    if not uses_ioss(parcel.country):
        heading = replace(heading, sender=replace(heading.sender, ioss=""))
    return Goods(heading=heading, form=form or by_value, lines=lines)
