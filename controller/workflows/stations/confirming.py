"""Owns the confirm buttons of lights: a press is the scan of the slot by whoever stands there.

Another button than the one that is lit is an alarm until the right one is pressed, and the worker
sees it; the screen goes on by button or by scan. It refuses nothing to the device.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from controller.handlers import Handler, handler
from controller.messages import ButtonPressed, Command, Done, Scan
from controller.turn import Turn
from controller.workflows import alarming, handheld
from controller.workflows.handheld import Job
from controller.workflows.stations import consolidating, lighting, presenting

WRONG = "wrong_module"

_AT = "SELECT worker FROM session WHERE place = :place ORDER BY worker"
_SAY = "UPDATE session SET last = 'wrong_button' WHERE worker = :worker"
_SCREENS = handheld.Handheld({flow.name: flow for flow in (consolidating.FLOW, presenting.FLOW)})


def pressed(turn: Turn, command: ButtonPressed) -> Done:
    """Carries out what the scan of the slot would; a press that nobody waits for does nothing."""
    waiting = {
        lit.module: job
        for place in lighting.places(turn)
        if lighting.device_of(place) == command.device
        for job, lit in _waiting(turn, place)
    }
    job = waiting.get(command.module)
    if job is not None:
        alarming.over(turn, command.device, WRONG)
        scan = Scan(
            id=command.id,
            actor=command.actor,
            worker=job.worker,
            version=job.version,
            raw=command.module,
        )
        return Done(note=_SCREENS.scan(turn, scan).message)
    if not waiting:
        return Done(note="nothing_lit")
    shown = ", ".join(sorted(waiting))
    alarming.raise_alarm(turn, command.device, WRONG, f"{command.module} pressed, {shown} is lit")
    for other in waiting.values():
        turn.db.run(_SAY, worker=other.worker)
        handheld.tell_screen(turn, other.worker)
    return Done(note=WRONG)


def _waiting(turn: Turn, place: str) -> Iterator[tuple[Job, lighting.Lit]]:
    """Who stands at a place in front of a light."""
    for row in turn.db.all(_AT, place=place):
        job = handheld.load(turn, row.worker)
        if job is not None:
            lit = lighting.lit(job.workflow, job.step, job.place, job.data)
            if lit is not None:
                yield job, lit


HANDLERS: Mapping[type[Command[Any]], Handler] = {ButtonPressed: handler(pressed)}
