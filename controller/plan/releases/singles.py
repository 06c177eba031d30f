"""Owns the totes that orders of one unit share. It refuses to mix goods that are kept apart."""

from controller.plan.apart import clash, named
from controller.plan.cutting import SINGLES, TOTE_FILL_PERCENT, Problem, Work
from controller.plan.walks.rectangle import Stop


def share_totes(problem: Problem, singles: list[Work]) -> list[Work]:
    """One-unit orders that lie close together share a tote."""
    singles.sort(
        key=lambda w: (named(w.kinds), _walk_key(w.picks[0][1].stop), w.picks[0][0].order)
    )
    room = problem.tote.volume_ml * 10 * TOTE_FILL_PERCENT
    shared: list[Work] = []
    for single in singles:
        work = shared[-1] if shared else None
        if (
            work is None
            or len(work.parcels) >= problem.singles_max
            or work.volume_mm3 + single.volume_mm3 > room
            or work.mass_g + single.mass_g > problem.tote.mass_max_g
            or clash(work.kinds, single.kinds, problem.apart)
        ):
            work = Work(SINGLES)
            shared.append(work)
        work.parcels += single.parcels
        work.picks += single.picks
        work.volume_mm3 += single.volume_mm3
        work.mass_g += single.mass_g
        work.kinds |= single.kinds
        work.due_ms = min(work.due_ms, single.due_ms)
    return shared


def _walk_key(stop: Stop) -> tuple[int, int, int]:
    """Up one aisle and down the next."""
    up = stop.aisle % 2 == 0
    return (stop.aisle, stop.block if up else -stop.block, stop.y_mm if up else -stop.y_mm)
