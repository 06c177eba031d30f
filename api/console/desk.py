"""Owns what all routes of the console share: the house, the live look, the figures of the day."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from api.console.day import DayFigures
from api.console.live import Live
from api.runtime import Runtime

PAGE_MAX = 200


@dataclass(frozen=True, slots=True)
class Console:
    runtime: Runtime
    live: Live
    figures: DayFigures


def console_of(runtime: Runtime) -> Console:
    return Console(runtime, Live(runtime), DayFigures(runtime))


def _console(request: Request) -> Console:
    console: Console = request.app.state.console
    return console


Open = Annotated[Console, Depends(_console)]
Text = Annotated[str, Query(max_length=200)]
Most = Annotated[int, Query(ge=1, le=PAGE_MAX)]
