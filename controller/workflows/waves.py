"""Owns when orders may start: waveless, in waves, or held for denser tours; and who is free when.

The times of pickers follow from the books: tours under way and planned, at the pace that the site
has set. Refuses to hold an order of priority back.
"""

from collections import deque
from heapq import heapify, heapreplace

from controller.messages import SiteSettings
from controller.plan.cutting import Wave
from controller.plan.streaming import Pace, Stream
from controller.store import Db
from controller.units import DAY

RELEASES = ("waveless", "every", "cut_off", "aisles")
EVER_MS = 1 << 52

_TOURS = (
    "SELECT r.id, r.worker, r.length_mm, COUNT(*) AS tasks, "
    "CAST(SUM(CASE WHEN t.state = 'open' THEN 1 ELSE 0 END) AS BIGINT) AS left_over "
    "FROM tour r JOIN task t ON t.tour = r.id WHERE r.state IN ('planned', 'active') "
    "GROUP BY r.id, r.worker, r.length_mm, r.due_ms ORDER BY r.due_ms, r.id"
)
_IDLE = (
    "SELECT s.worker FROM session s JOIN worker w ON w.badge = s.worker "
    "WHERE w.role = 'picker' AND s.place = '' AND NOT EXISTS "
    "(SELECT 1 FROM tour r WHERE r.state = 'active' AND r.worker = s.worker) ORDER BY s.worker"
)
_URGENT = (
    "SELECT id FROM customer_order WHERE state = 'open' AND priority > 0 ORDER BY id LIMIT 1000"
)


def next_plan_ms(site: SiteSettings, now_ms: int) -> int:
    """When the next plan is made: after a while, or at the start of the next wave."""
    if site.release != "every":
        return now_ms + site.plan_every_ms
    local = (now_ms + site.utc_offset_ms) % DAY
    into_wave = local % site.wave_every_ms
    return now_ms + min(site.wave_every_ms - into_wave, DAY - local)


def until_ms(site: SiteSettings, now_ms: int) -> int:
    """Orders that are due later wait for their wave."""
    return now_ms + site.wave_lead_ms if site.release == "cut_off" else EVER_MS


def wave(site: SiteSettings, now_ms: int) -> Wave | None:
    """The limits of a wave by units per aisle, where the site wants such waves."""
    if site.release != "aisles":
        return None
    return Wave(
        units_min=site.wave_units_min,
        units_max=site.wave_units_max,
        by_ms=now_ms + site.wave_lead_ms,
    )


def stream(db: Db, site: SiteSettings, now_ms: int) -> Stream | None:
    """Who can start what the next plan makes; None where nobody picks."""
    pickers = pickers_ms(db, site, now_ms)
    if not pickers:
        return None
    return Stream(
        now_ms=now_ms,
        soon_ms=next_plan_ms(site, now_ms),
        pickers_ms=tuple(pickers),
        pace=pace(site),
        pool_carts=site.pool_carts,
        urgent=frozenset(row.id for row in db.all(_URGENT)),
    )


def pace(site: SiteSettings) -> Pace:
    """How fast the site says that people walk and pick."""
    return Pace(walk_mm_s=site.walk_mm_s, stop_ms=site.stop_ms, tour_ms=site.tour_ms)


def pickers_ms(db: Db, site: SiteSettings, now_ms: int) -> list[int]:
    """When each picker at work has done the tours that are known, by time."""
    each, planned = pace(site), deque[int]()
    free = [now_ms for _ in db.all(_IDLE)]
    for row in db.all(_TOURS):
        length_mm = row.length_mm * row.left_over // row.tasks
        lasts_ms = each.duration_ms(length_mm, row.left_over)
        if row.worker:
            free.append(now_ms + lasts_ms)
        else:
            planned.append(lasts_ms)
    heapify(free)
    for lasts_ms in planned if free else ():
        heapreplace(free, free[0] + lasts_ms)
    return sorted(free)
