"""Days of orders that come by and by: what planning in waves gets of what hindsight would save.

Owns generated days and their floor in a database; snapshots, plans, their commands and the scale
are those of the controller. Refuses to look at an order before it is placed.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import Any, Final

from benchmarks import Figure, tell
from controller import tables
from controller.core import Controller
from controller.messages import (
    CartonType,
    Command,
    Contract,
    ImportItems,
    Item,
    SetUpContracts,
    SetUpSite,
    ShippingService,
    SiteSettings,
)
from controller.plan import Effort
from controller.store import open_store
from controller.turn import IDS_PER_COMMAND, Turn
from controller.units import DAY, HOUR
from controller.workflows import shipping
from controller.workflows.carriers import choosing, contracting
from controller.workflows.carriers.hindsight import LookBack, look_back
from controller.workflows.carriers.tendering import TOPIC
from controller.workflows.planned import PLANNED

FIRST_DAY: Final = 20_006  # a Friday
WARM_DAYS: Final = 7
LEAST: Final = 90.0  # percent of what hindsight saves
HOURS: Final = (1, 1, 1, 1, 1, 2, 3, 5, 7, 9, 9, 8, 8, 8, 7, 7, 7, 6, 4, 4, 4, 3, 2, 1)
WEEKDAYS: Final = (1.25, 1.1, 1.0, 1.0, 1.05, 0.7, 0.8)
PLANNED_MS: Final = (HOUR // 4, HOUR)  # after an order is placed its parcel is planned
PACKED_MS: Final = (HOUR // 4, 2 * HOUR)  # and packed after that
CARTONS: Final = ((250, 200, 100), (350, 250, 200), (500, 400, 300))
ITEMS: Final = ((200, 150, 80), (300, 200, 150), (450, 350, 250))  # each fills a carton
SKUS: Final = 200
TARE_G: Final = 150
CARRIERS: Final = ("ALPHA", "BRAVO", "CARGO")
PLANNED_NOW: Final = (
    "UPDATE parcel SET state = 'planned', planned_mass_g = :tare_g + (SELECT i.mass_g FROM item i "
    "JOIN parcel_line l ON l.sku = i.sku WHERE l.parcel = parcel.id) "
    "WHERE id = :id AND state = 'coming'"
)
NO_LONGER_BOOKED: Final = "UPDATE order_line SET planned = 1 WHERE order_id = :order"
IN_HOUSE: Final = "SELECT * FROM parcel WHERE state = 'labelled' ORDER BY id"
PACKED: Final = (
    "UPDATE parcel SET state = 'labelled', mass_g = planned_mass_g, service = :service, "
    "cost_cents = :cost, base_cents = :base WHERE id = :id"
)
LEFT: Final = (
    "UPDATE parcel SET state = 'shipped', departure = :departure WHERE state = 'labelled'"
)
SHIPPED: Final = (
    "UPDATE customer_order SET state = 'shipped' WHERE state = 'open' AND id IN "
    "(SELECT order_id FROM parcel WHERE state = 'shipped')"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parcels", type=int, default=600, help="of a usual day")
    parser.add_argument("--days", type=int, default=7, help="after a week of history")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], metavar="SEED")
    parser.add_argument("--tight", action="store_true", help="pickups take 60 percent of a day")


@dataclass(frozen=True, slots=True)
class Coming:
    """An order on its way through the house; `sku` has its mass and with it its carton."""

    id: int
    placed_ms: int
    planned_ms: int
    packed_ms: int
    sku: int

    @property
    def order(self) -> str:
        return f"web/{self.id}"


class House:
    """A warehouse in memory of which only what concerns carriers happens; it is its own clock."""

    def __init__(self, parcels: int, draw: Random, *, tight: bool) -> None:
        self.parcels, self.draw, self.at_ms, self.ids = parcels, draw, FIRST_DAY * DAY, 1 << 40
        self.store = open_store(durable=False)
        self.controller = Controller(self.store, self)
        room = parcels // 5 if tight else 0
        for command in _set_up(parcels, draw, room):
            self.controller.handle(command)
        self.waiting: list[Coming] = []

    def now_ms(self) -> int:
        return self.at_ms

    def day(self) -> LookBack:
        """All hours of a local day, and the look back at its departure."""
        first_ms = self.at_ms
        share = WEEKDAYS[first_ms // DAY % 7] * self.draw.uniform(0.9, 1.1)
        orders = [self._order(first_ms) for _ in range(round(self.parcels * share))]
        orders.sort(key=lambda each: each.placed_ms)
        for hour in range(23):
            self.at_ms = first_ms + hour * HOUR
            self._happen(orders)
            self._plan()
            self._pack()
        return self._leave(first_ms)

    def _order(self, first_ms: int) -> Coming:
        self.ids += 1
        hour = self.draw.choices(range(20), HOURS[:20])[0]
        placed_ms = first_ms + hour * HOUR + self.draw.randrange(HOUR)
        planned_ms = placed_ms + self.draw.randint(*PLANNED_MS)
        packed_ms = min(planned_ms + self.draw.randint(*PACKED_MS), first_ms + 22 * HOUR)
        return Coming(self.ids, placed_ms, planned_ms, packed_ms, self.draw.randrange(SKUS))

    def _happen(self, orders: list[Coming]) -> None:
        """Orders of the last hour stand in the book, and those picked have a parcel."""
        with self.store.transaction() as db:
            turn = self._turn(db)
            while orders and orders[0].placed_ms <= self.at_ms:
                coming = orders.pop(0)
                self._place(turn, coming)
                self.waiting.append(coming)
            turn.flush()

    def _place(self, turn: Turn, coming: Coming) -> None:
        mass_g = int(turn.db.value("SELECT mass_g FROM item WHERE sku = :s", s=f"S{coming.sku}"))
        planned = int(coming.planned_ms <= self.at_ms)
        late_days = self.draw.choices((0, 2, 3), (50, 20, 30))[0]
        turn.add(
            tables.customer_order,
            id=coming.order,
            shop="web",
            number=str(coming.id),
            state="open",
            country="GB",
            placed_ms=coming.placed_ms,
            due_ms=shipping.next_departure_ms(turn.site, coming.placed_ms),
            arrive_by_ms=(self.at_ms // DAY + late_days) * DAY + DAY - 1 if late_days else 0,
        )
        line = {"line": 1, "sku": f"S{coming.sku}", "wanted": 1, "planned": planned}
        turn.add(tables.order_line, order_id=coming.order, **line)
        turn.add(
            tables.parcel,
            id=coming.id,
            order_id=coming.order,
            carton=f"BOX-{coming.sku % len(CARTONS)}",
            state="planned" if planned else "coming",
            planned_mass_g=mass_g + TARE_G if planned else 0,
        )
        turn.add(tables.parcel_line, parcel=coming.id, line=1, sku=f"S{coming.sku}", planned=1)

    def _plan(self) -> None:
        """Parcels whose time has come are planned by the floor, then all by the controller."""
        with self.store.transaction() as db:
            for coming in self.waiting:
                if coming.planned_ms <= self.at_ms:
                    db.run(PLANNED_NOW, id=coming.id, tare_g=TARE_G)
                    db.run(NO_LONGER_BOOKED, order=coming.order)
        planned = PLANNED[TOPIC]
        with self.controller.reading() as db:
            problem = planned.snapshot(db, self.at_ms)
        if problem is not None:
            self.ids += 1
            plan = planned.solve(problem, Effort(work=planned.work))
            for command in planned.commands(plan, self.ids):
                self.controller.handle(command)

    def _pack(self) -> None:
        """What is packed until the next plan is weighed and gets its label."""
        due = [each for each in self.waiting if each.packed_ms <= self.at_ms + HOUR]
        with self.store.transaction() as db:
            for coming in sorted(due, key=lambda each: each.packed_ms):
                db.run(PLANNED_NOW, id=coming.id, tare_g=TARE_G)
                db.run(NO_LONGER_BOOKED, order=coming.order)
                turn = self._turn(db)
                row = shipping.the_parcel(turn, coming.id)
                offer = choosing.choose(turn, row._replace(mass_g=row.planned_mass_g)).offer
                if offer is not None:
                    cents = {"cost": offer.cost_cents, "base": offer.base_cents}
                    db.run(PACKED, id=coming.id, service=offer.service, **cents)
        self.waiting = [each for each in self.waiting if each not in due]

    def _leave(self, first_ms: int) -> LookBack:
        leaves_ms = first_ms + 23 * HOUR
        with self.store.transaction() as db:
            turn = self._turn(db)
            turn.add(tables.departure, id=turn.new_id(), leaves_ms=leaves_ms, state="closed")
            turn.flush()
            for row in db.all(IN_HOUSE):
                contracting.count_out(turn, row, leaves_ms)
            db.run(LEFT, departure=turn.seq * IDS_PER_COMMAND + 1)
            db.run(SHIPPED)
        self.at_ms = first_ms + DAY
        with self.controller.reading() as db:
            return look_back(db, first_ms, self.at_ms, Effort())

    def _turn(self, db: Any) -> Turn:
        self.ids += 1
        return Turn(db, seq=self.ids, command_id="", actor="floor", now_ms=self.at_ms)


def _set_up(parcels: int, draw: Random, room: int) -> Iterator[Command[Any]]:
    settings = SiteSettings(cutoff_ms=20 * HOUR, departure_ms=23 * HOUR)
    cartons = tuple(
        CartonType(
            code=f"BOX-{nth}",
            length_mm=sides[0],
            width_mm=sides[1],
            height_mm=sides[2],
            tare_g=TARE_G,
            mass_max_g=30_000,
            cost_cents=50,
        )
        for nth, sides in enumerate(CARTONS)
    )
    yield SetUpSite(id="site", settings=settings, cartons=cartons, services=tuple(_services(draw)))
    items = (
        Item(
            sku=f"S{nth}",
            name=f"Item {nth}",
            length_mm=ITEMS[nth % 3][0],
            width_mm=ITEMS[nth % 3][1],
            height_mm=ITEMS[nth % 3][2],
            mass_g=round(min(20_000, 1_000 * draw.lognormvariate(0.5, 0.9))),
        )
        for nth in range(SKUS)
    )
    yield ImportItems(id="items", items=tuple(items))
    starts = [parcels * share // 100 for share in (20, 35, 50)]
    yield SetUpContracts(
        id="contracts",
        contracts=tuple(
            Contract(
                carrier=name,
                tiers=((0, 0), *zip(starts, (300, 700, 1_100), strict=True)),
                pickups=((f"{name}-ECO", room),) if room else (),
            )
            for name in CARRIERS
        ),
    )


def _services(draw: Random) -> Iterator[ShippingService]:
    for carrier in CARRIERS:
        for name, base_cents, per_kg_cents, days in (("ECO", 330, 45, 3), ("EXPRESS", 560, 80, 1)):
            yield ShippingService(
                code=f"{carrier}-{name}",
                carrier=carrier,
                countries=("GB",),
                base_cents=round(base_cents * draw.uniform(0.9, 1.1)),
                per_kg_cents=round(per_kg_cents * draw.uniform(0.75, 1.25)),
                divisor_cm3_per_kg=draw.choice((0, 4_000, 5_000, 6_000)),
                mass_max_g=31_500,
                girth_max_mm=3_000,
                transit_days=days,
            )


def run(arguments: argparse.Namespace) -> int:
    """A table of days for each seed; then the share of all days of each, its mean with the bar."""
    shares = [_days(arguments, seed) for seed in arguments.seeds]
    name = f"waves, {arguments.parcels} parcels{', tight' * arguments.tight}:"
    name += f" of what hindsight saves, {len(shares)} seeds"
    return tell(
        [
            Figure(name=f"{name}, mean", value=100 * fmean(shares), unit="%", least=LEAST),
            Figure(name=f"{name}, worst", value=100 * min(shares), unit="%"),
        ]
    )


def _days(arguments: argparse.Namespace, seed: int) -> float:
    """Prints the days of a seed; the share of all of them."""
    house = House(arguments.parcels, Random(seed), tight=arguments.tight)
    for _ in range(WARM_DAYS):
        house.day()
    sys.stdout.write("| day | parcels | cheapest first | in waves | hindsight | of its saving |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    sums = [0, 0, 0]
    for nth in range(1, arguments.days + 1):
        past = house.day()
        cents = (past.greedy_cents, past.cost_cents, past.best_cents)
        sums = [all_ + each for all_, each in zip(sums, cents, strict=True)]
        _tell(nth, past.parcels, cents)
    _tell(f"all, seed {seed}", "", sums)
    return _share(sums)


def _tell(day: object, parcels: object, cents: Sequence[int]) -> None:
    """A day may have nothing to save by tiers: its share tells less than that of all days."""
    cells = (day, parcels, *(f"{each / 100:.2f}" for each in cents), f"{_share(cents):.1%}")
    sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")
    sys.stdout.flush()


def _share(cents: Sequence[int]) -> float:
    greedy, cost, best = cents
    return (greedy - cost) / (greedy - best) if greedy > best else 1.0
