"""Owns what comes to the living warehouse, day after day: orders, trucks, people.

A day is put on the agenda when it begins, the rest of one when the house opens on it. Orders near
the opening are sent again, which their ids make harmless. It refuses to repeat a delivery.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from controller.errors import Refused
from controller.messages import CloseDeparture, Command
from controller.units import DAY, HOUR, MINUTE
from controller.views import documents
from controller.views.supply import supply
from simulation.clock import DEMAND, PEOPLE, US
from simulation.floor import Floor
from simulation.live.colleague import Colleague, Failed
from simulation.live.plan import Plan
from simulation.live.site import VAN_LANE
from simulation.live.supplying import TRUCKS_MS, delivery
from simulation.outside import store

COLLECTED_MS: Final = tuple(hour * HOUR for hour in range(7, 20, 2))  # and in the evening
AGAIN_MS: Final = 5 * MINUTE


class Days:
    """`failed(badge, error)` hears of what goes wrong for a simulated person."""

    def __init__(self, floor: Floor, plan: Plan, failed: Failed) -> None:
        self.floor = floor
        self.plan = plan
        self.refused: Counter[str] = Counter()
        self.shifts: list[Colleague] = []
        self._failed = failed

    @property
    def at_work(self) -> list[Colleague]:
        return [shift for shift in self.shifts if shift.present]

    def begin(self) -> None:
        """The rest of the present day, then every day to come."""
        now_ms = self.floor.agenda.now_ms()
        self._day(now_ms // DAY * DAY, now_ms)

    def _day(self, day_ms: int, now_ms: int) -> None:
        agenda = self.floor.agenda
        for timed in self.plan.demand(day_ms):
            if timed.at_ms >= now_ms - AGAIN_MS:
                self._at(timed.at_ms, DEMAND, timed.command.id, self._sent(timed.command))
        for truck_ms in TRUCKS_MS:
            if day_ms + truck_ms > now_ms:
                self._at(day_ms + truck_ms, DEMAND, "truck", self._truck)
        for collected_ms in COLLECTED_MS:
            if day_ms + collected_ms > now_ms:
                self._at(day_ms + collected_ms, DEMAND, "carriers", self._collect)
        if day_ms + store.FILLED_MS > now_ms:
            filled = store.delivery(self.plan.wants.skus, f"{day_ms // DAY}")
            self._at(day_ms + store.FILLED_MS, DEMAND, "store", self._sent(filled))
        self._call_in(day_ms, now_ms)
        tomorrow_ms = day_ms + DAY
        agenda.at(tomorrow_ms * US, DEMAND, "day", lambda: self._day(tomorrow_ms, tomorrow_ms))

    def _at(self, at_ms: int, priority: int, name: str, happens: Callable[[], None]) -> None:
        self.floor.agenda.at(at_ms * US, priority, name, happens)

    def _call_in(self, day_ms: int, now_ms: int) -> None:
        """Everybody whose shift is not over; who should be there already comes at once."""
        self.shifts = self.at_work
        staff = self.plan.staff(day_ms)
        for person in staff:
            if person.ends_ms > now_ms:
                shift = Colleague(person, self.floor, staff, self._failed)
                self.shifts.append(shift)
                self._at(person.starts_ms, PEOPLE, person.badge, shift.start)

    def _sent(self, command: Command[Any]) -> Callable[[], None]:
        def happens() -> None:
            try:
                self.floor.controller.handle(command)
            except Refused as refused:
                self.refused[refused.code] += 1

        return happens

    def _collect(self) -> None:
        """Carriers fetch what is loaded: their departures close before their time."""
        with self.floor.controller.reading() as db:
            leaving = documents.departures(db)
        for each in leaving:
            if each.state == "open" and each.parcels and each.lane != VAN_LANE:
                asked = CloseDeparture(
                    id=self.floor.new_id("carriers"), actor="carriers", departure=int(each.id)
                )
                self._sent(asked)()

    def _truck(self) -> None:
        with self.floor.controller.reading() as db:
            books = supply(db)
        now_ms = self.floor.agenda.now_ms()
        notice = delivery(self.plan.wants, books, now_ms, self.plan.receivers)
        if notice is not None:
            self._sent(notice)()
