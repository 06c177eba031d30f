"""Owns pickups that a carrier makes on call: booked for a departure, told anew, called off.

The parcels are counted each time the carriers are looked after, until it is too late to tell the
carrier. What is booked counts until the carrier confirms that it is not. It refuses to hold up
anything: what is not booked is an alarm that says who must call, and by when.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from controller import outbox, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, NotePickup, PickupAnswered
from controller.turn import Turn
from controller.units import MINUTE, clock
from controller.workflows import alarming, shipping

TOPIC: Final = "carrier/pickup"
CALL_MS: Final = 30 * MINUTE  # so long before it is too late, a person is asked to call
NEWS_OF: Final = 5  # a pickup is told anew when its parcels are more or fewer by a fifth
MISSING: Final = "pickup_missing"
SECOND: Final = "second_pickup"

_CARRIERS = "SELECT * FROM carrier WHERE ahead_ms > 0 ORDER BY name"
_ON_CALL = "SELECT * FROM carrier WHERE name = :name AND ahead_ms > 0"
_PICKUP = "SELECT * FROM pickup WHERE carrier = :carrier AND leaves_ms = :leaves"
_BY_REFERENCE = "SELECT * FROM pickup WHERE reference = :reference"
_BOUGHT = (  # `|| ''`: no index of a state finds all that was ever sold, or ever left
    "SELECT COUNT(*) AS parcels, CAST(COALESCE(SUM(p.mass_g), 0) AS BIGINT) AS mass_g "
    "FROM parcel p WHERE EXISTS (SELECT 1 FROM purchase u WHERE u.parcel = p.id AND "
    "u.state || '' = 'bought' AND u.carrier = :carrier) AND NOT EXISTS "
    "(SELECT 1 FROM consignment c WHERE c.order_id = p.order_id AND c.parcel = p.id) AND "
)
_WAITING = _BOUGHT + "p.state IN ('packed', 'labelled', 'sorted')"
_LOADED = _BOUGHT + (
    "p.departure IN (SELECT d.id FROM departure d WHERE d.leaves_ms = :leaves) "
    "AND p.state || '' = 'shipped'"
)
_SET = (
    "UPDATE pickup SET state = :state, number = :number, from_ms = :from_ms, "
    "until_ms = :until_ms, why = :why, answered_ms = :now "
    "WHERE carrier = :carrier AND leaves_ms = :leaves"
)


class Here(NamedTuple):
    """Parcels of a carrier for a departure: on the floor, or out of the door, even if that was
    closed by hand before its time.
    """

    parcels: int
    mass_g: int


def look(turn: Turn) -> None:
    """Each carrier that comes on call is told of the next departure's parcels while there is time.

    What nobody has confirmed in time is for a person.
    """
    leaves_ms = shipping.next_departure_ms(turn.site, turn.now_ms)
    for carrier in turn.db.all(_CARRIERS):
        known = turn.db.one(_PICKUP, carrier=carrier.name, leaves=leaves_ms)
        here = _here(turn, carrier.name, leaves_ms)
        if turn.now_ms <= leaves_ms - carrier.ahead_ms:
            _tell(turn, carrier, leaves_ms, known, here)
        _see_to(turn, carrier, leaves_ms, known, here)


def _here(turn: Turn, carrier: str, leaves_ms: int) -> Here:
    waiting = turn.db.the(_WAITING, carrier=carrier)
    loaded = turn.db.the(_LOADED, carrier=carrier, leaves=leaves_ms)
    return Here(waiting.parcels + loaded.parcels, waiting.mass_g + loaded.mass_g)


def _see_to(turn: Turn, carrier: Any, leaves_ms: int, known: Any, here: Here) -> None:
    """A person is asked for what is not confirmed, and no more once it is.

    So is what comes for nothing, when it is too late to tell its carrier.
    """
    state, number = (known.state, known.number) if known is not None else ("", "")
    left_ms = leaves_ms - carrier.ahead_ms - turn.now_ms
    if state in ("booked", "by_hand"):
        is_due = bool(number) and not here.parcels and left_ms < 0
    else:
        is_due = bool(here.parcels or number) and (left_ms < CALL_MS or state == "refused")
    if is_due:
        why = "no answer yet" if state == "asked" else known.why if known is not None else ""
        _complain(turn, carrier, leaves_ms, (here.parcels, number), why)
    else:
        alarming.over(turn, f"carrier/{carrier.name}", MISSING)
    if known is None:
        alarming.over(turn, f"carrier/{carrier.name}", SECOND)  # that vehicle has left


def _tell(turn: Turn, carrier: Any, leaves_ms: int, known: Any, here: Here) -> None:
    """Books, tells anew or calls off; one question at a time."""
    if known is None or known.state == "cancelled":
        if here.parcels:
            _ask(turn, carrier, leaves_ms, known, here)
        return
    if known.state != "booked" or not known.number:
        return
    if abs(here.parcels - known.parcels) * NEWS_OF > known.parcels or not here.parcels:
        _ask(turn, carrier, leaves_ms, known, here)


def _ask(turn: Turn, carrier: Any, leaves_ms: int, known: Any, here: Here) -> None:
    """One row for the carrier; `replaces` was booked before, and is until it confirms."""
    nth = known.nth + 1 if known is not None else 1
    reference = f"PICKUP-{carrier.name}-{leaves_ms // MINUTE}-{nth}"
    told = {"parcels": here.parcels, "mass_g": here.mass_g}
    row = {"carrier": carrier.name, "leaves_ms": leaves_ms, "nth": nth, "reference": reference}
    booked = ("number", "from_ms", "until_ms")
    row |= {name: getattr(known, name) for name in booked if known is not None}
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
    """A refusal is for a person to call, and so is what is booked and nobody waits for."""
    known = turn.db.one(_BY_REFERENCE, reference=command.reference)
    if known is None or known.state != "asked":
        _tell_second(turn, command, known)
        return Done(note=known.state if known else "unknown")
    carrier = turn.db.one(_ON_CALL, name=known.carrier)
    state, number = command.outcome, command.number
    comes = known if state == "refused" and number else command
    turn.db.run(
        _SET,
        carrier=known.carrier,
        leaves=known.leaves_ms,
        state=state,
        number=number,
        from_ms=comes.from_ms,
        until_ms=comes.until_ms,
        why=command.why,
        now=turn.now_ms,
    )
    turn.event(f"pickup_{state}", subject=known.carrier, number=number, why=command.why)
    if state == "refused" and carrier is not None and (known.parcels or number):
        told = f"{command.why}: {command.detail}".rstrip(": ")
        _complain(turn, carrier, known.leaves_ms, (known.parcels, number), told)
    else:
        alarming.over(turn, f"carrier/{known.carrier}", MISSING)
    return Done(note=state)


def _tell_second(turn: Turn, command: PickupAnswered, known: Any) -> None:
    """A person has called meanwhile: whether the carrier comes twice, only the two can tell."""
    ours = known.number if known is not None else ""
    if not command.number or command.number == ours:
        return
    carrier = known.carrier if known is not None else command.actor
    told = f"{command.number} is booked, and nobody waits for it: call it off with {carrier}"
    if ours:
        told = f"{command.number} is booked beside {ours}: call {carrier}, and keep one of them"
    alarming.raise_alarm(turn, f"carrier/{carrier}", SECOND, told[:500])


def note(turn: Turn, command: NotePickup) -> Done:
    """A person has called: the carrier comes, or comes no more where nothing is left for it.

    Raises: NotFound for a carrier that is not asked for pickups; Refused.
    """
    carrier = turn.db.one(_ON_CALL, name=command.carrier)
    if carrier is None:
        raise NotFound("no_pickups_on_call", carrier=command.carrier, fix="see the carriers file")
    if not command.number.strip():
        raise Refused(
            "number_missing", carrier=command.carrier, fix="say what the carrier confirmed"
        )
    leaves_ms = shipping.next_departure_ms(turn.site, turn.now_ms)
    known = turn.db.one(_PICKUP, carrier=command.carrier, leaves=leaves_ms)
    here = _here(turn, command.carrier, leaves_ms)
    row = {"carrier": command.carrier, "leaves_ms": leaves_ms, **here._asdict()}
    row |= {"nth": known.nth if known else 0, "reference": known.reference if known else ""}
    row |= {"asked_ms": turn.now_ms, "answered_ms": turn.now_ms}
    early = turn.now_ms <= leaves_ms - carrier.ahead_ms  # a person has booked what comes yet
    by_hand = known is None or not known.number or (known.state == "by_hand" and early)
    if here.parcels or by_hand:
        row |= {"state": "by_hand", "number": command.number, "why": f"by {command.actor}"}
    else:
        row |= {"state": "cancelled", "why": f"by {command.actor}: {command.number}"}
    turn.put(tables.pickup, [row])
    told = {"number": command.number, "by": command.actor}
    turn.event(f"pickup_{row['state']}", subject=command.carrier, **told)
    for fault in (MISSING, SECOND):
        alarming.over(turn, f"carrier/{command.carrier}", fault)
    return Done(note=command.number)


def _complain(turn: Turn, carrier: Any, leaves_ms: int, pickup: tuple[int, str], why: str) -> None:
    """Names the carrier, what leaves, what is booked, and by when somebody must call."""
    parcels, number = pickup
    leave = f"{parcels} parcels leave" if parcels > 1 else "1 parcel leaves"
    booked = f", {number} is still booked" if number else ""
    call = f"call {carrier.name}" if parcels else f"call it off with {carrier.name}"
    told = f"{leave if parcels else 'nothing leaves'} at {_clock(turn, leaves_ms)}{booked}: {call}"
    by_ms = leaves_ms - carrier.ahead_ms
    told = f"{told} by {_clock(turn, by_ms)}" if turn.now_ms <= by_ms else f"{told} now"
    told = f"{told} ({why})" if why else told
    alarming.raise_alarm(turn, f"carrier/{carrier.name}", MISSING, told[:500])


def _clock(turn: Turn, at_ms: int) -> str:
    """The site's time of day."""
    return clock(at_ms + turn.site.utc_offset_ms)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    PickupAnswered: handler(answered),
    NotePickup: handler(note),
}
