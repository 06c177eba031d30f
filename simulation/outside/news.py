"""Owns the news of parcels under way in virtual time: each carrier tells what happened to its own.

What happens follows from the order, its nth parcel and the seed, and most parcels are there on
the day that was promised for them. A carrier that is down tells nothing, and all of it when it is
back. It refuses parcels of own vans: their drivers tell.
"""

from collections.abc import Iterator
from typing import Final

from controller.messages import TrackingReport, TrackingReported
from controller.units import DAY, MINUTE
from controller.views import carriers as views
from simulation.carriers import Carriers
from simulation.clock import WIRE, Go
from simulation.floor import Floor
from simulation.outside.journeys import STATUSES, Happening, story
from simulation.scenario import Street

EVERY_MS: Final = 30 * MINUTE
DAYS_MAX: Final = 14  # after the last day of a run nobody waits longer for news


class News:
    def __init__(self, street: Street, floor: Floor, carriers: Carriers) -> None:
        self._street = street
        self._floor = floor
        self._carriers = carriers
        self._stories: dict[str, tuple[Happening, ...]] = {}

    def begin(self) -> None:
        self._tell()

    def wait(self, go: Go) -> bool:
        """Time goes on until everything has arrived, or for so long that it never will."""
        agenda = self._floor.agenda
        last_ms = agenda.now_ms() + DAYS_MAX * DAY
        while agenda.now_ms() < last_ms and self._under_way():
            if not go(min(last_ms, agenda.now_ms() + DAY // 2)):
                return False
        return True

    def _tell(self) -> None:
        told = [report for each in self._under_way() if (report := self._report(each))]
        self._floor.controller.handle_all(told)
        self._floor.agenda.after(EVERY_MS, WIRE, "news", self._tell)

    def _under_way(self) -> list[views.UnderWay]:
        with self._floor.controller.reading() as db:
            found = views.under_way(db)
        return [each for each in found if each.carrier in self._street.carriers]

    def _report(self, parcel: views.UnderWay) -> TrackingReported | None:
        now_ms = self._floor.agenda.now_ms()
        if self._carriers.is_down(parcel.carrier):
            return None
        happened = tuple(self._happened(parcel, now_ms))
        if not happened:
            return None
        named = f"news/{parcel.carrier}/{parcel.tracking}/{happened[-1].at_ms}"
        reports = tuple(
            TrackingReport(
                status=STATUSES[each.code], at_ms=each.at_ms, place=each.place, words=each.words
            )
            for each in happened
        )
        return TrackingReported.of_carrier(named, parcel.carrier, parcel.tracking, reports)

    def _happened(self, parcel: views.UnderWay, now_ms: int) -> Iterator[Happening]:
        """What is news by now."""
        number = parcel.tracking
        if number not in self._stories:
            days = max(0, parcel.promised_ms // DAY - parcel.left_ms // DAY)
            seed = self._floor.scenario.seed
            named = f"{parcel.order_id}/{parcel.nth}"
            self._stories[number] = story(named, days, parcel.left_ms, seed)
        coming = self._stories[number]
        for each in coming:
            if parcel.at_ms < each.at_ms <= now_ms:
                yield each
