"""Owns the process of the demo: store, clock, controller and building, started and stopped as one.

An empty database gets its first morning; a used one goes on where it was left, whatever ended the
process before. It refuses a database that another warehouse has filled.
"""

from dataclasses import replace
from typing import Any

from api.clock import WallClock
from api.demo import site
from api.demo.partners import Partners
from api.errors import WrongInput
from api.runtime import Runtime, Wiring
from controller import journal
from controller.messages import SetUpSite
from controller.store import Store
from controller.units import DAY
from controller.views import catalogue, outcomes
from controller.views.checks import check
from devices.mosquitto import Mosquitto
from simulation.agreement import disagreements
from simulation.bookkeeping import forget_unheard
from simulation.live.clock import ScaledClock
from simulation.live.house import House
from simulation.live.opening import is_living, open_first
from simulation.live.plan import Plan
from simulation.run import planning


def open_books(store: Store, plan: Plan) -> int:
    """Makes sure that the database holds a living warehouse; the time at which it stands.

    Raises: WrongInput when it holds another one.
    """
    with store.reading() as db:
        used, living = bool(journal.head(db)[0]), is_living(db)
        now_ms = journal.last_ms(db) if used else WallClock().now_ms() // DAY * DAY
    if not used:
        with planning() as planner:
            more = tuple(site.commands(plan.wants))
            return open_first(store, plan, now_ms, planner, more)
    if not living:
        raise WrongInput(
            "the database holds another warehouse: give the demo a file of its own, "
            "like --database demo.db"
        )
    return now_ms


class Warehouse:
    """`store` must hold a living warehouse that stands at `now_ms`; `broker` is running.

    Without `partners` labels are the house's own, and nobody is told of parcels.
    """

    def __init__(
        self,
        store: Store,
        plan: Plan,
        now_ms: int,
        speed: float,
        broker: Mosquitto | None = None,
        partners: Partners | None = None,
    ) -> None:
        self.store = store
        self.clock = ScaledClock(now_ms, speed)
        self.house = House(plan, self.clock, store, broker)
        self._stopped = False
        self.runtime = Runtime(
            store,
            self.clock,
            Wiring(
                drivers=self.house.drivers(),
                transport=self.house.transport,
                told=self.house.told,
                **_connections(partners),
            ),
        )

    def start(self) -> None:
        self.house.connect()
        self.runtime.subscribe(self.house.news)
        self.runtime.start()
        self.house.start(self.runtime.controller, self.runtime.nudge)

    def stop(self) -> None:
        """People and machines stand still first, then the controller ends its round."""
        if self._stopped:
            return
        self._stopped = True
        self.house.stop()
        self.runtime.stop()
        self.house.disconnect()

    def figures(self) -> dict[str, int]:
        """What has been done so far, by all processes."""
        with self.store.reading() as db:
            return outcomes.figures(db) | outcomes.progress(db)

    def answers_at(self, url: str) -> None:
        """Customers reach their tracking pages under this address."""
        with self.store.reading() as db:
            known = catalogue.site(db)
        if known is not None and known.public_url != url:
            asked = f"demo/site/{self.clock.now_ms()}"
            settings = replace(known, public_url=url)
            self.runtime.controller.handle(SetUpSite(id=asked, settings=settings))

    def violations(self) -> list[str]:
        """Whatever of the books does not hold, or is not as the building is; call it stopped."""
        floor = self.house.floor
        with self.store.reading() as db:
            forget_unheard(db, floor.world, floor.scenario.machines.sorter.induct)
            found = check(db) | disagreements(db, floor.world)
        return [f"{name}: {each}" for name, broken in found.items() for each in broken]


def _connections(partners: Partners | None) -> dict[str, Any]:
    if partners is None:
        return {}
    return {"carriers": partners.carriers, "notices": partners.notices}
