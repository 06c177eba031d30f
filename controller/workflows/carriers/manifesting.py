"""Owns the announcement of a departure's parcels to their carriers, and what they answer.

Each carrier hears of its own parcels, once. It refuses nothing that has left: what a carrier does
not take is told to a person.
"""

from collections.abc import Mapping
from typing import Any

from controller import outbox, tables
from controller.handlers import Handler, handler
from controller.messages import Command, Done, ManifestAnswered
from controller.turn import Turn
from controller.workflows import alarming
from controller.workflows.carriers import piecing
from controller.workflows.carriers.abilities import can

_CARRIERS = (
    "SELECT u.carrier, c.offers, COUNT(*) AS parcels FROM parcel p "
    "JOIN purchase u ON u.parcel = p.id AND u.state = 'bought' "
    "JOIN carrier c ON c.name = u.carrier WHERE p.departure = :id "
    "GROUP BY u.carrier, c.offers ORDER BY u.carrier"
)
_MANIFEST = "SELECT * FROM manifest WHERE departure = :departure AND carrier = :carrier"
_ANSWER = (
    "UPDATE manifest SET state = :state, number = :number, answered_ms = :now, why = :why "
    "WHERE departure = :departure AND carrier = :carrier"
)


def announce(turn: Turn, departure: int) -> None:
    """The vehicle has left: each connected carrier in it hears which parcels are on it."""
    piecing.left(turn, departure)
    for row in turn.db.all(_CARRIERS, id=departure):
        if not can(row.offers, "manifest"):
            continue
        named = {"departure": departure, "carrier": row.carrier}
        turn.put(tables.manifest, [named | {"parcels": row.parcels}])
        outbox.emit(turn, "carrier/manifest", named)


def answered(turn: Turn, command: ManifestAnswered) -> Done:
    named = {"departure": command.departure, "carrier": command.carrier}
    row = turn.db.one(_MANIFEST, **named)
    if row is None or row.state == "accepted":
        return Done(note=row.state if row else "unknown")
    state = "accepted" if command.accepted else "refused"
    turn.db.run(
        _ANSWER, **named, state=state, number=command.number, now=turn.now_ms, why=command.detail
    )
    if not command.accepted:
        told = f"departure {command.departure}: {command.detail}"[:500]
        alarming.raise_alarm(turn, f"carrier/{command.carrier}", "manifest_refused", told)
    turn.event(f"manifest_{state}", subject=command.departure, carrier=command.carrier)
    return Done(note=state)


HANDLERS: Mapping[type[Command[Any]], Handler] = {ManifestAnswered: handler(answered)}
