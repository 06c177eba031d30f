"""Owns the way of a parcel after it left: one list of events, whoever tells them.

Carriers report by tracking number, drivers and people by parcel; what is told twice is kept once,
and late news do not turn a parcel back. It refuses statuses that nobody knows.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, TrackingReported
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import alarming
from controller.workflows.carriers import chasing
from controller.workflows.papers import erasing, notifying

STATUSES: Final = (
    *("announced", "accepted", "in_transit", "out_for_delivery", "ready_for_pickup"),
    *("delivered", "attempted", "exception", "returning", "returned"),
)
WORDS_MAX: Final = 500
REPORTS_MAX: Final = 1_000

_PARCEL = (
    "SELECT p.id, p.lpn, p.order_id, p.service, o.country, o.postcode, o.erased_ms, "
    "COALESCE(s.carrier, '') AS carrier, COALESCE(s.transit_days, 0) AS transit_days, "
    "COALESCE((SELECT u.promised_ms FROM purchase u WHERE u.parcel = p.id "
    "ORDER BY u.number DESC LIMIT 1), 0) AS promised_ms "
    "FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN shipping_service s ON s.code = p.service WHERE p.id = :id"
)
_BY_TRACKING = (
    "SELECT parcel FROM purchase WHERE tracking = :tracking AND carrier = :carrier "
    "ORDER BY CASE state WHEN 'bought' THEN 0 ELSE 1 END, id DESC LIMIT 1"
)
_SENT_ELSEWHERE = (
    "SELECT p.id AS parcel FROM parcel p JOIN journey j ON j.parcel = p.id "
    "WHERE p.tracking = :tracking AND p.carton = '' AND j.carrier = :carrier ORDER BY p.id"
)
_BY_MASTER = (
    "SELECT u.parcel FROM shipment s JOIN purchase u ON u.shipment = s.reference "
    "AND u.shipment <> '' AND u.state = 'bought' WHERE s.master = :tracking AND s.master <> '' "
    "AND s.carrier = :carrier ORDER BY u.piece, u.id"
)
_ORDER = "SELECT order_id FROM parcel WHERE id = :id"
_KNOWN = (
    "SELECT id FROM tracking_event WHERE parcel = :parcel AND status = :status AND at_ms = :at"
)
_JOURNEY = "SELECT * FROM journey WHERE parcel = :parcel"
_ADD = (
    "INSERT INTO tracking_event (id, parcel, at_ms, status, place, words, source) "
    "VALUES (:id, :parcel, :at, :status, :place, :words, :source)"
)
_LATER = (
    "UPDATE journey SET status = :status, at_ms = :at, asks = 0, "
    "delivered_ms = CASE WHEN :status = 'delivered' THEN :at ELSE delivered_ms END, "
    "ask_ms = CASE WHEN :status IN ('delivered', 'returned') THEN 0 ELSE ask_ms END "
    "WHERE parcel = :parcel AND at_ms <= :at"
)
_UNDELIVERED = "UPDATE journey SET delivered_ms = 0 WHERE parcel = :parcel"
_LEFT = (
    "UPDATE journey SET left_ms = :now, promised_ms = :promised, ask_ms = :ask "
    "WHERE parcel = :parcel"
)
_OFFERS = "SELECT offers FROM carrier WHERE name = :name"
_NAMED = "SELECT name FROM carrier WHERE lower(name) = lower(:name) ORDER BY name LIMIT 1"


def note(
    turn: Turn, parcel_id: int, status: str, at_ms: int, place: str = "", words: str = ""
) -> bool:
    """Keeps one event of a parcel's way, told by the command's actor; False for a repeat.

    Raises: NotFound, Refused.
    """
    if status not in STATUSES:
        raise Refused("unknown_status", got=status, fix=f"one of {', '.join(STATUSES)}")
    if at_ms < 0:
        raise Refused("bad_time", got=at_ms, fix="milliseconds since 1970")
    parcel = turn.db.one(_PARCEL, id=parcel_id)
    if parcel is None:
        raise NotFound("unknown_parcel", parcel=parcel_id)
    if turn.db.one(_KNOWN, parcel=parcel_id, status=status, at=at_ms) is not None:
        return False
    _begin(turn, parcel)
    if parcel.erased_ms:
        place = words = ""
    turn.db.run(
        _ADD,
        id=turn.new_id(),
        parcel=parcel_id,
        at=at_ms,
        status=status,
        place=place[:WORDS_MAX],
        words=words[:WORDS_MAX],
        source=turn.actor,
    )
    turn.db.run(_LATER, parcel=parcel_id, status=status, at=at_ms)
    chasing.heard(turn, parcel_id, status, at_ms, words[:WORDS_MAX])
    told = {"status": status, "by": turn.actor}  # free words may name somebody, and events stay
    turn.event("parcel_tracked", order_id=parcel.order_id, subject=parcel.lpn, **told)
    notifying.on_event(turn, parcel_id, status)
    return True


def take_back(turn: Turn, parcel_id: int) -> None:
    """A delivery is undone at the door: the parcel is on its way again."""
    note(turn, parcel_id, "out_for_delivery", turn.now_ms, words="taken back")
    turn.db.run(_UNDELIVERED, parcel=parcel_id)


def left(turn: Turn, parcel_id: int) -> None:
    """The parcel has left the house: its time under way counts from now."""
    parcel = turn.db.the(_PARCEL, id=parcel_id)
    _leave(turn, parcel, parcel.promised_ms or turn.now_ms + parcel.transit_days * DAY)


def left_elsewhere(turn: Turn, parcel_id: int, carrier: str, promised_ms: int) -> None:
    """A partner has sent the parcel with the carrier that it names; one we know is asked, too."""
    known = turn.db.value(_NAMED, name=carrier) or carrier
    _leave(turn, turn.db.the(_PARCEL, id=parcel_id)._replace(carrier=known), promised_ms)


def _leave(turn: Turn, parcel: Any, promised_ms: int) -> None:
    _begin(turn, parcel)
    offers = turn.db.value(_OFFERS, name=parcel.carrier) or ""
    ask_ms = chasing.first_ask_ms(offers, turn.now_ms)
    turn.db.run(_LEFT, parcel=parcel.id, now=turn.now_ms, promised=promised_ms, ask=ask_ms)
    notifying.on_event(turn, parcel.id, "shipped")


def _begin(turn: Turn, parcel: Any) -> None:
    if turn.db.one(_JOURNEY, parcel=parcel.id) is not None:
        return
    names = ("carrier", "service", "country", "postcode")
    facts = {name: getattr(parcel, name) for name in names}
    turn.put(tables.journey, [{"parcel": parcel.id} | facts])


def reported(turn: Turn, command: TrackingReported) -> Done:
    """A word that is not mapped counts as in transit, and somebody is asked to map it."""
    if len(command.reports) > REPORTS_MAX:
        raise Refused("too_many_reports", got=len(command.reports), most=REPORTS_MAX)
    parcels = _carried(turn, command.tracking, command.carrier)
    orders = [turn.db.value(_ORDER, id=each) for each in parcels]
    command = erasing.without_erased(turn, command, *orders)
    new = 0
    said = command.said or tuple((each.place, each.words) for each in command.reports)
    told = zip(command.reports, said, strict=False)
    for report, (place, words) in sorted(told, key=lambda each: each[0].at_ms):
        if not report.status:
            alarming.raise_alarm(
                turn, f"carrier/{command.carrier}", "unknown_status", words[:WORDS_MAX]
            )
        status = report.status or "in_transit"
        new += sum([note(turn, each, status, report.at_ms, place, words) for each in parcels])
    return Done(note=f"{new} new")


def _carried(turn: Turn, tracking: str, carrier: str) -> list[int]:
    """The parcel with a label of ours, all pieces of a shipment, or all that a partner has sent.

    Raises: NotFound.
    """
    of = {"tracking": tracking, "carrier": carrier}
    ours = turn.db.value(_BY_TRACKING, **of)
    if ours is not None:
        return [ours]
    rows = turn.db.all(_BY_MASTER, **of) or turn.db.all(_SENT_ELSEWHERE, **of)
    if not rows:
        raise NotFound("unknown_tracking", **of)
    return [row.parcel for row in rows]


HANDLERS: Mapping[type[Command[Any]], Handler] = {TrackingReported: handler(reported)}
