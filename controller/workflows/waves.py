"""Owns when orders may start: waveless, in waves, or held for denser tours; and who is free when.

The times of pickers follow from the books: tours under way and planned, at the pace that the site
has set. Refuses to hold an order of priority back.
"""

from collections import deque
from dataclasses import dataclass
from heapq import heapify, heapreplace

from controller import tables
from controller.messages import SiteSettings, from_json, to_json
from controller.plan.cutting import Wave
from controller.plan.streaming import Pace, Stream
from controller.store import Db
from controller.turn import Turn
from controller.units import DAY

RELEASES = ("waveless", "every", "cut_off", "aisles")
EVER_MS = 1 << 52
NEVER_MS = -1

_TIME = "SELECT value FROM setting WHERE name = 'wave'"
_PLANNED = "SELECT MAX(at_ms) FROM plan"

_TOURS = (
    "SELECT r.id, r.worker, r.length_mm, COUNT(*) AS tasks, "
    "CAST(SUM(CASE WHEN t.state = 'open' THEN 1 ELSE 0 END) AS BIGINT) AS left_over "
    "FROM tour r JOIN task t ON t.tour = r.id WHERE r.state IN ('planned', 'active') "
    "AND r.container <> 'pod' GROUP BY r.id, r.worker, r.length_mm, r.go_ms "
    "ORDER BY r.go_ms, r.id"
)
_IDLE = (
    "SELECT s.worker FROM session s JOIN worker w ON w.badge = s.worker "
    "WHERE w.role = 'picker' AND s.place = '' AND NOT EXISTS "
    "(SELECT 1 FROM tour r WHERE r.state = 'active' AND r.worker = s.worker) ORDER BY s.worker"
)
_URGENT = (
    "SELECT id FROM customer_order WHERE state = 'open' AND priority > 0 ORDER BY id LIMIT 1000"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Time:
    """Waves of `every`: the next one, and the one that is open; 0: none."""

    next_ms: int = 0
    opened_ms: int = 0


def next_plan_ms(site: SiteSettings, now_ms: int) -> int:
    """When the next plan is made: after a while, or at the start of the next wave."""
    after_ms = now_ms + site.plan_every_ms
    return after_ms if site.release != "every" else min(after_ms, next_wave_ms(site, now_ms))


def next_wave_ms(site: SiteSettings, now_ms: int) -> int:
    """The start of the next wave of `every`."""
    local = (now_ms + site.utc_offset_ms) % DAY
    into_wave = local % site.wave_every_ms
    return now_ms + min(site.wave_every_ms - into_wave, DAY - local)


def keep_time(turn: Turn) -> None:
    """The next wave comes at its time from now on, as the site has set it."""
    _keep(turn, _Time(next_ms=next_wave_ms(turn.site, turn.now_ms)))


def is_due(turn: Turn) -> bool:
    """Whether the time of a wave has come since the last one."""
    return turn.site.release == "every" and turn.now_ms >= _time(turn.db).next_ms


def opened(turn: Turn, *, asked: bool) -> None:
    """A wave's time has come; it stays open until its plan is there, if one was asked for."""
    next_ms = next_wave_ms(turn.site, turn.now_ms)
    _keep(turn, _Time(next_ms=next_ms, opened_ms=turn.now_ms if asked else 0))


def until_ms(db: Db, site: SiteSettings, now_ms: int) -> int:
    """Orders that are due later wait for their wave; those of priority never do."""
    if site.release == "cut_off":
        return now_ms + site.wave_lead_ms
    waits = site.release == "every" and _time(db).opened_ms <= int(db.value(_PLANNED) or 0)
    return NEVER_MS if waits else EVER_MS


def _time(db: Db) -> _Time:
    stored = db.value(_TIME)
    return _Time() if stored is None else from_json(stored, _Time)


def _keep(turn: Turn, time: _Time) -> None:
    turn.put(tables.setting, [{"name": "wave", "value": to_json(time).decode()}])


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
