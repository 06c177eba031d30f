"""Owns when tours of own vans are planned, and what a plan changes.

A plan takes the place of tours that nobody loads yet and that nobody locked; each part of it is
checked again, and what holds no longer is dropped with the reason. It refuses vans that are out
of order or under way.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from controller import outbox, tables, timers
from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.messages import (
    ApplyVanTours,
    Command,
    Done,
    PlannedVanTour,
    PlannedVisit,
    PlanVans,
    SequenceLane,
    VanSettings,
    VanToursApplied,
    to_json,
)
from controller.plan import dispatching
from controller.turn import Turn
from controller.units import DAY, MINUTE
from controller.workflows import alarming, loading
from controller.workflows.nodes import nodes
from controller.workflows.vans import surveying

TOPIC: Final = "plan/deliver"
EXPIRES_MS: Final = 600_000

_STATE = "SELECT state FROM van WHERE code = :code"
_FREE_TOURS = "SELECT id FROM van_tour WHERE state = 'planned' AND locked_by = '' ORDER BY id"
_FORGET = (
    "DELETE FROM van_drop WHERE stop IN (SELECT id FROM van_stop WHERE tour = :tour)",
    "DELETE FROM van_stop WHERE tour = :tour",
    "DELETE FROM van_tour WHERE id = :tour",
)
_BUSY = (
    "SELECT id FROM van_tour WHERE van = :van "
    "AND state IN ('planned', 'loading', 'driving', 'back') ORDER BY id LIMIT 1"
)
_WAITS = (
    "SELECT p.id FROM parcel p WHERE p.id = :parcel AND p.state IN ('packed', 'labelled', "
    f"'sorted') AND NOT {nodes.OF_A_STORE} "
    "AND NOT EXISTS (SELECT 1 FROM van_drop d WHERE d.parcel = p.id "
    "AND d.state IN ('planned', 'loaded'))"
)
_ANNOUNCED = (
    "SELECT rma FROM customer_return WHERE rma = :rma AND state = 'announced' AND NOT EXISTS "
    "(SELECT 1 FROM van_stop WHERE kind = 'return' AND ref = :rma AND state = 'planned')"
)
_DRIVEN = (
    "SELECT t.*, v.ends_ms FROM van_tour t JOIN van v ON v.code = t.van "
    "WHERE t.id = :id AND t.state = 'driving' AND t.van = :van"
)
_OPEN = "SELECT * FROM van_stop WHERE tour = :tour AND state = 'planned' ORDER BY seq, id"
_SET_STOP = "UPDATE van_stop SET seq = :seq, eta_ms = :eta WHERE id = :id"
_SET_TOUR = (
    "UPDATE van_tour SET replan = 0, back_ms = :back, "
    "rest_ms = CASE WHEN rested_ms = 0 THEN :rest ELSE rest_ms END WHERE id = :id"
)
_WINDOW = "SELECT opens_ms, closes_ms FROM delivery_wish WHERE kind = :kind AND ref = :ref"
_LANES = (
    "SELECT p.lane, p.lpn FROM van_tour t JOIN van_stop s ON s.tour = t.id "
    "JOIN van_drop d ON d.stop = s.id JOIN parcel p ON p.id = d.parcel "
    "WHERE t.state IN ('planned', 'loading') AND d.state = 'planned' AND p.state = 'sorted' "
    "AND p.lane <> '' ORDER BY p.lane, t.starts_ms, t.id, s.seq DESC, p.id"
)


def keep_time(turn: Turn, known: VanSettings) -> None:
    """The next plan of the day, or the first of tomorrow."""
    timers.cancel(turn, "vans", "")
    base_ms = surveying.base_ms(turn.site, turn.now_ms)
    times = [base_ms + day + at_ms for day in (0, DAY) for at_ms in known.plans_ms]
    due = min((each for each in times if each > turn.now_ms), default=0)
    if due:
        timers.set_timer(turn, "vans", "", due)


def plan_time(turn: Turn, _ref: str) -> None:
    """Timer: the tours of the day are planned."""
    known = surveying.figures(turn.db)
    if known is not None:
        ask(turn)
        keep_time(turn, known)


def ask(turn: Turn) -> None:
    """The tours are planned anew as soon as somebody can."""
    outbox.emit(turn, TOPIC, {}, expires_ms=turn.now_ms + EXPIRES_MS)


def plan_now(turn: Turn, _command: PlanVans) -> Done:
    """Raises: Refused before vans are set up."""
    if surveying.figures(turn.db) is None:
        raise Refused("no_vans", fix="set up vans in the site file first")
    ask(turn)
    return Done()


def commands(plan: dispatching.Plan, row: int) -> Iterable[Command[Any]]:
    """What a plan comes to: one command, whose tours are checked again."""
    yield ApplyVanTours(
        id=f"vans/{row}",
        actor="planner",
        plan=row,
        tours=tuple(_planned(plan, tour) for tour in plan.tours),
        left_out=plan.left_out,
        cost_cents=plan.cost // surveying.MILLI,
        distance_m=plan.distance_m,
        by_savings_cents=plan.by_savings_cost // surveying.MILLI,
        by_savings_m=plan.by_savings_m,
    )


def _planned(plan: dispatching.Plan, tour: dispatching.Tour) -> PlannedVanTour:
    def at_ms(second: int) -> int:
        return plan.base_ms + second * surveying.MILLI

    return PlannedVanTour(
        van=tour.van,
        tour=tour.tour,
        starts_ms=at_ms(tour.starts_s),
        back_ms=at_ms(tour.back_s),
        distance_m=tour.distance_m,
        cost_cents=tour.cost // surveying.MILLI,
        rest_ms=at_ms(tour.rest_s) if tour.rest_s >= 0 else 0,
        visits=tuple(
            PlannedVisit(call=visit.call, eta_ms=at_ms(visit.begins_s), parcels=visit.parcels)
            for visit in tour.visits
        ),
    )


# --- what a plan changes ------------------------------------------------------------------------


def apply(turn: Turn, command: ApplyVanTours) -> VanToursApplied:
    """Puts the plan's tours in place of those that are free; what holds no longer is dropped."""
    alarming.works_again(turn, TOPIC)
    for row in turn.db.all(_FREE_TOURS):
        forget(turn, row.id)
    made: list[int] = []
    dropped: list[tuple[str, str]] = []
    for planned in command.tours:
        if planned.tour:
            _go_on(turn, planned, dropped)
        else:
            made += _begin(turn, command.plan, planned, dropped)
        turn.flush()
    _record(turn, command, len(made))
    sequence_lanes(turn)
    return VanToursApplied(tours=tuple(made), dropped=tuple(dropped))


def forget(turn: Turn, tour: int) -> None:
    """A tour that nobody has begun is none; its parcels wait for the next plan."""
    for statement in _FORGET:
        turn.db.run(statement, tour=tour)


def _begin(
    turn: Turn, plan: int, planned: PlannedVanTour, dropped: list[tuple[str, str]]
) -> list[int]:
    if turn.db.value(_STATE, code=planned.van) != "" or turn.db.value(_BUSY, van=planned.van):
        dropped += [(visit.call, f"{planned.van} is not free") for visit in planned.visits]
        return []
    tour = turn.new_id()
    stops = [_stop(turn, tour, nth, each) for nth, each in enumerate(planned.visits, 1)]
    dropped += [
        (visit.call, "changed meanwhile")
        for visit, kept in zip(planned.visits, stops, strict=True)
        if not kept
    ]
    if not any(stops):
        return []
    turn.add(
        tables.van_tour,
        id=tour,
        plan=plan,
        van=planned.van,
        state="planned",
        starts_ms=planned.starts_ms,
        back_ms=planned.back_ms,
        rest_ms=planned.rest_ms,
        distance_m=planned.distance_m,
        cost_cents=planned.cost_cents,
    )
    return [tour]


def _stop(turn: Turn, tour: int, seq: int, visit: PlannedVisit) -> bool:
    """A stop with those of its parcels that still wait; False when nothing does."""
    kind, _, ref = visit.call.partition(":")
    parcels = [n for n in visit.parcels if turn.db.value(_WAITS, parcel=n) is not None]
    if kind == "order" and not parcels:
        return False
    if kind == "return" and turn.db.value(_ANNOUNCED, rma=ref) is None:
        return False
    stop, (opens_ms, closes_ms) = turn.new_id(), _window(turn, kind, ref, visit.eta_ms)
    turn.add(
        tables.van_stop,
        id=stop,
        tour=tour,
        seq=seq,
        kind=kind,
        ref=ref,
        state="planned",
        eta_ms=visit.eta_ms,
        opens_ms=opens_ms,
        closes_ms=closes_ms,
    )
    for parcel in parcels:
        turn.add(tables.van_drop, stop=stop, parcel=parcel, state="planned")
    return True


def _window(turn: Turn, kind: str, ref: str, eta_ms: int) -> tuple[int, int]:
    known, wished = surveying.figures(turn.db), turn.db.one(_WINDOW, kind=kind, ref=ref)
    assert known is not None
    base_ms = surveying.base_ms(turn.site, eta_ms)
    opens_ms = (wished.opens_ms if wished else 0) or base_ms + known.opens_ms
    return opens_ms, (wished.closes_ms if wished else 0) or base_ms + known.closes_ms


def _go_on(turn: Turn, planned: PlannedVanTour, dropped: list[tuple[str, str]]) -> None:
    """A tour under way: the stop that its driver heads for stays, the others follow the plan.

    Stops that the plan leaves out come last: their parcels are aboard.
    """
    tour = turn.db.one(_DRIVEN, id=planned.tour, van=planned.van)
    if tour is None:
        dropped += [(visit.call, "the tour is over") for visit in planned.visits]
        return
    first, *others = turn.db.all(_OPEN, tour=planned.tour) or [None]
    seq = first.seq if first else 0
    rows = {f"{row.kind}:{row.ref}": row for row in others}
    for visit in planned.visits:
        seq += 1
        row = rows.pop(visit.call, None)
        if row is not None:
            turn.db.run(_SET_STOP, id=row.id, seq=seq, eta=visit.eta_ms)
        elif visit.call.startswith("order:") or not _stop(turn, planned.tour, seq, visit):
            dropped.append((visit.call, "changed meanwhile"))
    for row in rows.values():
        seq += 1
        turn.db.run(_SET_STOP, id=row.id, seq=seq, eta=planned.back_ms)
    turn.db.run(_SET_TOUR, id=planned.tour, back=planned.back_ms, rest=planned.rest_ms)
    _tell_overtime(turn, tour, planned.back_ms)


def _tell_overtime(turn: Turn, tour: Any, back_ms: int) -> None:
    over_ms = back_ms - surveying.shift_ends_ms(turn.site, tour)
    if over_ms > 0:
        detail = f"back {-(-over_ms // MINUTE)} minutes after its shift"
        alarming.raise_alarm(turn, f"van/{tour.van}", "overtime", detail)
    else:
        alarming.over(turn, f"van/{tour.van}", "overtime")


def _record(turn: Turn, command: ApplyVanTours, tours: int) -> None:
    names = ("cost_cents", "distance_m", "by_savings_cents", "by_savings_m")
    turn.put(
        tables.van_plan,
        [
            {name: getattr(command, name) for name in names}
            | {
                "id": command.plan,
                "at_ms": turn.now_ms,
                "tours": tours,
                "left_out": to_json(command.left_out).decode(),
            }
        ],
    )
    turn.event("vans_planned", subject=command.plan, tours=tours, left_out=len(command.left_out))
    if command.left_out:
        call, why = command.left_out[0]
        more = f", and {len(command.left_out) - 1} more" * (len(command.left_out) > 1)
        alarming.raise_alarm(turn, "vans", "left_out", f"{call}: {why}{more}")
    else:
        alarming.over(turn, "vans", "left_out")


def sequence_lanes(turn: Turn) -> None:
    """Each lane shows its parcels as vans are loaded: the last stop's first."""
    lanes: dict[str, list[str]] = {}
    for row in turn.db.all(_LANES):
        lanes.setdefault(row.lane, []).append(row.lpn)
    for lane, parcels in lanes.items():
        command = SequenceLane(id=turn.command_id, lane=lane, parcels=tuple(parcels))
        loading.sequence(turn, command)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    PlanVans: handler(plan_now),
    ApplyVanTours: handler(apply),
}
TIMERS = {"vans": plan_time}
