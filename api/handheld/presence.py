"""Owns which device a worker works on: the last one that took the work, until another one does.

Every page is told in a steady beat, so that one that hears nothing knows that it is cut off. It
holds nothing that must outlive the process.
"""

from itertools import count
from typing import Any, Final

from api.events import Source
from controller.errors import NotFound
from controller.messages import Screen
from controller.store import Db
from controller.views.screens import screen_of

BEAT_S: Final = 4.0
SCREEN: Final = "screen/"
PRESENCE: Final = "presence/"


class Presence:
    def __init__(self) -> None:
        self._devices: dict[str, str] = {}
        self._numbers = count(1)

    def take(self, worker: str, device: str, *, over: bool) -> str:
        """The topic of one page, which tells it whether the work is at its device.

        `over`: the worker has just opened the page there; else it is a page that came back.
        """
        if over or worker not in self._devices:
            self._devices[worker] = device
        return f"{PRESENCE}{next(self._numbers)}/{device}/{worker}"

    def sources(self) -> tuple[Source, ...]:
        return (
            Source(topic=SCREEN, name="screen", read=_screen),
            Source(topic=PRESENCE, name="presence", read=self._presence, poll_s=BEAT_S),
        )

    def _presence(self, _db: Db, topic: str) -> dict[str, Any]:
        _, _, device, worker = topic.split("/", 3)
        return {"here": self._devices.get(worker) == device, "beat": next(self._numbers)}


def _screen(db: Db, topic: str) -> Screen | None:
    return screen_of(db, topic.removeprefix(SCREEN))


def true_screen(db: Db, worker: str) -> Screen:
    """Raises: NotFound when the worker's session on the floor was closed."""
    screen = screen_of(db, worker)
    if screen is None:
        raise NotFound("not_signed_in", worker=worker, fix="scan the badge first")
    return screen
