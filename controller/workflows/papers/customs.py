"""Owns what customs is told of the goods in a parcel: what is missing, and what is declared.

A site that names the countries it reaches without papers (`customs_free`) gets them for all
others. It refuses to declare an item of which it does not know code, origin or description: that
is told before a label is bought, and not at the border.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from controller.errors import Refused
from controller.forms import Goods, GoodsLine
from controller.messages import SiteSettings
from controller.messages.rates import WHOLE_PPM
from controller.store import Db
from controller.turn import Turn
from controller.workflows.papers import crossing, freezing

CN22_SDR_MAX: Final = 300
IOSS_EUR_MAX: Final = 150
SHOWN_MAX: Final = 20
_FIELDS: Final = ("hs_code", "origin_country", "customs_words")
UNITS: Final = "CASE WHEN p.state IN ('planned', 'packing') THEN l.planned ELSE l.packed END"
"""Of a line `l` of a parcel `p`: as packed, or as planned until it is closed."""
_LINES: Final = (
    "SELECT l.line, l.sku, {units} AS qty, COALESCE(o.price_cents, 0) AS price_cents, "
    "i.mass_g, i.hs_code, i.origin_country, i.customs_words FROM parcel_line l "
    "JOIN parcel p ON p.id = l.parcel JOIN item i ON i.sku = l.sku "
    "LEFT JOIN order_line o ON o.order_id = p.order_id AND o.line = l.line "
    "WHERE l.parcel = :id AND {units} > 0 ORDER BY l.line"
)
_GOODS: Final = _LINES.format(units="l.packed")
_TO_COME: Final = _LINES.format(units=UNITS)
_ORDERED = (
    "SELECT CAST(COALESCE(SUM(wanted * price_cents), 0) AS BIGINT) FROM order_line "
    "WHERE order_id = :id"
)
_IMPORTED = (
    "SELECT o.country, s.ioss FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    "JOIN shop s ON s.code = o.shop WHERE p.id = :id"
)
_TOLD = (
    "SELECT id FROM event WHERE order_id = :order_id AND kind = 'ioss_not_told' "
    "AND subject = :lpn LIMIT 1"
)


def lacking(turn: Turn, parcel: Any, pieces: Iterable[int] = ()) -> str:
    """What customs lacks of a parcel that crosses a border, in one line; "" where nothing.

    So too of the `pieces` of which it is told at once with this one.
    """
    if not crossing.is_needed(turn.site, parcel.country):
        return ""
    others = [each for each in pieces if each != parcel.id]
    return missing(turn, parcel.id, others)


def missing(turn: Turn, parcel_id: int, to_come: Iterable[int] = ()) -> str:
    """Which SKU of a parcel lacks what customs asks, in one line; "" when nothing does."""
    lacks: dict[str, list[str]] = {}
    for row in turn.db.all(_GOODS, id=parcel_id):
        lacks.setdefault(row.sku, []).extend(_wanted(row))
    for row in (row for each in to_come for row in turn.db.all(_TO_COME, id=each)):
        lacks.setdefault(f"{row.sku} (of a piece to come)", []).extend(_wanted(row))
    told = [f"{what}: {', '.join(dict.fromkeys(names))}" for what, names in lacks.items() if names]
    told = [*_rate_missing(turn, parcel_id), *told]
    more = f"; and {len(told) - SHOWN_MAX} more" if len(told) > SHOWN_MAX else ""
    return "; ".join(told[:SHOWN_MAX]) + more


def _wanted(row: Any) -> list[str]:
    wanted = [name for name in _FIELDS if not getattr(row, name)]
    return wanted + (["price_cents"] if row.price_cents <= 0 else [])


def _rate_missing(turn: Turn, parcel_id: int) -> Iterator[str]:
    """What the site must say so that the worth of an order is known in euros."""
    to = turn.db.one(_IMPORTED, id=parcel_id)
    if to and to.ioss and to.country in crossing.EU and not _eur_ppm(turn.site):
        yield f"eur_ppm of the site: what a euro is in {turn.site.currency}, for IOSS"


def _eur_ppm(site: SiteSettings) -> int:
    return WHOLE_PPM if site.currency == "EUR" else site.eur_ppm


def ioss(db: Db, site: SiteSettings, order: tuple[str, str], number: str) -> tuple[str, int]:
    """A shop's number of the import scheme as it is told of an order (id, country).

    It is the EU's business alone. What was ordered together counts together, however many parcels
    bring it. An order that is worth too much has no number, but its worth in euro cents, rounded
    up.
    Source: Directive 2006/112/EC, article 369l (consignments of an intrinsic value of 150 EUR at
    most), by the Commission's explanatory notes on VAT e-commerce rules without transport and
    insurance; Agencia Tributaria, import and export of low value shipments, 3.1.6: goods ordered
    at one time are taken for one consignment.
    """
    order_id, country = order
    if not number or country not in crossing.EU:
        return "", 0
    eur_ppm = _eur_ppm(site)
    if not eur_ppm:
        return "", 0
    eur_cents = -(-int(db.value(_ORDERED, id=order_id)) * WHOLE_PPM // eur_ppm)
    return (number, 0) if eur_cents <= IOSS_EUR_MAX * 100 else ("", eur_cents)


def declared(db: Db, parcel_id: int) -> tuple[GoodsLine, ...]:
    """The goods of a parcel as customs is told them."""
    return tuple(map(line, db.all(_GOODS, id=parcel_id)))


def line(row: Any) -> GoodsLine:
    """Units of an item as customs is told them."""
    return GoodsLine(
        sku=row.sku,
        words=row.customs_words,
        qty=row.qty,
        mass_g=row.qty * row.mass_g,
        value_cents=row.qty * row.price_cents,
        hs_code=row.hs_code,
        origin=row.origin_country,
    )


def goods(turn: Turn, parcel: Any, form: str = "") -> Goods:
    """What a parcel holds as customs is told it; without `form` CN22 or CN23 by the value.

    Of a piece it is what all pieces of its shipment hold.
    Raises: Refused naming each SKU and what it lacks, and while pieces are to come.
    """
    if crossing.is_to_wait(turn.db, parcel.id):
        raise Refused("pieces_to_come", parcel=parcel.lpn, fix="make it with the last piece")
    here = crossing.together(turn.db, parcel.id)
    for each in here:
        lacks = missing(turn, each.id)
        if lacks:
            raise Refused("customs_data_missing", parcel=parcel.lpn, lacks=lacks, fix="say it")
    lines = tuple(told for each in here for told in declared(turn.db, each.id))
    value_cents = sum(told.value_cents for told in lines)
    by_value = "cn22" if value_cents <= CN22_SDR_MAX * turn.site.sdr_cents else "cn23"
    heading = replace(freezing.heading(turn, parcel), mass_g=sum(each.mass_g for each in here))
    sender = heading.sender
    number, over = ioss(turn.db, turn.site, (parcel.order_id, parcel.country), sender.ioss)
    if over:
        _tell_once(turn, parcel, over)
    return Goods(
        heading=replace(heading, sender=replace(sender, ioss=number)),
        form=form or by_value,
        lines=lines,
        parcels=tuple(each.lpn for each in here),
        ioss_over_eur_cents=over,
    )


def _tell_once(turn: Turn, parcel: Any, eur_cents: int) -> None:
    """The order's story has it once for a parcel, however many papers are made of it."""
    if not turn.db.one(_TOLD, order_id=parcel.order_id, lpn=parcel.lpn):
        why = f"the order is worth {eur_cents // 100}.{eur_cents % 100:02d} EUR"
        why += f", more than {IOSS_EUR_MAX}: duties are due"
        turn.event("ioss_not_told", order_id=parcel.order_id, subject=parcel.lpn, why=why)
