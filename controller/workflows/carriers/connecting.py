"""Owns which carriers are connected, whether they answer, and the numbers that they gave us.

It refuses to take a number twice, and to go beyond the end of a range.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller import tables, timers
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    CarrierState,
    Command,
    ConnectCarriers,
    Done,
    NumberTaken,
    TakeNumber,
)
from controller.turn import Turn
from controller.workflows import alarming
from controller.workflows.carriers import chasing, tariffs
from controller.workflows.carriers.abilities import OFFERS

FEW: Final = 100  # numbers left of a range, of which somebody is told

_ALL = "SELECT name FROM carrier ORDER BY name"
_GONE = "DELETE FROM carrier WHERE name = :name"
_STATE = "UPDATE carrier SET down_ms = :down, why = :why WHERE name = :name"
_DOWN = "SELECT down_ms FROM carrier WHERE name = :name"


def connect(turn: Turn, command: ConnectCarriers) -> Done:
    """Each counts as answering until told otherwise.

    Raises: Refused naming what is wrong with the terms of a carrier.
    """
    before = {row.name for row in turn.db.all(_ALL)}
    for terms in command.carriers:
        for offer in terms.offers:
            if offer not in OFFERS:
                fix = f"one of {', '.join(OFFERS)}"
                raise Refused("unknown_offer", carrier=terms.name, got=offer, fix=fix)
        if (
            not terms.name
            or min(terms.dearer_percent, terms.elsewhere_percent) < 0
            or terms.stuck_days < 1
        ):
            raise Refused("bad_terms", carrier=terms.name, fix="a name, 0 percent, 1 day or more")
    for name in sorted(before - {terms.name for terms in command.carriers}):
        turn.db.run(_GONE, name=name)
        alarming.works_again(turn, f"carrier/{name}")
    turn.put(
        tables.carrier,
        [
            {
                "name": terms.name,
                "offers": ",".join(terms.offers),
                "dearer_percent": terms.dearer_percent,
                "elsewhere_percent": terms.elsewhere_percent,
                "stuck_days": terms.stuck_days,
                "ahead_ms": terms.ahead_ms,
                "window_ms": terms.window_ms,
            }
            for terms in command.carriers
        ],
    )
    for terms in command.carriers:
        alarming.over(turn, f"carrier/{terms.name}", "down")
        if "add" in terms.offers:
            alarming.over(turn, f"carrier/{terms.name}", "no_pieces")
    tariffs.tell_pieces(turn)
    timers.cancel(turn, "chase", "")
    if command.carriers:
        timers.set_timer(turn, "chase", "", turn.now_ms + chasing.EVERY_MS)
    return Done(note=f"{len(command.carriers)} carriers")


def state(turn: Turn, command: CarrierState) -> Done:
    """One on trial is asked again, and its outage lasts until it answers.

    Raises: NotFound for a carrier that is not connected.
    """
    since_ms = turn.db.value(_DOWN, name=command.carrier)
    if since_ms is None:
        raise NotFound("unknown_carrier", carrier=command.carrier, fix="connect it first")
    device = f"carrier/{command.carrier}"
    if command.down:
        turn.db.run(_STATE, name=command.carrier, down=since_ms or turn.now_ms, why=command.why)
        alarming.raise_alarm(turn, device, "down", command.why[:500])
    else:
        turn.db.run(_STATE, name=command.carrier, down=0, why="")
        if command.trial:
            return Done(note="trial")
        alarming.over(turn, device, "down")
        alarming.over(turn, device, "no_label")
    return Done(note="down" if command.down else "up")


def take_number(turn: Turn, command: TakeNumber) -> NumberTaken:
    """Raises: Refused when the range is used up, or is none."""
    if not 0 <= command.first <= command.last:
        raise Refused("bad_range", carrier=command.carrier, first=command.first, last=command.last)
    taken = turn.count(f"number/{command.carrier}/{command.first}")
    number = command.first + taken - 1
    left = command.last - number
    device = f"carrier/{command.carrier}"
    if left < 0:
        raise Refused("range_used_up", carrier=command.carrier, last=command.last)
    if left < FEW:
        alarming.raise_alarm(turn, device, "few_numbers", f"{left} left up to {command.last}")
    elif taken == 1:
        alarming.over(turn, device, "few_numbers")
    return NumberTaken(number=number, left=left)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ConnectCarriers: handler(connect),
    CarrierState: handler(state),
    TakeNumber: handler(take_number),
}
