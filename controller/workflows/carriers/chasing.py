"""Owns parcels under way that need somebody: asked for in time, and cases for people.

Carriers that can be asked and are not down are asked, the less often the older a parcel gets. A
case is opened by what a carrier says, or by its silence. It refuses a second case of a kind while
one is open.
"""

from typing import Any, Final

from controller import outbox, tables, timers
from controller.messages import AnnounceReturn, OrderLine
from controller.turn import Turn
from controller.units import DAY, HOUR, MINUTE
from controller.workflows import returning
from controller.workflows.carriers import collecting, learning
from controller.workflows.carriers.abilities import can

EVERY_MS: Final = 10 * MINUTE
ASKED_MAX: Final = 100  # parcels to a question
QUESTIONS_MAX: Final = 20  # to a carrier at a time
PAUSES: Final = ((2 * DAY, HOUR), (10 * DAY, 4 * HOUR), (30 * DAY, 12 * HOUR))
KINDS: Final = ("exception", "attempted", "returned")  # statuses that open a case

_CARRIERS = "SELECT * FROM carrier ORDER BY name"
_DUE = (
    "SELECT j.parcel, j.left_ms, p.tracking FROM journey j JOIN parcel p ON p.id = j.parcel "
    "WHERE j.carrier = :carrier AND j.ask_ms > 0 AND j.ask_ms <= :now "
    "ORDER BY j.ask_ms, j.parcel LIMIT :most"
)
_ASKED = "UPDATE journey SET ask_ms = :next, asks = asks + 1 WHERE parcel = :parcel"
_STUCK = (
    "SELECT j.parcel, j.at_ms, j.promised_ms FROM journey j WHERE j.carrier = :carrier "
    "AND j.left_ms > 0 AND j.status NOT IN ('delivered', 'returned') "
    "AND j.promised_ms <= :before AND j.at_ms <= :before AND j.left_ms <= :before AND NOT EXISTS "
    "(SELECT 1 FROM delivery_case c WHERE c.parcel = j.parcel AND c.kind = 'stuck') "
    "ORDER BY j.promised_ms, j.parcel LIMIT 100"
)
_KNOWN = (
    "SELECT id FROM delivery_case WHERE parcel = :parcel AND kind = :kind AND state = 'open' "
    "ORDER BY id LIMIT 1"
)
_OVER = (
    "UPDATE delivery_case SET state = 'closed', reason = 'delivered', changed_ms = :now "
    "WHERE parcel = :parcel AND state = 'open' AND kind IN ('stuck', 'attempted', 'exception')"
)
_CONTENTS = (
    "SELECT l.sku, CAST(SUM(l.packed) AS BIGINT) AS qty, p.lpn, p.order_id FROM parcel p "
    "JOIN parcel_line l ON l.parcel = p.id WHERE p.id = :parcel AND p.state = 'shipped' "
    "AND l.packed > 0 AND p.carton <> '' "
    "GROUP BY l.sku, p.lpn, p.order_id ORDER BY l.sku"
)
_RETURN = "SELECT rma FROM customer_return WHERE rma = :rma"


def first_ask_ms(offers: str, left_ms: int) -> int:
    """When the carrier of a parcel that has just left is asked for it; 0: never."""
    return left_ms + PAUSES[0][1] if can(offers, "track") else 0


def chase(turn: Turn, _ref: str) -> None:
    """Timer: carriers are asked for the parcels that are due, and silence becomes a case.

    Once a day promises learn from what carriers needed.
    """
    timers.set_timer(turn, "chase", "", turn.now_ms + EVERY_MS)
    collecting.look(turn)
    for carrier in turn.db.all(_CARRIERS):
        if can(carrier.offers, "track") and not carrier.down_ms:
            _ask(turn, carrier.name)
        if can(carrier.offers, "track", "tell"):
            _find_stuck(turn, carrier)
    if turn.now_ms // DAY != (turn.now_ms - EVERY_MS) // DAY:
        learning.learn(turn)


def _ask(turn: Turn, carrier: str) -> None:
    most = ASKED_MAX * QUESTIONS_MAX
    rows = turn.db.all(_DUE, carrier=carrier, now=turn.now_ms, most=most)
    for start in range(0, len(rows), ASKED_MAX):
        asked = rows[start : start + ASKED_MAX]
        numbers = [row.tracking for row in asked]
        outbox.emit(turn, "carrier/track", {"carrier": carrier, "tracking": numbers})
    for row in rows:
        turn.db.run(_ASKED, parcel=row.parcel, next=_next_ask_ms(row.left_ms, turn.now_ms))


def _next_ask_ms(left_ms: int, now_ms: int) -> int:
    """The older, the less often; in the end never."""
    age = now_ms - left_ms
    return next((now_ms + pause for most, pause in PAUSES if age < most), 0)


def _find_stuck(turn: Turn, carrier: Any) -> None:
    before = turn.now_ms - carrier.stuck_days * DAY
    for row in turn.db.all(_STUCK, carrier=carrier.name, before=before):
        said = "since it left" if not row.at_ms else f"for {(turn.now_ms - row.at_ms) // DAY} days"
        open_case(turn, row.parcel, "stuck", turn.now_ms, f"no news {said}")


def heard(turn: Turn, parcel_id: int, status: str, at_ms: int, words: str) -> None:
    """What an event of a parcel's way asks of people: a case, a return to expect, or no more."""
    if status in KINDS:
        open_case(turn, parcel_id, status, at_ms, words)
    if status == "returned":
        _expect(turn, parcel_id)
    if status == "delivered":
        turn.db.run(_OVER, parcel=parcel_id, now=turn.now_ms)


def open_case(turn: Turn, parcel_id: int, kind: str, since_ms: int, words: str) -> None:
    """One open case per parcel and kind."""
    if turn.db.one(_KNOWN, parcel=parcel_id, kind=kind) is not None:
        return
    case = {"id": turn.new_id(), "parcel": parcel_id, "kind": kind, "since_ms": since_ms}
    turn.put(tables.delivery_case, [case | {"words": words, "changed_ms": turn.now_ms}])


def _expect(turn: Turn, parcel_id: int) -> None:
    """A parcel that left and comes back is announced at the returns desk under its plate.

    What comes back with the van that could not hand it over was never gone; what a partner has
    sent goes back to that partner, and its case is all that waits here.
    """
    rows = turn.db.all(_CONTENTS, parcel=parcel_id)
    if not rows or turn.db.one(_RETURN, rma=f"BACK-{rows[0].lpn}") is not None:
        return
    lines = tuple(OrderLine(line=n, sku=row.sku, qty=row.qty) for n, row in enumerate(rows, 1))
    returning.announce(
        turn,
        AnnounceReturn(
            id=turn.command_id,
            number=f"BACK-{rows[0].lpn}",
            order=rows[0].order_id,
            lines=lines,
            reason="returned by the carrier",
        ),
    )


TIMERS = {"chase": chase}
