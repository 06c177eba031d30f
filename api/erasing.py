"""Owns who is erased, and when: the orders of one person when asked, all old ones once a day.

A command names few orders and no person, so nobody waits long behind it.
"""

from collections.abc import Sequence
from typing import Final

from controller import journal
from controller.core import Controller
from controller.messages import ErasePersons
from controller.units import DAY
from controller.views import catalogue
from controller.views.persons import ended_before

ORDERS_MAX: Final = 50  # to a command


def erase(
    controller: Controller, orders: Sequence[str], *, actor: str, words_before_ms: int = 0
) -> int:
    """Erases these orders; how many. The same again is carried out again and changes nothing.

    Raises: Refused for an order that is still worked on; those of the batches before are erased.
    """
    with controller.reading() as db:
        seq = journal.head(db)[0]
    for start in range(0, max(1, len(orders)), ORDERS_MAX):
        controller.handle(
            ErasePersons(
                id=f"erase/{actor}/{seq}/{start}",
                actor=actor,
                orders=tuple(orders[start : start + ORDERS_MAX]),
                words_before_ms=words_before_ms,
            )
        )
    return len(orders)


def erase_old(controller: Controller, days: int, *, actor: str) -> int:
    """Erases all orders that have been over for so many days; how many."""
    before_ms = controller.clock.now_ms() - days * DAY
    erased = erase(controller, (), actor=actor, words_before_ms=before_ms)
    while True:
        with controller.reading() as db:
            orders = ended_before(db, before_ms, ORDERS_MAX)
        if not orders:
            return erased
        erased += erase(controller, orders, actor=actor)


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
