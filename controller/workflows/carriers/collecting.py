"""Owns pickups that a carrier makes on call: booked for a departure, told anew, called off.

The parcels are counted each time the carriers are looked after, until it is too late to tell the
carrier. It refuses to hold up anything: what is not booked is an alarm that says who must call,
and by when.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller import outbox, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, NotePickup, PickupAnswered
from controller.turn import Turn
from controller.units import DAY, HOUR, MINUTE
from controller.workflows import alarming, shipping

TOPIC: Final = "carrier/pickup"
CALL_MS: Final = 30 * MINUTE  # so long before it is too late, a person is asked to call
NEWS_OF: Final = 5  # a pickup is told anew when its parcels are more or fewer by a fifth
MISSING: Final = "pickup_missing"

_CARRIERS = "SELECT * FROM carrier WHERE ahead_ms > 0 ORDER BY name"
_ON_CALL = "SELECT * FROM carrier WHERE name = :name AND ahead_ms > 0"
_PICKUP = "SELECT * FROM pickup WHERE carrier = :carrier AND leaves_ms = :leaves"
_BY_REFERENCE = "SELECT * FROM pickup WHERE reference = :reference"
_HERE = (
    "SELECT COUNT(*) AS parcels, CAST(COALESCE(SUM(p.mass_g), 0) AS BIGINT) AS mass_g "
    "FROM purchase u JOIN parcel p ON p.id = u.parcel LEFT JOIN departure d ON d.id = p.departure "
    "WHERE u.state = 'bought' AND u.carrier = :carrier AND (p.state IN "
    "('packed', 'labelled', 'sorted') OR (p.state = 'shipped' AND d.state = 'open' "
    "AND d.leaves_ms = :leaves)) AND NOT EXISTS (SELECT 1 FROM consignment c "
    "WHERE c.order_id = p.order_id AND c.parcel = p.id)"
)
_SET = (
    "UPDATE pickup SET state = :state, number = :number, from_ms = :from_ms, "
    "until_ms = :until_ms, why = :why, answered_ms = :now "
    "WHERE carrier = :carrier AND leaves_ms = :leaves"
)


def look(turn: Turn) -> None:
    """Each carrier that comes on call is told of the next departure's parcels while there is time.

    What nobody has confirmed in time is for a person.
    """
    leaves_ms = shipping.next_departure_ms(turn.site, turn.now_ms)
    for carrier in turn.db.all(_CARRIERS):
        known = turn.db.one(_PICKUP, carrier=carrier.name, leaves=leaves_ms)
        here = turn.db.the(_HERE, carrier=carrier.name, leaves=leaves_ms)
        late = turn.now_ms > leaves_ms - carrier.ahead_ms
        if not late:
            _tell(turn, carrier, leaves_ms, known, here)
        call = turn.now_ms > leaves_ms - carrier.ahead_ms - CALL_MS
        state = known.state if known is not None else ""
        if here.parcels and call and state not in ("booked", "by_hand"):
            why = "no answer yet" if state == "asked" else known.why if known is not None else ""
            _complain(turn, carrier, leaves_ms, here.parcels, why)
        elif state != "refused":
            alarming.over(turn, f"carrier/{carrier.name}", MISSING)


def _tell(turn: Turn, carrier: Any, leaves_ms: int, known: Any, here: Any) -> None:
    """Books, tells anew or calls off; one question at a time."""
    if known is None or known.state == "cancelled":
        if here.parcels:
            _ask(turn, carrier, leaves_ms, known, here)
        return
    if known.state != "booked" or not known.number:
        return
    if abs(here.parcels - known.parcels) * NEWS_OF > known.parcels or not here.parcels:
        _ask(turn, carrier, leaves_ms, known, here)


def _ask(turn: Turn, carrier: Any, leaves_ms: int, known: Any, here: Any) -> None:
    """One row for the carrier; `replaces` is what was booked before."""
    nth = known.nth + 1 if known is not None else 1
    reference = f"PICKUP-{carrier.name}-{leaves_ms // MINUTE}-{nth}"
    told = {"parcels": here.parcels, "mass_g": here.mass_g}
    row = {"carrier": carrier.name, "leaves_ms": leaves_ms, "nth": nth, "reference": reference}
    turn.put(tables.pickup, [row | told | {"state": "asked", "asked_ms": turn.now_ms}])
    asked = {
        "carrier": carrier.name,
        "reference": reference,
        "ready_ms": leaves_ms - carrier.window_ms,
        "latest_ms": leaves_ms,
        "replaces": known.number if known is not None else "",
        **told,
    }
    outbox.emit(turn, TOPIC, asked)


def answered(turn: Turn, command: PickupAnswered) -> Done:
    """A late answer to what was told anew since is none; a refusal is for a person to call."""
    known = turn.db.one(_BY_REFERENCE, reference=command.reference)
    if known is None or known.state != "asked":
        return Done(note=known.state if known else "unknown")
    carrier = turn.db.one(_ON_CALL, name=known.carrier)
    state = command.outcome
    turn.db.run(
        _SET,
        carrier=known.carrier,
        leaves=known.leaves_ms,
        state=state,
        number=command.number,
        from_ms=command.from_ms,
        until_ms=command.until_ms,
        why=command.why,
        now=turn.now_ms,
    )
    turn.event(f"pickup_{state}", subject=known.carrier, number=command.number, why=command.why)
    if state == "refused" and carrier is not None:
        told = f"{command.why}: {command.detail}".rstrip(": ")
        _complain(turn, carrier, known.leaves_ms, known.parcels, told)
    else:
        alarming.over(turn, f"carrier/{known.carrier}", MISSING)
    return Done(note=state)


def note(turn: Turn, command: NotePickup) -> Done:
    """A person has called. Raises: NotFound for a carrier that is not asked for pickups."""
    carrier = turn.db.one(_ON_CALL, name=command.carrier)
    if carrier is None:
        raise NotFound("no_pickups_on_call", carrier=command.carrier, fix="see the carriers file")
    if not command.number.strip():
        raise Refused(
            "number_missing", carrier=command.carrier, fix="say what the carrier confirmed"
        )
    leaves_ms = shipping.next_departure_ms(turn.site, turn.now_ms)
    known = turn.db.one(_PICKUP, carrier=command.carrier, leaves=leaves_ms)
    here = turn.db.the(_HERE, carrier=command.carrier, leaves=leaves_ms)
    row = {"carrier": command.carrier, "leaves_ms": leaves_ms, "state": "by_hand"}
    row |= {"nth": known.nth if known else 0, "reference": known.reference if known else ""}
    row |= {"parcels": here.parcels, "mass_g": here.mass_g, "number": command.number}
    row |= {"asked_ms": turn.now_ms, "answered_ms": turn.now_ms, "why": f"by {command.actor}"}
    turn.put(tables.pickup, [row])
    turn.event("pickup_by_hand", subject=command.carrier, number=command.number, by=command.actor)
    alarming.over(turn, f"carrier/{command.carrier}", MISSING)
    return Done(note=command.number)


def _complain(turn: Turn, carrier: Any, leaves_ms: int, parcels: int, why: str) -> None:
    """Names the carrier, what it is to fetch, and by when somebody must call."""
    by = _clock(turn, leaves_ms - carrier.ahead_ms)
    told = f"{parcels} parcels leave at {_clock(turn, leaves_ms)}: call {carrier.name} by {by}"
    told = f"{told} ({why})" if why else told
    alarming.raise_alarm(turn, f"carrier/{carrier.name}", MISSING, told[:500])


def _clock(turn: Turn, at_ms: int) -> str:
    """The site's time of day."""
    local_ms = (at_ms + turn.site.utc_offset_ms) % DAY
    return f"{local_ms // HOUR:02}:{local_ms % HOUR // MINUTE:02}"


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    PickupAnswered: handler(answered),
    NotePickup: handler(note),
}
