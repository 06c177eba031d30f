"""Owns who is erased, and when: the orders of one person when asked, all old ones once a day.

What is personal of an order is looked for outside the lock; a command names orders and keys alone.
"""

from collections.abc import Sequence
from typing import Final

from controller import journal
from controller.core import Controller
from controller.messages import ErasePersons
from controller.units import DAY
from controller.views import catalogue
from controller.views.personal_keys import ended_before, keys_of

ORDERS_MAX: Final = 50  # to a command
ROUND_MAX: Final = 5_000  # to a reading of the journal


def erase(
    controller: Controller, orders: Sequence[str], *, actor: str, faults_before_ms: int = 0
) -> int:
    """Erases these orders; how many. The same again is carried out again and changes nothing.

    Raises: Refused for an order that is still worked on; those of the batches before are erased.
    """
    with controller.reading() as db:
        keys = keys_of(db, orders) if orders else ()
        seq = journal.head(db)[0]
    for start in range(0, max(1, len(orders)), ORDERS_MAX):
        controller.handle(
            ErasePersons(
                id=f"erase/{actor}/{seq}/{start}",
                actor=actor,
                orders=tuple(orders[start : start + ORDERS_MAX]),
                keys=keys if start == 0 else (),
                faults_before_ms=faults_before_ms,
            )
        )
    return len(orders)


def erase_old(controller: Controller, days: int, *, actor: str) -> int:
    """Erases all orders that have been over for so many days; how many."""
    before_ms = controller.clock.now_ms() - days * DAY
    erased = 0
    while True:
        with controller.reading() as db:
            orders = ended_before(db, before_ms, ROUND_MAX)
        erased += erase(controller, orders, actor=actor, faults_before_ms=before_ms)
        if len(orders) < ROUND_MAX:
            return erased


class Eraser:
    """Once a day, by the figure of the site."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._next_ms = 0

    def round(self) -> int:
        """When the next is due."""
        now_ms = self._controller.clock.now_ms()
        if now_ms >= self._next_ms:
            with self._controller.reading() as db:
                site = catalogue.site(db)
            if site is not None and site.erase_after_days:
                erase_old(self._controller, site.erase_after_days, actor="erasing")
            self._next_ms = (now_ms // DAY + 1) * DAY
        return self._next_ms
