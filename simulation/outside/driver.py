"""Owns the driver of a van: loads the tour, drives it by its plan, hands over, comes back.

A van that somebody else drives is left alone. What happens on the way and at a door follows from
who is called on, the day and the seed: traffic makes it a little late, most people are at home.
"""

from random import Random
from typing import Final

from controller.messages import Screen
from controller.units import DAY, MINUTE
from controller.views import van_tours
from simulation.outside.people import Outside, Outsider
from simulation.streams import Streams

SCAN_MS: Final = 12_000
LOOK_MS: Final = MINUTE
REST_MS: Final = 45 * MINUTE
HOME_MS: Final = 12 * MINUTE  # from the last door to the depot
TRAFFIC_MS: Final = (-3 * MINUTE, 9 * MINUTE, 0)  # earliest, latest, most often
NOT_HOME, REFUSED, NEIGHBOUR, SAFE_PLACE = 4, 5, 17, 25  # of 100 doors, one after the other
NOT_TAKEN: Final = ("NOT_HOME", "REFUSED")


class VanDriver(Outsider):
    """`waits` for the start of a tour, so that a visitor may take the van before."""

    def __init__(self, badge: str, van: str, outside: Outside, *, waits: bool = False) -> None:
        super().__init__(badge, outside)
        self.van = van
        self._waits = waits
        self._home_ms = 0

    def step(self) -> int:
        screen = self.screen()
        if screen is None:
            return self._look_for_tour()
        if screen.workflow != "delivering":
            self.sign_out()
            return LOOK_MS
        return self._drive(screen)

    def _look_for_tour(self) -> int:
        with self.floor.controller.reading() as db:
            tours = van_tours.to_drive(db, self.van)
        if any(self._is_mine(tour) for tour in tours):
            self.sign_in()
            self.scan(self.van)
            return SCAN_MS
        return LOOK_MS

    def _is_mine(self, tour: van_tours.ToDrive) -> bool:
        if tour.driver not in ("", self.badge):
            return False
        early_ms = 0 if self._waits else 10 * MINUTE
        return tour.state != "planned" or self.now_ms >= tour.starts_ms - early_ms

    def _drive(self, screen: Screen) -> int:
        match screen.step:
            case "stop":
                return self._at_stop(screen)
            case "hand":
                self.scan(self._to_whom(screen))
            case "depot":
                return self._come_back()
            case "load" | "back" if self.stuck:
                self.errors = 0
                self.scan("DONE" if screen.step == "load" else "HOME")
            case _:
                self.scan(screen.target or "DONE")
        return SCAN_MS

    def _at_stop(self, screen: Screen) -> int:
        tour, stop = self._here(screen)
        self._home_ms = self.now_ms + HOME_MS
        if tour.rest_ms and not tour.rested_ms and self.now_ms >= tour.rest_ms:
            self.scan("BREAK")
            return REST_MS
        there_ms = stop.eta_ms + traffic_ms(self._chance("traffic", stop))
        if self.now_ms < there_ms:
            return min(there_ms - self.now_ms, 5 * MINUTE)
        met = at_the_door(self._chance("door", stop), stop.kind)
        if self.stuck:
            self.errors = 0
            self.scan("SKIP")
        else:
            self.scan(met if met in NOT_TAKEN else screen.target)
        return SCAN_MS

    def _here(self, screen: Screen) -> tuple[van_tours.VanTourRow, van_tours.VanStopRow]:
        with self.floor.controller.reading() as db:
            tour = van_tours.of_driver(db, self.badge)
        assert tour is not None
        return tour, next(each for each in tour.stops if each.id == screen.fields["stop"])

    def _to_whom(self, screen: Screen) -> str:
        _, stop = self._here(screen)
        return at_the_door(self._chance("door", stop), stop.kind)

    def _chance(self, what: str, stop: van_tours.VanStopRow) -> Random:
        """The same for a call on a day, whichever van and tour it is on."""
        streams = Streams(self.floor.scenario.seed)
        return streams.stream(f"{what}/{stop.kind}/{stop.ref}/{self.now_ms // DAY}")

    def _come_back(self) -> int:
        if self.now_ms < self._home_ms:
            return self._home_ms - self.now_ms
        self.scan("DONE")
        return SCAN_MS


def traffic_ms(chance: Random) -> int:
    """How much later than planned the van gets there; below zero, earlier."""
    early_ms, late_ms, usual_ms = TRAFFIC_MS
    return round(chance.triangular(early_ms, late_ms, usual_ms))


def at_the_door(chance: Random, kind: str) -> str:
    """Who takes what is brought; an order is now and then not taken at all."""
    drawn = chance.randrange(100)
    if kind == "order" and drawn < REFUSED:
        return "NOT_HOME" if drawn < NOT_HOME else "REFUSED"
    if drawn < NEIGHBOUR:
        return "NEIGHBOUR"
    return "SAFE_PLACE" if drawn < SAFE_PLACE else "CUSTOMER"
