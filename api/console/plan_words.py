"""Owns the sentences in which a release plan and a tour explain themselves."""

from collections.abc import Iterator
from typing import Final

from api.console.words import plain
from controller.messages import PlannedKind
from controller.views.plans import PlanHead, PlanStory, TourStory

KINDS: Final = {
    "cluster": "Several orders on a cart",
    "singles": "Orders of one unit",
    "bulk": "Large orders into cages",
    "batch": "Batches for a put wall",
    "station": "Pods brought to stations",
}
REASONS: Final = {
    "work_in_process_full": "as many are in work as the site allows",
    "zone_full": "a zone of theirs has as many open picks as the site allows",
    "another_wave": "another wave has more units to an aisle",
    "pulled_by_lead": "a lead has taken them out of a tour",
    "goods_not_at_a_pick_place": "the goods are at no pick or reserve place yet",
    "station_full": "the goods are on pods, and no slot of a station is free",
}


def many(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def metres(mm: int) -> str:
    return f"{round(mm / 1_000)} m"


def plan_says(story: PlanStory) -> Iterator[str]:
    """What starts, what is saved and how much more could be, what is left out and why."""
    yield _starts(story.plan)
    for kind in story.kinds:
        yield f"{KINDS.get(kind.kind, plain(kind.kind))}: {_length(kind)}"
    for reason, orders in sorted(story.plan.left_out.items(), key=lambda each: -each[1]):
        why = REASONS.get(reason, plain(reason))
        yield f"{many(orders, 'order')} left out, because {why}."


def _starts(plan: PlanHead) -> str:
    if not plan.tours:
        return "Nothing could start."
    containers = many(plan.loads, "container")
    return f"{many(plan.tours, 'tour')} of {metres(plan.length_mm)} in all fetch {containers}."


def _length(kind: PlannedKind) -> str:
    saved_mm = kind.first_come_mm - kind.length_mm + kind.precedence_mm
    if saved_mm > 0:
        percent = round(100 * saved_mm / kind.first_come_mm)
        than = f"{metres(saved_mm)} ({percent}%) less than first come, first served"
    else:
        than = "as first come, first served"
    tours = many(kind.tours, "tour")
    return f"{tours} of {metres(kind.length_mm)}, {than}. {_in_turn(kind)}{_bound(kind)}"


def _in_turn(kind: PlannedKind) -> str:
    """What heavy before fragile, and cold last, costs in walking."""
    said = ""
    if kind.precedence_mm:
        said = f"{metres(kind.precedence_mm)} of it keep goods from being crushed or thawing. "
    if kind.early:
        come = "comes" if kind.early == 1 else "come"
        said += f"{many(kind.early, 'pick')} {come} too early: later would be too long a way. "
    return said


def _bound(kind: PlannedKind) -> str:
    if kind.length_mm - kind.precedence_mm <= kind.bound_mm:
        return "No plan for these goods is shorter: that is proven."
    if not kind.bound_mm:
        return "How short it could be is not known."
    gap = 100 * (kind.length_mm - kind.bound_mm) / kind.bound_mm
    return (
        f"None can be shorter than {metres(kind.bound_mm)}, so it is at most {gap:.0f}% longer "
        "than the best."
    )


def tour_says(story: TourStory) -> Iterator[str]:
    tour = story.tour
    yield (
        f"{many(tour.picks, 'pick')} of {many(tour.orders, 'order')} into "
        f"{many(tour.loads, 'container')} on {metres(tour.length_mm)}, in the sequence in which "
        "they are walked."
    )
    if story.kind_says is not None:
        yield f"All of its kind in this plan: {_length(story.kind_says)}"
    if story.why:
        yield f"{story.why[:1].upper()}{story.why[1:]}."
    if tour.locked_by:
        yield f"Locked by {tour.locked_by}: it stays as it is."
