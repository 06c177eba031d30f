"""Owns what a parcel must weigh: its items, its carton, its filling, how far it may be off.

Items of which many were weighed alone are known by their own mean and spread; the window of
others is the site's. It refuses to learn from a weight that was out of the window.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Any

from controller import tables
from controller.turn import Turn

KNOWN_FROM = 8
FORGETS_AT = 64
NARROWEST_G = 10
SPREADS = 3  # of a parcel's weight: one of some hundreds lies further off

_LINES = (
    "SELECT l.sku, CAST(SUM(l.planned) AS BIGINT) AS qty, i.mass_g, "
    "i.length_mm * i.width_mm * i.height_mm AS volume_mm3, "
    "COALESCE(m.times, 0) AS times, COALESCE(m.sum_mg, 0) AS sum_mg, "
    "COALESCE(m.squares, 0) AS squares "
    "FROM parcel_line l JOIN item i ON i.sku = l.sku LEFT JOIN item_mass m ON m.sku = l.sku "
    "WHERE l.parcel = :parcel GROUP BY l.sku, i.mass_g, i.length_mm, i.width_mm, "
    "i.height_mm, m.times, m.sum_mg, m.squares ORDER BY l.sku"
)
_CARTON = "SELECT * FROM carton_type WHERE code = :code"
_MASS = "UPDATE parcel SET planned_mass_g = :mass_g WHERE id = :id"


def expect(turn: Turn, parcel: int, carton: str) -> tuple[int, int]:
    """The mass that the scale should show, and by how much it may differ."""
    lines = turn.db.all(_LINES, parcel=parcel)
    tare_g = _empty_g(turn, carton, lines)
    mass_g = tare_g + sum(_mass_mg(row) * row.qty for row in lines) // 1_000
    turn.db.run(_MASS, id=parcel, mass_g=mass_g)
    site = turn.site
    usual_g = max(mass_g * site.weight_window_percent // 100, site.weight_window_g)
    if any(row.times < KNOWN_FROM for row in lines):
        return mass_g, usual_g
    spread_g = isqrt(sum(_spread_mg2(row) * row.qty for row in lines)) // 1_000
    learned_g = SPREADS * spread_g + tare_g * site.weight_window_percent // 100
    return mass_g, min(usual_g, max(NARROWEST_G, learned_g))


def _empty_g(turn: Turn, carton: str, lines: Sequence[Any]) -> int:
    """The carton and what fills its voids; nothing where the goods are their own carton."""
    kind = turn.db.one(_CARTON, code=carton)
    if kind is None:
        return 0
    room_mm3 = 0 if kind.flexible else kind.length_mm * kind.width_mm * kind.height_mm
    void_mm3 = max(0, room_mm3 - sum(row.volume_mm3 * row.qty for row in lines))
    return int(kind.tare_g + void_mm3 * turn.site.void_g_per_l // 1_000_000)


def _mass_mg(row: Any) -> int:
    return int(row.sum_mg // row.times if row.times >= KNOWN_FROM else row.mass_g * 1_000)


def _spread_mg2(row: Any) -> int:
    mean = row.sum_mg // row.times
    return max(0, int(row.squares // row.times - mean * mean))


def learn(turn: Turn, parcel: int, carton: str, mass_g: int) -> None:
    """A parcel of one SKU tells what its units weigh; what is long ago counts less."""
    lines = turn.db.all(_LINES, parcel=parcel)
    net_g = mass_g - _empty_g(turn, carton, lines)
    if len(lines) != 1 or net_g <= 0 or not lines[0].qty:
        return
    (row,) = lines
    share = 2 if row.times >= FORGETS_AT else 1
    unit_mg = net_g * 1_000 // row.qty
    turn.put(
        tables.item_mass,
        [
            {
                "sku": row.sku,
                "times": row.times // share + 1,
                "sum_mg": row.sum_mg // share + unit_mg,
                "squares": row.squares // share + unit_mg * unit_mg,
            }
        ],
    )
