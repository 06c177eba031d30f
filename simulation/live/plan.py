"""Owns what a living warehouse is like: its seed, how many people work, how much is ordered."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from simulation.live.crew import CREW, crew_of, staff_of_day
from simulation.live.demand import demand_of_day
from simulation.live.wants import Wants, wants_of
from simulation.scenario import Person
from simulation.timed import Timed

SEED: Final = 7
ORDERS_PER_PICKER: Final = 1_000
ORDERS_MIN: Final = 300


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`people` work at the same time; with 0 only machines and customers are simulated."""

    seed: int = SEED
    people: int = CREW

    @cached_property
    def wants(self) -> Wants:
        return wants_of(self.seed, self.orders_a_day)

    @property
    def orders_a_day(self) -> int:
        return max(ORDERS_MIN, crew_of(self.people)["picker"] * ORDERS_PER_PICKER)

    @property
    def receivers(self) -> int:
        """For how many people suppliers bring work; at least for a visitor."""
        return max(1, crew_of(self.people)["receiver"])

    def demand(self, day_ms: int) -> tuple[Timed, ...]:
        """What customers ask on the day that begins at `day_ms`."""
        return demand_of_day(self.seed, self.wants, self.orders_a_day, day_ms)

    def staff(self, day_ms: int) -> tuple[Person, ...]:
        """Who comes on that day."""
        return staff_of_day(self.seed, self.people, day_ms)
