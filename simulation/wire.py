"""Owns the simulated wire: a small delay, and the faults of the scenario for the broker's topics.

Serial and TCP lines do not lose or double bytes; messages on a broker do, so only addresses of
wh/v1 suffer. Messages on one address keep their order unless one overtakes by a fault.
"""

from collections import Counter
from collections.abc import Callable

from devices.driver import Send
from simulation.clock import US, WIRE, Agenda
from simulation.scenario import Faults
from simulation.streams import Chance

PPM = 1_000_000
DELAY_US = 2 * US
BROKER = "wh/"


class Wire:
    """`counts` are of the faults that have happened."""

    def __init__(
        self, agenda: Agenda, faults: Faults, chance: Chance, counts: Counter[str]
    ) -> None:
        self.agenda = agenda
        self.faults = faults
        self.chance = chance
        self.counts = counts

    def deliver(self, send: Send, arrive: Callable[[], None]) -> None:
        """Schedules the arrival of a message: once, twice, late, or never."""
        if not send.address.startswith(BROKER):
            self._arrive_after(DELAY_US, send, arrive)
            return
        faults = self.faults
        draw = self.chance.below(PPM, send.address)
        if draw < faults.message_lost_ppm:
            self.counts["message_lost"] += 1
            return
        draw -= faults.message_lost_ppm
        if draw < faults.message_late_ppm + faults.message_overtakes_ppm:
            self.counts["message_late"] += 1
            self._arrive_after(DELAY_US + faults.late_ms * US, send, arrive)
            return
        draw -= faults.message_late_ppm + faults.message_overtakes_ppm
        if draw < faults.message_twice_ppm:
            self.counts["message_twice"] += 1
            self._arrive_after(2 * DELAY_US, send, arrive)
        self._arrive_after(DELAY_US, send, arrive)

    def _arrive_after(self, delay_us: int, send: Send, arrive: Callable[[], None]) -> None:
        self.agenda.at(self.agenda.now_us + delay_us, WIRE, send.address, arrive)
