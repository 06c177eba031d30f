"""Owns the look at a worker's present screen, for a page that opens or was told of a change."""

from controller.messages import Screen
from controller.store import Db
from controller.turn import Turn
from controller.workflows.handheld import load
from controller.workflows.table import HANDHELD


def screen_of(db: Db, worker: str) -> Screen | None:
    """The screen that the worker is on; None for somebody who is not signed in."""
    job = load(Turn(db, seq=0, command_id="", actor="", now_ms=0), worker)
    return None if job is None else HANDHELD.screen(job)
