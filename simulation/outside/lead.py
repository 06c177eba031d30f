"""Owns the lead at the console: parcels that no vehicle takes as they are get another label.

What lies there without a label of a carrier is labelled anew, and again later where no carrier
could be had. It refuses to be faster than the bench, which has ways of its own.
"""

from typing import Final

from controller.errors import Refused
from controller.messages import RelabelParcel
from controller.units import MINUTE
from controller.views import carriers
from simulation.outside.people import Actor, Outside

LOOK_MS: Final = 5 * MINUTE
CLICK_MS: Final = 20_000
BENCH_MS: Final = 10 * MINUTE  # for so long a bench helps itself
AGAIN_MS: Final = 30 * MINUTE


class Lead(Actor):
    def __init__(self, badge: str, outside: Outside) -> None:
        super().__init__(badge, outside)
        self._tried: dict[str, int] = {}  # parcels, and when a label was asked for last

    def step(self) -> int:
        parcel = self._without_label()
        if not parcel:
            return LOOK_MS
        self._tried[parcel] = self.now_ms
        asked = RelabelParcel(id=self._new_id(), actor=self.badge, parcel=int(parcel))
        try:
            self.floor.controller.handle(asked)
        except Refused:
            return LOOK_MS  # no carrier takes it now
        return CLICK_MS

    def _without_label(self) -> str:
        """The first on the page Carriers that was not tried lately."""
        with self.floor.controller.reading() as db:
            waiting = carriers.unlabelled(db)
        before_ms = self.now_ms - AGAIN_MS
        return next(
            (
                each.parcel
                for each in waiting
                if each.since_ms <= self.now_ms - BENCH_MS
                and self._tried.get(each.parcel, 0) <= before_ms
            ),
            "",
        )
