"""Owns the plan of carriers: when it is made, what it decides on, and its services as commands.

What has a label stays as it is and counts; parcels that are here without one get a service, those
that may come yet compete for tiers and pickups. The scale has the last word. It refuses services
that do not take the parcel, and parcels whose service a person has set.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from controller import outbox, tables, timers
from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.messages import (
    ApplyCarriers,
    CarriersApplied,
    Command,
    Done,
    RecordCarriers,
    ServiceChoice,
    SiteSettings,
    to_json,
)
from controller.plan import carriers, choosing, tendering
from controller.plan.rating import Refusal
from controller.plan.tendering import Pickup
from controller.store import Db
from controller.turn import Turn
from controller.units import DAY, MINUTE
from controller.workflows import alarming, shipping
from controller.workflows.carriers import choosing as scale
from controller.workflows.carriers import competing, contracting, foreseeing, insuring, markets
from controller.workflows.carriers.choosing import Sent
from controller.workflows.carriers.markets import Market
from controller.workflows.nodes import nodes

TOPIC: Final = "plan/carriers"
BEFORE_MS: Final = 15 * MINUTE  # a plan is made so long before a cut-off and before a departure
EXPIRES_MS: Final = 10 * MINUTE
KEPT_MS: Final = 31 * DAY
CHUNK: Final = 100
PPM_PER_POINT: Final = 100
PARCELS_MAX: Final = 30_000

_UNLABELLED = (
    "SELECT id FROM parcel WHERE state IN ('planned', 'packing') ORDER BY state, id LIMIT 1"
)
_OPEN = (
    "SELECT p.id, p.carton, p.planned_mass_g AS mass_g, p.planned_service, p.set_by, o.shop, "
    "o.owner, o.country, o.postcode, o.arrive_by_ms, o.service AS paid_for, "
    "COALESCE(MAX(i.length_mm), 1) AS length_mm, COALESCE(MAX(i.width_mm), 1) AS width_mm, "
    "COALESCE(MAX(i.height_mm), 1) AS height_mm, COALESCE(MAX(i.hazardous), 0) AS hazardous, "
    "CAST(COALESCE(SUM(DISTINCT i.danger), 0) AS BIGINT) AS dangers, "
    f"{insuring.GOODS.format(parcel='p.id')} "
    "FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN parcel_line l ON l.parcel = p.id LEFT JOIN item i ON i.sku = l.sku "
    f"WHERE p.state IN ('planned', 'packing') AND NOT {nodes.OF_A_STORE} "
    "GROUP BY p.id, o.id ORDER BY p.id LIMIT :most"
)
_PLAN = (
    "UPDATE parcel SET planned_service = :service, planned_why = :why WHERE id = :id "
    "AND state IN ('planned', 'packing') AND set_by = ''"
)
_FORGET = "DELETE FROM carrier_plan WHERE at_ms < :before"


def keep_time(turn: Turn) -> None:
    """The next plan comes as soon as there may be something to weigh."""
    _come(turn, turn.site.plan_every_ms)


def _come(turn: Turn, after_ms: int) -> None:
    timers.cancel(turn, "carriers", "")
    timers.set_timer(turn, "carriers", "", next_ms(turn.site, turn.now_ms, after_ms))


def next_ms(site: SiteSettings, now_ms: int, after_ms: int) -> int:
    """When carriers are planned next: after a while, or just before a cut-off or a departure."""
    midnight_ms = (now_ms + site.utc_offset_ms) // DAY * DAY - site.utc_offset_ms
    ends = (
        midnight_ms + day + at_ms - BEFORE_MS
        for day in (0, DAY)
        for at_ms in (site.cutoff_ms, site.departure_ms)
    )
    return min([now_ms + after_ms, *(each for each in ends if each > now_ms)])


def timer(turn: Turn, _ref: str) -> None:
    """Timer: asks for a plan, and comes again; soon, where no parcel waits for a label yet."""
    _come(turn, turn.site.carriers_every_ms if ask(turn) else turn.site.plan_every_ms)


def ask(turn: Turn) -> bool:
    """A plan of carriers is wanted now, if parcels wait for a label and share anything.

    Returns: whether any waits.
    """
    if turn.db.value(_UNLABELLED) is None:
        return False
    if markets.market(turn.db, turn.now_ms).is_shared():
        outbox.emit(turn, TOPIC, {}, expires_ms=turn.now_ms + EXPIRES_MS)
    return True


def snapshot(db: Db, now_ms: int) -> tendering.Problem | None:
    """What the coming departures share, or None where no parcel waits."""
    today = markets.market(db, now_ms)
    here = db.all(_OPEN, most=PARCELS_MAX, insure_from=today.site.insure_from_cents)
    if not here or not today.is_shared():
        return None
    leaves_ms = shipping.next_departure_ms(today.site, now_ms)
    day = contracting.local_day(today.site.utc_offset_ms, leaves_ms)
    found = [competing.offers(today, row, now_ms) for row in here]
    foreseen = foreseeing.expected(db, today.site, now_ms)
    parcels = [
        competing.parcel(str(row.id), row, each, today)
        for row, each in zip(here, found, strict=True)
    ]
    parcels += [
        competing.parcel(f"?{nth}", row, competing.offers(today, row, now_ms), today)
        for nth, row in enumerate(foreseen)
    ]
    got, stores = scale.sent(db, day)
    late = (
        not any(choosing.in_time(offer, markets.wish(row)) for offer in each)
        for row, each in zip(here, found, strict=True)
        if each
    )
    return tendering.Problem(
        choice=shared(db, today, day, tuple(parcels), got, stores),
        all_of_it=shared(db, today, day, (*_sent(db, today, day), *parcels), {}, stores),
        ids=tuple(row.id for row in here),
        now=tuple(row.planned_service for row in here),
        leaves_ms=leaves_ms,
        late=sum(late),
        fixed_cents=sum(each.cost_cents - each.base_cents for each in got.values()),
        pickups=_pickups(today, got),
        most={
            each.carrier: each.daily_max
            for each in today.terms.contracts.values()
            if each.daily_max
        },
    )


def _sent(db: Db, today: Market, day: int) -> Iterator[carriers.Parcel]:
    """What has a label or has left, with the services that it might have gone with."""
    since_ms = day * DAY - today.site.utc_offset_ms
    left = competing.left(db, today.site, since_ms, since_ms + DAY)
    for row in (*left, *competing.labelled(db, today.site)):
        yield competing.as_sent(today, row)


def shared(
    db: Db,
    today: Market,
    day: int,
    parcels: tuple[carriers.Parcel, ...],
    got: Mapping[str, Sent],
    stores: Mapping[str, Sent],
) -> carriers.Problem:
    """Tiers, minimums and what is left of pickups and days, as they are to be reached today.

    `got` is of the building; what stores have sent counts for carriers alone.
    """
    sent: dict[str, tuple[int, int]] = {}
    for service, each in (*got.items(), *stores.items()):
        count, base_cents = sent.get(today.carrier_of(service), (0, 0))
        sent[today.carrier_of(service)] = (count + each.parcels, base_cents + each.base_cents)
    asked = {
        name: contracting.today(db, each, day) for name, each in today.terms.contracts.items()
    }
    return carriers.Problem(
        parcels=parcels,
        pickup_capacity={
            name: max(0, each.most - each.sent) for name, each in _pickups(today, got).items()
        },
        tiers={
            name: tuple((start, points * PPM_PER_POINT) for start, points in tiers)
            for name, (tiers, _) in asked.items()
        },
        minimums={
            name: (least, today.terms.contracts[name].missing_cents)
            for name, (_, least) in asked.items()
            if least
        },
        sent=sent,
        most={
            name: max(0, each.daily_max - sent.get(name, (0, 0))[0])
            for name, each in today.terms.contracts.items()
            if each.daily_max
        },
    )


def _pickups(today: Market, got: Mapping[str, Sent]) -> dict[str, Pickup]:
    """Each pickup with a limit, and what it has got."""
    carrier = {today.pickup_of(each.code): each.carrier for each in today.book.services.values()}
    used: dict[str, int] = {}
    for service, each in got.items():
        name = today.pickup_of(service)
        used[name] = used.get(name, 0) + each.parcels
    return {
        name: Pickup(carrier=carrier.get(name, ""), most=most, sent=used.get(name, 0))
        for name, most in today.rooms().items()
    }


def commands(plan: tendering.Plan, request: int) -> Iterator[Command[Any]]:
    """What the plan says of itself, then the services that it changes."""
    yield RecordCarriers(
        id=f"plan/{request}/record",
        actor="planner",
        plan=request,
        leaves_ms=plan.problem.leaves_ms,
        cost_cents=plan.cost_cents,
        greedy_cents=plan.greedy_cents,
        bound_cents=plan.bound_cents,
        parcels=len(plan.problem.ids),
        expected=len(plan.problem.choice.parcels) - len(plan.problem.ids),
        left_out=plan.left_out,
        late=plan.problem.late,
        carriers=plan.carriers,
        pickups=plan.pickups,
    )
    for start in range(0, len(plan.choices), CHUNK):
        yield ApplyCarriers(
            id=f"plan/{request}/{start // CHUNK + 1}",
            actor="planner",
            plan=request,
            choices=plan.choices[start : start + CHUNK],
        )


def apply(turn: Turn, command: ApplyCarriers) -> CarriersApplied:
    """Each parcel gets its service if it still has no label and the service still takes it."""
    today = markets.market(turn.db, turn.now_ms)
    dropped: list[tuple[int, str]] = []
    for choice in command.choices:
        why = _why_not(turn, today, choice)
        if not why:
            set_ = {"service": choice.service, "why": choice.why}
            why = "" if turn.db.run(_PLAN, id=choice.parcel, **set_) else "moved_on"
        if why:
            dropped.append((choice.parcel, why))
    turn.news.add("carriers")
    applied = len(command.choices) - len(dropped)
    return CarriersApplied(applied=applied, dropped=tuple(dropped))


def _why_not(turn: Turn, today: Market, choice: ServiceChoice) -> str:
    if not choice.service:
        return ""
    try:
        parcel = shipping.the_parcel(turn, choice.parcel)
    except Refused:
        return "unknown_parcel"
    planned = parcel._replace(mass_g=parcel.planned_mass_g)
    answers = scale.answers_of(turn, today, planned)
    found = next((each for each in answers if each.service == choice.service), None)
    return (found.why if isinstance(found, Refusal) else "") if found else "unknown_service"


def record(turn: Turn, command: RecordCarriers) -> Done:
    """A plan that comes also ends the alarm about one that did not come in time."""
    alarming.works_again(turn, TOPIC)
    turn.db.run(_FORGET, before=turn.now_ms - KEPT_MS)
    names = ("leaves_ms", "cost_cents", "greedy_cents", "bound_cents")
    counts = ("parcels", "expected", "left_out", "late")
    turn.add(
        tables.carrier_plan,
        id=command.plan,
        at_ms=turn.now_ms,
        carriers=to_json(command.carriers).decode(),
        pickups=to_json(command.pickups).decode(),
        **{name: getattr(command, name) for name in (*names, *counts)},
    )
    return Done()


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ApplyCarriers: handler(apply),
    RecordCarriers: handler(record),
}
TIMERS = {"carriers": timer}
