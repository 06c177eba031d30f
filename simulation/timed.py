"""Owns commands that come from outside at their time: of customers, shops and suppliers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from controller.messages import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A command and when it comes, in UTC epoch milliseconds."""

    at_ms: int
    command: Command[Any]


def by_time(events: Iterable[Timed]) -> tuple[Timed, ...]:
    """The events in the sequence of time; at the same time in that of their ids."""
    return tuple(sorted(events, key=lambda each: (each.at_ms, each.command.id)))
