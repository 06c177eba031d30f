"""Owns what a handler is: the function that carries out a command, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from controller.errors import Refused
from controller.messages import ScanReply
from controller.turn import Turn

Run = Callable[[Turn, Any], Any]
Refuse = Callable[[Turn, Any, Refused], ScanReply]


@dataclass(frozen=True, slots=True)
class Handler:
    """`refuse` answers in place of an error: a worker gets a screen whatever was scanned."""

    run: Run
    reply: type[Any]
    refuse: Refuse | None = None


def handler(run: Run, refuse: Refuse | None = None) -> Handler:
    return Handler(run, get_type_hints(run)["return"], refuse)
