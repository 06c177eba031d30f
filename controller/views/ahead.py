"""Owns the screens that follow on a picking tour if all goes well, for a dead zone.

Each step is a screen and the codes that lead on from it, drawn by the flow itself from rows that
are only read. It refuses to guess what needs a decision: SHORT, SKIP, FULL, another lot.
"""

from collections.abc import Callable
from dataclasses import dataclass

from controller.messages import Screen
from controller.store import Db, Row
from controller.turn import Turn
from controller.workflows import passing, picking, touring
from controller.workflows.handheld import Job, load
from controller.workflows.table import HANDHELD

STEPS_MAX = 2_000

_ITEM_CODES = (
    "SELECT code, ref, units FROM barcode WHERE kind = 'item' AND ref IN "
    "(SELECT sku FROM task WHERE tour = :tour) ORDER BY code"
)
_CODES_OF = "SELECT code FROM barcode WHERE kind = :kind AND ref = :ref ORDER BY code"
_FREE_TOTES = touring.FREE_TOTES + " LIMIT :n"
_IN_BINS = (
    "SELECT place, sku, SUM(qty) AS qty FROM stock WHERE status = 'available' AND place IN "
    "(SELECT from_place FROM task WHERE tour = :tour) GROUP BY place, sku ORDER BY place, sku"
)
_SIZE = (
    "SELECT COUNT(*) FROM task WHERE tour = :tour AND state IN ('open', 'done', 'short') "
    "AND kind = 'pick'"
)
_SLOTS = (
    "SELECT slot, kind, lpn FROM load WHERE tour = :tour AND state IN ('planned', 'picking') "
    "ORDER BY slot, id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`moves`: a code, as `barcodes.read` normalises it, and the position of its next step."""

    screen: Screen  # its version is 0: the page counts on from the screen that it has
    moves: dict[str, int]
    picked: int  # picks of the tour that are done here


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    slot: int
    kind: str
    lpn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The tour as a handheld shows it; `steps[0]` is the present screen, of this `version`."""

    version: int = 0
    steps: tuple[Step, ...] = ()
    picks: int = 0
    slots: tuple[Slot, ...] = ()


def ahead(db: Db, worker: str) -> Ahead:
    """The way to the end of the worker's tour; empty for other work."""
    turn = Turn(db, seq=0, command_id="", actor="", now_ms=0)
    job = load(turn, worker)
    if job is None or job.workflow != "picking":
        return Ahead()
    version, job.version = job.version, 0
    if "tour" not in job.data:
        screen = HANDHELD.screen(job)
        return Ahead(version=version, steps=(Step(screen=screen, moves={}, picked=0),))
    tour = job.data["tour"]
    walk = _Walk(job)
    walk.to_the_end()
    return Ahead(
        version=version,
        steps=tuple(walk.steps),
        picks=walk.size,
        slots=tuple(Slot(**row._asdict()) for row in db.all(_SLOTS, tour=tour)),
    )


def _visit(task: Row) -> tuple[int, str, str, str, str]:
    """Picks with the same answer are made together: see visiting."""
    return task.load, task.from_place, task.sku, task.lot, task.owner


class _Walk:
    """Leads one job through the flow; what a scan will lead to is known before it is made."""

    def __init__(self, job: Job) -> None:
        self.steps: list[Step] = []
        self._job, self._db, tour = job, job.turn.db, job.data["tour"]
        self.size = int(self._db.value(_SIZE, tour=tour))
        self._tasks = self._db.all(picking.OPEN_TASKS, tour=tour, zone=job.data.get("zone", 0))
        self._left = {row.id: int(row.qty - row.done_qty) for row in self._tasks}
        self._loads = self._db.all(touring.PLANNED_LOADS, tour=tour)
        self._totes: dict[int, str] = {}
        bins = self._db.all(_IN_BINS, tour=tour)
        self._bins = {(row.place, row.sku): int(row.qty) for row in bins}
        self._units: dict[str, dict[str, int]] = {}
        for row in self._db.all(_ITEM_CODES, tour=tour):
            self._units.setdefault(row.ref, {})[row.code] = int(row.units)

    def to_the_end(self) -> None:
        at: dict[str, Callable[[], bool]] = {
            "tote": self._tote,
            "carton": self._carton,
            "plate": self._plate,
            "place": self._place,
            "item": self._item,
            "count": self._count,
            "drop": self._drop,
            "zero": self._zero,
            "hand_over": self._hand_over,
        }
        while (step := at.get(self._job.step)) and len(self.steps) < STEPS_MAX:
            if not step():
                return
        self._add()

    def _add(self, *codes: str) -> None:
        """The present screen; each of the codes leads to the one that is added after it."""
        following = len(self.steps) + 1
        self._add_with(dict.fromkeys(codes, following))

    def _add_with(self, moves: dict[str, int]) -> None:
        picked = self.size - sum(units > 0 for units in self._left.values())
        screen = HANDHELD.screen(self._job)
        self.steps.append(Step(screen=screen, moves=moves, picked=picked))

    def _did(self, message: str, undo: bool = False) -> bool:
        self._job.last, self._job.undo = message, {} if undo else None
        return True

    def _codes(self, kind: str, ref: str) -> list[str]:
        return [row.code for row in self._db.all(_CODES_OF, kind=kind, ref=ref)]

    def _tote(self, undo: bool = False) -> bool:
        data = self._job.data
        self._add(*self._codes("container", data["tote"]))
        self._totes[data["load"]] = data["tote"]
        rest = [row for row in self._loads if row.id not in self._totes]
        if not data["tote"] or not rest:
            return bool(data["tote"]) and self._next_pick("", undo)
        touring.show_load(self._job, rest[0], self._free_tote(rest[0].kind))
        return self._did("take_carton" if self._job.step == "carton" else "scan_tote", undo)

    def _carton(self) -> bool:
        self._add(*self._codes("carton_type", self._job.data["carton"]))
        self._job.goto("plate", tote=self._free_tote("carton"))
        return self._did("stick_plate", undo=True)

    def _plate(self) -> bool:
        return self._tote(undo=True)

    def _free_tote(self, kind: str) -> str:
        used = set(self._totes.values())
        rows = self._db.all(_FREE_TOTES, kind=kind, n=len(used) + 1)
        return next((row.lpn for row in rows if row.lpn not in used), "")

    def _next_pick(self, message: str, undo: bool = False) -> bool:
        joined = [row for row in self._loads if row.id not in self._totes]
        if joined:
            touring.show_load(self._job, joined[0], self._free_tote(joined[0].kind))
            return self._did("order_joined", undo)
        task = next((row for row in self._tasks if self._left[row.id] > 0), None)
        if task is None:
            touring.show_end(self._job)
            return self._did(message or "tour_complete", undo)
        zone = self._job.data.get("zone", 0)
        if task.zone != zone and passing.show_hand_over(self._job, task.zone):
            return self._did(message or "zone_complete", undo)
        tote = self._totes.get(task.load, task.lpn)
        units = sum(self._left[row.id] for row in self._together(task))
        shown = picking.show_pick(self._job, task._replace(lpn=tote), units)
        return self._did(message or shown, undo)

    def _together(self, task: Row) -> list[Row]:
        """The open picks that are made with this one."""
        return [row for row in self._tasks if _visit(row) == _visit(task) and self._left[row.id]]

    def _place(self) -> bool:
        self._add(*self._codes("place", self._job.data["place"]))
        self._job.goto("item")
        return self._did("place_ok")

    def _item(self) -> bool:
        """Scan by scan each number of units has its screen; many units are keyed in."""
        data, units = self._job.data, self._units.get(self._job.data["sku"], {})
        if data["got"] == 0 and data["qty"] >= self._job.turn.site.count_from_units:
            self._add(*units)
            self._job.goto("count")
            return self._did("count_units", undo=True)
        qty, offset = data["qty"], len(self.steps) - data["got"]
        for got in range(data["got"], qty):
            data["got"] = got
            reach = {code: got + n for code, n in units.items() if got + n <= qty}
            self._add_with({code: offset + then for code, then in reach.items()})
            self._did("item_ok", undo=True)
        self._job.goto("drop", got=qty)
        return True

    def _count(self) -> bool:
        self._add(str(self._job.data["qty"]))
        self._job.goto("drop", got=self._job.data["qty"])
        return self._did("count_ok", undo=True)

    def _drop(self) -> bool:
        data = self._job.data
        task = next((row for row in self._tasks if row.id == data["task"]), None)
        rows, got = self._together(task) if task else [], data["got"]
        if not 0 < got <= sum(self._left[row.id] for row in rows):
            self._add()
            return False
        self._add(*self._codes("container", data["tote"]))
        left = got
        for row in rows:
            taken = min(left, self._left[row.id])
            self._left[row.id] -= taken
            left -= taken
        here = (data["place"], data["sku"])
        self._bins[here] = self._bins.get(here, 0) - got
        if self._job.turn.site.zero_check and self._bins[here] <= 0:
            self._job.goto("zero")
            return self._did("is_it_empty", undo=True)
        return self._next_pick("picked", undo=True)

    def _zero(self) -> bool:
        self._add("EMPTY")
        return self._next_pick("picked", undo=True)

    def _hand_over(self) -> bool:
        """The way of a cart ends here, or goes on in the hands of others."""
        if self._job.data.get("to_zone", 0):
            self._add()
            return False
        ends = [touring.wall_of(self._job), *(row.name for row in self._db.all(touring.ENDS))]
        self._add(*(code for name in ends for code in self._codes("place", name)))
        self._job.home()
        return self._did("handed_over")
