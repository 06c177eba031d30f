"""Owns how the building follows the books: at a start, and where visitors' hands move the goods.

Simulated people move goods themselves; what others have booked happens here afterwards: totes
fill, parcels ride, cartons lie on the scale. It refuses to change the books.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final

from controller.messages import Screen
from controller.store import Db
from controller.views import attendance, movements, whereabouts
from controller.views.attendance import Present
from controller.views.screens import screen_of
from simulation.clock import MACHINES
from simulation.floor import Floor
from simulation.world import OUTSIDE, World

VIRTUAL: Final = "~"
LOST: Final = "~lost"
CUSTOMER: Final = "~customer"
ON_VAN: Final = "on_van"
MOST: Final = 5_000
LIFT_MS: Final = 2_500  # from the last item to the carton on the scale


def restore(db: Db, world: World) -> None:
    """The goods as the books have them; what faults had hidden is forgotten with the process."""
    for (at, sku), units in whereabouts.goods(db).items():
        world.goods[at][sku] = units


def forget_unheard(db: Db, world: World, belt: str) -> None:
    """Parcels whose arrival in a lane the books have not heard of ride again at the next start."""
    for parcel in whereabouts.parcels(db):
        if parcel.place == belt:
            world.pick_up(parcel.lpn)


class Follower:
    """Brings the building along with what visitors do; `mine` are the simulated badges."""

    def __init__(self, floor: Floor, mine: Collection[str]) -> None:
        self.floor = floor
        self.visitors: tuple[Present, ...] = ()
        self._mine = mine
        self._belt = floor.scenario.machines.sorter.induct
        self._seen = 0
        self._weighing: dict[str, tuple[str, int]] = {}  # bench -> visitor's screen on the scale
        self._kept: dict[str, str] = {}  # what a visitor occupies -> who

    def begin(self) -> None:
        """Parcels stand where the books have them; those on the belt ride again."""
        with self.floor.controller.reading() as db:
            self._seen = movements.last(db)
        self.follow()

    def follow(self) -> None:
        """Everything that visitors have done since the last look."""
        with self.floor.controller.reading() as db:
            moved = [*self._moved(db)]
            parcels = whereabouts.parcels(db)
            everybody = attendance.present(db)
            self.visitors = tuple(each for each in everybody if each.worker not in self._mine)
            scales = [(each, screen_of(db, each.worker)) for each in self.visitors]
        for row in moved:
            self._move(row)
        for parcel in parcels:
            self._stand(parcel)
        self._clear_scales()
        for visitor, screen in scales:
            self._weigh(visitor, screen)
        self._occupy()

    def _moved(self, db: Db) -> Iterator[Any]:
        """What others have moved since the last look."""
        while some := movements.since(db, self._seen, MOST):
            self._seen = some[-1].id
            yield from (row for row in some if row.actor not in self._mine)

    def _move(self, row: Any) -> None:
        """One booked movement, as far as the goods are really there."""
        world = self.floor.world
        source, target = _at(row.source), _at(row.target)
        if row.target == LOST:
            world.written_off(source, row.sku, row.qty)
        elif row.source == LOST:
            world.written_off(target, row.sku, -row.qty)
        elif row.target == CUSTOMER and row.from_container:
            self._load(source)
        elif source == OUTSIDE:
            world.move(row.sku, OUTSIDE, target, row.qty)
        else:
            world.carry(row.sku, source, target, row.qty)
            self._throw_away(source)

    def _load(self, parcel: str) -> None:
        """A parcel goes to its carrier or customer; further lines of it find it gone."""
        if parcel in self.floor.world.parcels:
            self.floor.take_from_lane(parcel)
        self.floor.world.forget(parcel)

    def _throw_away(self, carton: str) -> None:
        world = self.floor.world
        if carton in world.parcels and not any(n > 0 for n in world.goods[carton].values()):
            self.floor.take_from_lane(carton)
            world.forget(carton)

    def _stand(self, parcel: Any) -> None:
        """A parcel that somebody has let go, or has carried to another lane or into a van."""
        world = self.floor.world
        stands = world.parcels.get(parcel.lpn)
        if parcel.state == ON_VAN:
            if stands != parcel.place:
                self.floor.take_from_lane(parcel.lpn)
                world.put_down(parcel.lpn, parcel.place)
        elif stands is None and parcel.place == self._belt:
            self.floor.ride(parcel.lpn)
        elif parcel.place in self.floor.lanes and stands != parcel.place and stands != OUTSIDE:
            if stands is not None:
                self.floor.take_from_lane(parcel.lpn)
            world.put_down(parcel.lpn, parcel.place)

    def _weigh(self, visitor: Present, screen: Screen | None) -> None:
        """A visitor's carton settles on the scale by itself; an odd one once more."""
        bench = visitor.place
        now = (visitor.worker, visitor.version)
        if screen is None or self._weighing.get(bench) == now or not _weighs(visitor):
            return
        self._weighing[bench] = now
        box, planned_g = str(screen.fields["box"]), int(screen.fields["planned_g"])
        mass_g = planned_g + self.floor.world.odd_mass_g(box)
        weigh = self.floor.weigh_again if screen.fields["got_g"] else self.floor.weigh
        self.floor.agenda.after(LIFT_MS, MACHINES, bench, lambda: weigh(bench, mass_g))

    def _clear_scales(self) -> None:
        """A carton that is weighed, or left, does not stay on the scale."""
        at_scales = {each.place for each in self.visitors if _weighs(each)}
        for bench in self._weighing.keys() - at_scales:
            del self._weighing[bench]
            self.floor.plant.weigh(bench, 0)

    def _occupy(self) -> None:
        """Carts and benches of visitors are not for simulated people, until they are left."""
        held = {each.cart: each.worker for each in self.visitors if each.cart}
        held |= {each.place: each.worker for each in self.visitors if each.place}
        for name in self._kept.keys() - held.keys():
            self.floor.put_back(name)
            del self._kept[name]
        for name in held.keys() - self._kept.keys():
            if self.floor.occupy(name):
                self._kept[name] = held[name]


def _weighs(visitor: Present) -> bool:
    return (visitor.workflow, visitor.step) == ("packing", "weigh")


def _at(place: str) -> str:
    return OUTSIDE if place.startswith(VIRTUAL) else place
