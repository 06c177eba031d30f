"""Owns a partner that ships for the house: reads what it was told, answers hours later.

It ships with a carrier of the house, or says that something is not there after all, which hangs on
the order and the seed. While it stands still it is silent, and nobody is told why.
"""

from random import Random
from typing import Final

from controller.messages import RefuseConsignment, ShipConsignment
from controller.units import DAY, HOUR, MINUTE
from controller.views.nodes import ToShip, to_ship
from simulation.outside.people import Actor, Outside
from simulation.streams import Streams

OPENS_MS, CLOSES_MS = 6 * HOUR, 20 * HOUR
LOOK_MS: Final = 15 * MINUTE
SCAN_MS: Final = MINUTE
TAKES_MS: Final = (HOUR, 5 * HOUR)
PPM: Final = 1_000_000
COST_CENTS: Final = 480


class Partner(Actor):
    def __init__(self, badge: str, node: str, outside: Outside) -> None:
        super().__init__(badge, outside)
        self.node = node
        self._ready: dict[str, int] = {}  # what it was told, and when it will answer

    @property
    def owes(self) -> bool:
        return bool(self._told())

    def step(self) -> int:
        if not OPENS_MS <= self.now_ms % DAY < CLOSES_MS:
            return LOOK_MS
        told, ready = self._told(), self._ready
        self._ready = {each.order: ready.get(each.order) or self._when(each) for each in told}
        for each in told:
            if each.state == "recalled" or self._ready[each.order] <= self.now_ms:
                self.floor.controller.handle(self._answer(each))
                self._moved = True
                return SCAN_MS
        return LOOK_MS

    def _told(self) -> tuple[ToShip, ...]:
        with self.floor.controller.reading() as db:
            return to_ship(db, self.node)

    def _when(self, told: ToShip) -> int:
        return self.now_ms + self._chance("takes", told).randint(*TAKES_MS)

    def _answer(self, told: ToShip) -> ShipConsignment | RefuseConsignment:
        if told.state == "recalled":
            return self._refusal(told, "recalled")
        if (
            self._chance("short", told).randrange(PPM)
            < self.floor.scenario.faults.partner_short_ppm
        ):
            self.floor.world.faults["partner_short"] += 1
            return self._refusal(told, "not there", missing=(told.lines[0][1],))
        street = self.floor.scenario.street
        return ShipConsignment(
            id=self._new_id(),
            actor=self.badge,
            node=self.node,
            order=told.order,
            tracking=f"{self.node}-{told.number}-{self.now_ms // MINUTE}",
            carrier=street.carriers[0] if street and street.carriers else "",
            cost_cents=COST_CENTS,
        )

    def _refusal(
        self, told: ToShip, reason: str, missing: tuple[str, ...] = ()
    ) -> RefuseConsignment:
        return RefuseConsignment(
            id=self._new_id(),
            actor=self.badge,
            node=self.node,
            order=told.order,
            reason=reason,
            missing=missing,
        )

    def _chance(self, what: str, told: ToShip) -> Random:
        streams = Streams(self.floor.scenario.seed)
        return streams.stream(f"partner/{what}/{self.node}/{told.order}")
