"""Owns the lights at slots of walls and stations: they follow the screens of who works there.

The slot that a screen asks for shows the units; it is dark as soon as the screen moves on. A rail
that was away is told anew what each slot shows. It refuses to hold any work up: without lights,
or with dead ones, the screen says the same.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from controller import outbox
from controller.errors import NotFound
from controller.turn import Turn

LIT_MS: Final = 10_000  # a light that has not come on by then would only confuse
UNITS_OF: Final = {("consolidating", "slot"): "qty", ("presenting", "slot"): "got"}

_SESSION = "SELECT workflow, step, place, data FROM session WHERE worker = :worker"
_AT_PLACE = "SELECT workflow, step, place, data FROM session WHERE place = :place ORDER BY worker"
_SLOTS = "SELECT lpn FROM container WHERE kind = 'slot' AND place = :place ORDER BY lpn"


class Lit(NamedTuple):
    """A slot that is to be lit, and the units that it shows."""

    place: str
    module: str
    units: int


def device_of(place: str) -> str:
    """The rail of lights at a wall or station."""
    return f"lights-{place.lower()}"


def lit(workflow: str, step: str, place: str, data: Mapping[str, Any]) -> Lit | None:
    """What a screen wants lit."""
    units = UNITS_OF.get((workflow, step))
    return Lit(place, str(data["slot"]), int(data[units])) if units else None


def places(turn: Turn) -> tuple[str, ...]:
    """The walls and stations that have lights; none before the site is set up."""
    try:
        return turn.site.lights
    except NotFound:
        return ()


def follow(turn: Turn, worker: str, now: Lit | None) -> None:
    """The screen of a worker, whose session says what it was before, wants `now` lit."""
    lighted = places(turn)
    row = turn.db.one(_SESSION, worker=worker) if lighted else None
    if row is None:
        return
    before = _shown(row)
    if before == now:
        return
    if before and before.place in lighted and (now is None or before[:2] != now[:2]):
        _light(turn, before._replace(units=0))
    if now and now.place in lighted:
        _light(turn, now)


def light_again(turn: Turn, device: str, module: str = "") -> None:
    """A rail is back, or a module: slots show what the screens want now, all others are dark."""
    for place in places(turn):
        if device_of(place) == device:
            shown = [_shown(row) for row in turn.db.all(_AT_PLACE, place=place)]
            units = {each.module: each.units for each in shown if each}
            for slot in turn.db.all(_SLOTS, place=place):
                if module in ("", slot.lpn):
                    _light(turn, Lit(place, slot.lpn, units.get(slot.lpn, 0)))


def _shown(session: Any) -> Lit | None:
    data = msgspec.json.decode(session.data)
    return lit(session.workflow, session.step, session.place, data)


def _light(turn: Turn, wanted: Lit) -> None:
    job = {"do": "light", "module": wanted.module, "units": wanted.units}
    expires = turn.now_ms + LIT_MS
    outbox.emit(turn, f"device/{device_of(wanted.place)}", job, expires_ms=expires)
