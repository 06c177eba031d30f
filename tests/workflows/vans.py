"""Owns a warehouse with own vans: customers with positions, labelled parcels, planned tours."""

from collections.abc import Sequence
from dataclasses import replace

from controller.messages import (
    ImportPlaces,
    ImportPostcodes,
    Place,
    PlanVans,
    Postcode,
    SetUpSite,
    SetUpVans,
    Van,
    VanDepot,
    VanSettings,
    VanToursApplied,
)
from controller.plan import Effort
from controller.store import Store
from controller.workflows.planned import PLANNED
from tests.workflows.floor import CARTONS, ECO, SETTINGS, SETUP, Floor

OWN = replace(ECO, code="OWN", carrier="own", base_cents=200, lane="LANE-01")
POSTCODES = {"YO1": (53_960_000, -1_080_000), "YO2": (53_990_000, -1_100_000)}
DEPOT = VanDepot(code="HUB", lat_e6=53_950_000, lon_e6=-1_050_000)
VAN = Van(code="VAN-1", depot="HUB", parcels_max=10)
WORK = 600


class VanFloor(Floor):
    """`W1` packs, `W2` and `W3` drive."""

    def __init__(
        self,
        *vans: Van,
        settings: VanSettings = VanSettings(),  # noqa: B008
        store: Store | None = None,
    ) -> None:
        setup = (
            SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(OWN,)),
            *SETUP[1:],
            ImportPlaces(id="desk", places=(Place(name="RETURNS", kind="returns"),)),
            SetUpVans(id="vans", settings=settings, depots=(DEPOT,), vans=vans or (VAN,)),
            ImportPostcodes(
                id="postcodes",
                postcodes=tuple(
                    Postcode(country="GB", code=code, lat_e6=lat, lon_e6=lon)
                    for code, (lat, lon) in POSTCODES.items()
                ),
            ),
        )
        super().__init__("W1", "W2", "W3", setup=setup, store=store)

    def parcels_for(self, *postcodes: str) -> list[str]:
        """A labelled parcel of one mug for each postcode; their plates."""
        numbers = [str(nth) for nth, _ in enumerate(postcodes, 1)]
        for number, postcode in zip(numbers, postcodes, strict=True):
            self.order(number, {"MUG": 1}, postcode=postcode)
        self.tour([[(f"shop/{number}", "BOX-S", {"MUG": 1})] for number in numbers])
        self.scans("BENCH-01")
        plates = []
        for nth in range(1, len(postcodes) + 1):
            self.scans(f"TOTE-{nth}", "BOX-S", "MUG", "430")
            self.carrier_answers()
            self.printer_answers()
            plates.append(self.screens["W1"].screen.target)
            self.scans(plates[-1])
        return plates

    def plan(self) -> VanToursApplied:
        """Asks for a plan and carries it out, as the plan cycle does."""
        self.do(PlanVans(id=self.id()))
        *_, asked = self.sent("plan/deliver")
        self.controller.delivered(asked.id)
        planned = PLANNED["plan/deliver"]
        with self.controller.reading() as db:
            problem = planned.snapshot(db, self.clock.ms)
        plan = planned.solve(problem, Effort(work=WORK))
        (command,) = planned.commands(plan, asked.id)
        applied: VanToursApplied = self.do(command)
        return applied

    def load(self, driver: str = "W2", van: str = "VAN-1") -> None:
        """The driver loads what the screen shows and drives off."""
        self.scans(van, worker=driver)
        while (target := self.screens[driver].screen.target) != "DONE":
            self.scans(target, worker=driver)
        self.scan("DONE", driver)

    def tracked(self, plate: str) -> Sequence[str]:
        rows = self.all(
            "SELECT e.status FROM tracking_event e JOIN parcel p ON p.id = e.parcel "
            "WHERE p.lpn = :plate ORDER BY e.at_ms, e.id",
            plate=plate,
        )
        return [row.status for row in rows]
