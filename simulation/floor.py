"""Owns one running building: what people can see and do in it, besides the screens.

Machines and world come together here around a controller, wherever its process runs. It refuses
decisions: those are the controller's.
"""

from collections import deque
from collections.abc import Callable, Collection
from typing import Any, Protocol

from controller.core import Controller
from controller.messages import Command, DeviceFault, Screen, WeightRead
from controller.views import outcomes
from controller.views.board import Board, board
from controller.views.screens import screen_of
from devices.transports.transport import Transport
from simulation.aisles import Aisles
from simulation.clock import MACHINES, Agenda
from simulation.machines import Physical, Taken
from simulation.plant import SORTER, Plant, printer_of, scale_of
from simulation.scenario import Scenario
from simulation.streams import Chance
from simulation.world import PUT_BACK, World, places, spots

PUSH_MS = 3_000  # from the bench on to the belt
BOARD_MS = 3_000
LIFT_MS = 1_000  # from the scale and on to it again


class Hosting(Protocol):
    """The process of the controller, as far as people on the floor meet it."""

    @property
    def controller(self) -> Controller: ...
    @property
    def commands(self) -> int:
        """Commands carried out so far, by all processes."""


class Floor:
    """The controller is the real one; all else stands in for hardware, people and partners.

    `end` is the machines' end of the wire; `boot` tells this start of the building from those
    before, in the ids that people and machines make.
    """

    host: Hosting

    def __init__(
        self, scenario: Scenario, agenda: Agenda, world: World, end: Transport, boot: str = ""
    ) -> None:
        self.scenario = scenario
        self.agenda = agenda
        self.world = world
        self.chance = Chance(scenario.seed, f"people/{boot}", agenda.now_ms)
        self.plant = Plant(scenario, agenda, end, world.faults, self._happened, boot or "0")
        self._boot = f"{boot}." if boot else ""
        self._counts: dict[str, int] = {}
        self._free = {kind: deque(names) for kind, names in _pools(scenario).items()}
        self._kind_of = {name: kind for kind, names in self._free.items() for name in names}
        self._bench_of = {
            device: bench.name
            for bench in scenario.machines.benches
            for device in (scale_of(bench.name), printer_of(bench.name))
        }
        self._trays: dict[str, list[tuple[str, ...]]] = {}
        self._displays: dict[str, str] = {}  # bench -> the fault that its scale shows
        self._listeners: dict[str, Callable[[], None]] = {}
        self._sorter_lanes = {each.lane for each in scenario.machines.sorter.diverts}
        narrow = scenario.narrow_aisles or world.site.narrow_aisles
        self.aisles = Aisles(agenda) if narrow else None
        self.walls = frozenset(places(scenario, "wall"))
        self._hand_overs = places(scenario, "hand_over")
        self.lanes = self._sorter_lanes | set(scenario.machines.freight_lanes)
        self._board: Board | None = None
        self._seen = (0, 0)  # when the board was looked up, after how many commands

    @property
    def controller(self) -> Controller:
        return self.host.controller

    def open(self, host: Hosting) -> None:
        """The controller's process is there; people may come."""
        self.host = host

    # --- what people see ---------------------------------------------------------------------

    def new_id(self, who: str) -> str:
        number = self._counts[who] = self._counts.get(who, 0) + 1
        return f"{who}/{self._boot}{number}"

    def board(self) -> Board:
        """What waits on the floor, as one sees it who looks up now and then."""
        now_ms, commands = self.agenda.now_ms(), self.host.commands
        seen_ms, seen_commands = self._seen
        old = seen_commands != commands and now_ms - seen_ms >= BOARD_MS
        if self._board is None or old:
            with self.controller.reading() as db:
                self._board = board(db, now_ms)
            self._seen = (now_ms, commands)
        return self._board

    def counts(self) -> dict[str, int]:
        """How far the day is, for a progress bar."""
        with self.controller.reading() as db:
            return outcomes.progress(db)

    def screen_of(self, badge: str) -> Screen | None:
        with self.controller.reading() as db:
            return screen_of(db, badge)

    def lying(self, lane: str, without: Collection[str]) -> list[str]:
        """The parcels that lie in a lane, in order of arrival."""
        return [each for each in self.world.lanes.get(lane, ()) if each not in without]

    def run_out_waits(self, without: Collection[str]) -> bool:
        """Whether parcels lie at the run-out and nobody is there."""
        run_out = self.scenario.machines.sorter.run_out
        return run_out in self._free["lane"] and bool(self.lying(run_out, without))

    def hand_over_of(self, badge: str) -> str:
        """The hand-over place of a picker's zone; "" where carts do not pass between zones."""
        if not self._hand_overs:
            return ""
        number = int("".join(each for each in badge if each.isdecimal()) or 0)
        return self._hand_overs[number % len(self._hand_overs)]

    def shows_fault(self, bench: str) -> bool:
        """Whether the scale of a bench shows that it cannot weigh what lies on it."""
        return bench in self._displays

    def tell_me(self, bench: str, news: Callable[[], None]) -> None:
        """Calls `news` once, when the machines of a bench have told the controller something."""
        self._listeners[bench] = news

    # --- what people do ----------------------------------------------------------------------

    def take(self, kind: str, name: str = "", without: Collection[str] = ()) -> str:
        """Occupies a free cart, truck, bench or lane; "" when there is none, or it is taken.

        Without a name, any but those that are kept free, and those of `without`.
        """
        free, kept = self._free[kind], {*self.scenario.kept_free, *without}
        name = name or next((each for each in free if each not in kept), "")
        if name not in free:
            return ""
        free.remove(name)
        return name

    def occupy(self, name: str) -> bool:
        """Takes a thing by its name alone; False where it is taken, or nothing of the kind."""
        kind = self._kind_of.get(name)
        return kind is not None and bool(self.take(kind, name))

    def put_back(self, name: str) -> None:
        self._free[self._kind_of[name]].append(name)

    def set_apart(self, sku: str, tote: str, units: int) -> None:
        """Units that nobody asked for go to the put-back shelf; the books do not know them."""
        self.world.faults["found_in_tote"] += 1
        self.world.move(sku, tote, PUT_BACK, units, booked=0)

    def weigh(self, bench: str, mass_g: int) -> None:
        """Sets a carton on the scale."""
        self._displays.pop(bench, None)
        self.plant.weigh(bench, mass_g)

    def weigh_again(self, bench: str, mass_g: int) -> None:
        """Lifts the carton, presses the zero key, and sets it on the scale again."""
        self.plant.weigh(bench, 0)
        self.plant.zero(bench)
        self.agenda.after(LIFT_MS, MACHINES, bench, lambda: self.weigh(bench, mass_g))

    def take_label(self, bench: str, lpn: str) -> str:
        """The code of the parcel in hand, when a label with it lies in the printer's tray."""
        for codes in self._trays.pop(bench, []):
            if any(lpn in code for code in codes):
                return lpn
        return ""

    def send_off(self, bench: str, lpn: str, lane: str) -> None:
        """Takes the parcel off the scale and on to the belt, freight straight to its lane."""
        self.plant.weigh(bench, 0)
        if lane in self.scenario.machines.freight_lanes:
            self.world.put_down(lpn, lane)
            return
        self.ride(lpn, bench)

    def ride(self, lpn: str, bench: str = "") -> None:
        """A parcel gets on to the belt, at its bench or at the first one."""
        start = bench or self.scenario.machines.benches[0].name
        self.world.pick_up(lpn)
        self.agenda.after(PUSH_MS, MACHINES, start, lambda: self.plant.induct(start, lpn, (lpn,)))

    def take_from_lane(self, parcel: str) -> None:
        """Somebody carries a parcel away from where it lies."""
        lane = self.world.pick_up(parcel)
        if lane in self._sorter_lanes:
            self.plant.tell(SORTER, Taken(lane))

    # --- what machines do --------------------------------------------------------------------

    def _happened(self, machine: str, physical: Physical) -> None:
        data: dict[str, Any] = physical.data
        if physical.kind == "label":
            self._trays.setdefault(self._bench_of[machine], []).append(data["label"].codes)
        elif physical.kind == "diverted":
            self.world.put_down(data["parcel"], data["lane"])

    def told(self, command: Command[Any]) -> None:
        """A device has caused a command, and it was carried out: people at its bench may look."""
        """Whoever waits at the bench of a device looks at the screen again."""
        bench = self._bench_of.get(command.actor, "")
        match command:
            case WeightRead() | DeviceFault(fault="online"):
                self._displays.pop(bench, None)
            case DeviceFault(device=device, fault=fault) if device == scale_of(bench):
                self._displays[bench] = fault
        news = self._listeners.pop(bench, None)
        if news is not None:
            news()


def _pools(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    sorter = scenario.machines.sorter
    lanes = (*(divert.lane for divert in sorter.diverts), *scenario.machines.freight_lanes)
    return {
        "cart": spots(scenario, "cart"),
        "truck": spots(scenario, "truck"),
        "bench": tuple(bench.name for bench in scenario.machines.benches),
        "wall": places(scenario, "wall"),
        "station": places(scenario, "station"),
        "lane": lanes,
    }
