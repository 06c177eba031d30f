"""Owns how goods to load and rooms are written, in a file or over HTTP, and what a plan says.

It refuses to plan; what is wrong is told by the thing, the field and the fix.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, ValidationError

from api.errors import WrongInput
from api.fields import Code, Said
from controller.plan.loading import Axles, Goods, Load, Plan, Problem, Room
from controller.views.docks import Waiting

KINDS_MAX, UNITS_MAX = 500, 5_000
STACK_G, STACKS_MAX = 5_000, 9  # parcels of so much mass lie on those of no less

Side = Annotated[int, Field(ge=1, le=30_000, description="Millimetres.")]
Mass = Annotated[int, Field(ge=0, le=1_000_000_000, description="Grams.")]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


class GoodsToLoad(Said):
    """Equal units. `upright`: the height stays vertical; `turns`: may be turned about it.

    Units stand on units of the same `stack` or a higher one; nothing rests on `load_max_g` 0.
    `stop` is the number of the delivery along the route.
    """

    id: Annotated[Code, Field(examples=["PALLET-7"])]
    length_mm: Side
    width_mm: Side
    height_mm: Side
    mass_g: Mass = 0
    quantity: Annotated[int, Field(ge=1, le=UNITS_MAX)] = 1
    upright: bool = False
    turns: bool = True
    stack: Annotated[int, Field(ge=0, le=999)] = 0
    load_max_g: Mass | None = None
    stop: Annotated[int, Field(ge=0, le=999)] = 0


class AxlesOfRoom(Said):
    """Where two axles are, from the front wall, and what each takes of the load."""

    front_mm: Annotated[int, Field(ge=-30_000, le=30_000)]
    rear_mm: Annotated[int, Field(ge=-30_000, le=60_000)]
    front_max_g: Mass
    rear_max_g: Mass


class RoomToLoad(Said):
    """A container, vehicle, roll cage (loaded at the end of its length) or pallet (`open_top`)."""

    id: Annotated[Code, Field(examples=["TRUCK"])]
    length_mm: Side
    width_mm: Side
    height_mm: Side
    mass_max_g: Mass | None = None
    cost_cents: Number = 100
    count: Number | None = None
    open_top: bool = False
    centre_mm: tuple[int, int] | None = None
    aside_max_mm: Side | None = None
    axles: AxlesOfRoom | None = None


class LoadList(Said):
    """What is to be loaded, and into what; with `support` each base rests wholly."""

    goods: Annotated[list[GoodsToLoad], Field(min_length=1, max_length=KINDS_MAX)]
    rooms: Annotated[list[RoomToLoad], Field(min_length=1, max_length=50)]
    support: bool = True

    def problem(self) -> Problem:
        """The same for the planner. Raises: WrongInput."""
        units = sum(each.quantity for each in self.goods)
        if units > UNITS_MAX:
            raise WrongInput(f"{units} units are too many: load {UNITS_MAX} at once")
        try:
            return Problem(
                goods=tuple(_goods(each) for each in self.goods),
                rooms=tuple(_room(each) for each in self.rooms),
                support=self.support,
            )
        except ValueError as error:
            raise WrongInput(str(error)) from error


class LaneRooms(Said):
    """What the parcels of a lane are loaded into."""

    rooms: Annotated[list[RoomToLoad], Field(min_length=1, max_length=50)]

    def problem(self, parcels: Sequence[Waiting]) -> Problem:
        """Heavy parcels lie beneath light ones: those of more kilograms are of a higher stack."""
        goods = tuple(
            Goods(
                id=each.lpn,
                size=(each.length_mm, each.width_mm, each.height_mm),
                mass_g=each.mass_g,
                vertical=(False, False, True),
                stack=min(each.mass_g // STACK_G, STACKS_MAX),
            )
            for each in parcels
        )
        rooms = {room.id: _room(room) for room in self.rooms}
        return Problem(goods=goods, rooms=tuple(rooms.values()))


def _goods(given: GoodsToLoad) -> Goods:
    kept = given.model_dump(exclude={"length_mm", "width_mm", "height_mm", "upright"})
    flat = not given.upright
    size = (given.length_mm, given.width_mm, given.height_mm)
    return Goods(size=size, vertical=(flat, flat, True), **kept)


def _room(given: RoomToLoad) -> Room:
    kept = given.model_dump(exclude={"length_mm", "width_mm", "height_mm", "axles"})
    axles = Axles(**given.axles.model_dump()) if given.axles else None
    size = (given.length_mm, given.width_mm, given.height_mm)
    return Room(size=size, axles=axles, **kept)


def load_list(name: str, content: str | bytes) -> LoadList:
    """The load list of a file. Raises: WrongInput with every problem."""
    try:
        return LoadList.model_validate_json(content)
    except ValidationError as error:
        raise WrongInput(*(_told(name, each) for each in error.errors())) from error


def _told(name: str, wrong: Any) -> str:
    path = [str(part + 1) if isinstance(part, int) else part for part in wrong["loc"]]
    got = wrong["input"]
    value = f" {got!r}" if isinstance(got, str | int | float) else ""
    return f"{name}: {' '.join(path) or 'file'}{value}: {wrong['msg']}"


def told(plan: Plan) -> dict[str, Any]:
    """A plan as it is written; placements are [goods, x, y, z, dx, dy, dz] in loading order."""
    return {
        "loads": [_load(load) for load in plan.loads],
        "unloaded": [
            {"goods": id_, "quantity": number, "why": why} for id_, number, why in plan.unloaded
        ],
        "cost_cents": plan.cost_cents,
        "bound_cents": plan.bound_cents,
        "proven": plan.proven,
    }


def _load(load: Load) -> dict[str, Any]:
    return {
        "room": load.room,
        "mass_g": load.mass_g,
        "volume_mm3": load.volume_mm3,
        "centre_mm": load.centre_mm,
        "axles_g": load.axles_g,
        "why": load.why,
        "placements": [list(unit) for unit in load.units],
    }
