"""Owns the work of a shift as staffing plans it: what lies there, what comes, when it is due.

Order lines flow from picking to packing to loading and are due at their orders' departure. Lines
that are still to be ordered come as they came at this time of day before. All other work, and what
is due after the shift, is due by its end, if it comes an hour before.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from controller.errors import NotFound
from controller.messages import SiteSettings
from controller.plan.staffing import Job, Person, Problem
from controller.store import Db
from controller.units import DAY
from controller.views import catalogue
from controller.views.forecast import HISTORY_DAYS, SLOT_MS, demand, whole_lines
from controller.views.standards import Standard, standards

LEAD_SLOTS = 4  # what comes later than that before the end may be left
STAY_SLOTS = 4
SKILLS = {
    "picker": ("picking", "replenishing"),
    "packer": ("packing",),
    "loader": ("loading",),
    "receiver": ("receiving", "putting_away"),
    "replenisher": ("replenishing", "putting_away"),
    "returns": ("returning", "putting_away"),
}

_LINES = (
    "SELECT o.due_ms, CASE WHEN l.picked + l.backordered < l.wanted THEN 'picking' "
    "WHEN l.packed + l.backordered < l.wanted THEN 'packing' ELSE 'loading' END AS job, "
    "COUNT(*) AS n FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE o.state = 'open' AND l.shipped + l.backordered < l.wanted "
    "GROUP BY 1, 2 ORDER BY 1, 2"
)
_RECEIPTS = (
    "SELECT r.expected_ms AS at_ms, COUNT(*) AS n FROM receipt r JOIN receipt_line l "
    "ON l.asn = r.asn WHERE r.state IN ('announced', 'receiving') AND l.received < l.qty "
    "GROUP BY r.expected_ms ORDER BY r.expected_ms"
)
_RETURNS = (
    "SELECT 0 AS at_ms, COUNT(*) AS n FROM customer_return r JOIN return_line l ON l.rma = r.rma "
    "WHERE r.state = 'announced' AND l.received < l.qty"
)
_ERRANDS = (
    "SELECT CASE kind WHEN 'putaway' THEN 'putting_away' ELSE 'replenishing' END AS job, "
    "COUNT(*) AS n FROM task WHERE state = 'open' AND kind IN ('putaway', 'replenish') "
    "GROUP BY 1 ORDER BY 1"
)
_WORKERS = "SELECT badge, role FROM worker ORDER BY badge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A staffing problem that begins at a time, and what it was made from.

    Shapes: `forecast` is the lines of each slot that are still to be ordered.
    """

    starts_ms: int
    problem: Problem
    standards: tuple[Standard, ...]
    forecast: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The slots of a shift."""

    starts_ms: int
    slots: int

    def slot(self, at_ms: int) -> int:
        """The slot of a time, the first for earlier ones; `slots` and more is after the end."""
        return max(0, (at_ms - self.starts_ms) // SLOT_MS)

    def row(self, counts: Counter[int]) -> tuple[int, ...]:
        return tuple(counts[slot] for slot in range(self.slots))

    def due(self, counts: Counter[int], came: Counter[int]) -> tuple[int, ...]:
        """What must be done by the end of each slot; at last all that came in time for it."""
        *rows, last = accumulate(self.row(counts))
        early = sum(n for slot, n in came.items() if slot < max(1, self.slots - LEAD_SLOTS))
        return (*rows, max(last, early))


def shift(
    db: Db,
    now_ms: int,
    span: Span,
    people: Sequence[Person] = (),
    stay_slots: int = STAY_SLOTS,
    factor_percent: int = 100,
) -> Shift:
    """The work of these slots, for these people, or all workers of the site all the time.

    `factor_percent` of the lines that are to be expected are reckoned with.

    Raises: NotFound before set-up.
    """
    site = catalogue.site(db)
    if site is None:
        raise NotFound("site_not_set_up", fix="set the site up, or import its places first")
    learned = standards(db, now_ms - HISTORY_DAYS * DAY)
    unit_ms = {each.job: each.unit_ms for each in learned}
    coming = _forecast(db, site, span, now_ms, factor_percent)
    problem = Problem(
        slots=span.slots,
        slot_ms=SLOT_MS,
        stay_slots=stay_slots,
        jobs=tuple(_jobs(db, site, span, coming, unit_ms)),
        people=tuple(people) or everybody(db, span.slots),
    )
    return Shift(starts_ms=span.starts_ms, problem=problem, standards=learned, forecast=coming)


def everybody(db: Db, slots: int) -> tuple[Person, ...]:
    """All workers of the floor with the skills of their role, all the time."""
    return tuple(
        Person(name=row.badge, skills=SKILLS[row.role], starts=0, ends=slots)
        for row in db.all(_WORKERS)
        if row.role in SKILLS
    )


def _jobs(
    db: Db,
    site: SiteSettings,
    span: Span,
    coming: Sequence[int],
    unit_ms: dict[str, int],
) -> Iterator[Job]:
    there: dict[str, Counter[int]] = {job: Counter() for job in unit_ms}
    due: Counter[int] = Counter()
    for row in db.all(_LINES):
        there[row.job][0] += row.n
        due[_before(span, row.due_ms)] += row.n
    for slot, lines in enumerate(coming):
        there["picking"][slot] += lines
        due[_before(span, _departure_ms(site, span.starts_ms + slot * SLOT_MS))] += lines
    feeds, came = {"picking": "packing", "packing": "loading"}, Counter[int]()
    for job in ("picking", "packing", "loading"):
        came += there[job]
        yield Job(
            name=job,
            unit_ms=unit_ms[job],
            arrives=span.row(there[job]),
            feeds=feeds.get(job, ""),
            due=span.due(due if job == "loading" else Counter(), came),
        )
    for row in db.all(_ERRANDS):
        there[row.job][0] += row.n
    for job, query in (("receiving", _RECEIPTS), ("returning", _RETURNS)):
        for row in db.all(query):
            there[job][span.slot(row.at_ms)] += row.n
    for job in ("receiving", "putting_away", "replenishing", "returning"):
        row = span.row(there[job])
        ends = span.due(Counter(), there[job])
        yield Job(name=job, unit_ms=unit_ms[job], arrives=row, due=ends)


def _before(span: Span, due_ms: int) -> int:
    """The last slot that ends by the time when something is due."""
    return max(0, (due_ms - span.starts_ms) // SLOT_MS - 1)


def _forecast(
    db: Db, site: SiteSettings, span: Span, now_ms: int, factor_percent: int
) -> tuple[int, ...]:
    """Lines still to be ordered in each slot; none where it has passed."""
    past = demand(db, now_ms, site.utc_offset_ms)

    def rate(slot: int) -> float:
        at_ms = span.starts_ms + slot * SLOT_MS
        passed = at_ms < now_ms - SLOT_MS
        return 0.0 if passed else past.at(at_ms + site.utc_offset_ms) * factor_percent / 100

    return tuple(whole_lines(map(rate, range(span.slots))))


def _departure_ms(site: SiteSettings, placed_ms: int) -> int:
    """When an order leaves: today, or tomorrow after the cut-off."""
    local_ms = placed_ms + site.utc_offset_ms
    late = local_ms % DAY >= site.cutoff_ms
    midnight_ms = local_ms - local_ms % DAY + (DAY if late else 0)
    return midnight_ms + site.departure_ms - site.utc_offset_ms


def as_rows(plan: Any, slots: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The plan as a table: each person with the job of every slot, "" where none."""
    people: dict[str, list[str]] = {}
    for stint in plan.stints:
        row = people.setdefault(stint.person, [""] * slots)
        for slot in range(stint.starts, stint.ends):
            row[slot] = stint.job
    yield from ((name, tuple(row)) for name, row in sorted(people.items()))
