"""Owns what all routes of the console share: the running house, and the figures of its day."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from api.access import Who, needs
from api.console.day import DayFigures
from api.edge import PAGE_MAX
from api.fields import NO_CONTROLS
from api.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Console:
    runtime: Runtime
    figures: DayFigures


def console_of(runtime: Runtime) -> Console:
    return Console(runtime, DayFigures(runtime))


def _console(request: Request) -> Console:
    console: Console = request.app.state.console
    return console


Open = Annotated[Console, Depends(_console)]
Lead = Annotated[Who, needs("lead")]
Text = Annotated[str, Query(max_length=200, pattern=NO_CONTROLS)]
Most = Annotated[int, Query(ge=1, le=PAGE_MAX)]
