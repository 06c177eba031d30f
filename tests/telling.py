"""Owns commands of the tests whose handler a test gives, for what every handler may rely on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from controller.core import Controller
from controller.handlers import Handler
from controller.messages import Command, Done, PlaceOrder
from controller.store import Store
from controller.turn import Turn
from controller.workflows.table import HANDLERS
from tests.house import SetClock, wanted


def order(number: str, lines: dict[str, int], **more: Any) -> PlaceOrder:
    more = {"id": f"shop/{number}/0"} | more
    return PlaceOrder(shop="shop", number=number, lines=wanted(lines), **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Command[Done]):
    """A command of these tests: what it does is given to `telling`."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellNow(Command[Done]):
    urgent: ClassVar[bool] = True
    note: str = ""


def telling(store: Store, run: Callable[[Turn, Any], Done], **more: Any) -> Controller:
    told = Handler(run, Done)
    return Controller(store, SetClock(), handlers={Tell: told, TellNow: told, **HANDLERS}, **more)
