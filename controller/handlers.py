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


def telling(refuse: Refuse, error: Refused) -> Run:
    """The handler that answers a refused scan with a screen."""
    return lambda turn, command: refuse(turn, command, error)


def no_nul() -> Refused:
    return Refused("unreadable_character", character="NUL", fix="send the text without it")


def refuse_nul(_turn: Turn, _command: Any) -> Any:
    """The handler of a command with a text that not every database can keep."""
    raise no_nul()
