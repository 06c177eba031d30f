"""Owns where a simulated worker looks for the next work: by role, at what lies on the floor."""

from collections.abc import Callable
from typing import NamedTuple

from controller.views.board import Board
from simulation.floor import Floor
from simulation.scenario import Person


class Found(NamedTuple):
    """Work: go to `at`, scan `raw`, and occupy `hold` while it lasts."""

    raw: str
    at: str
    hold: str = ""


class Idle(NamedTuple):
    """Nothing to do at the moment."""


Seek = Callable[[Floor, Person, Board, str], Found | Idle]


def seek(floor: Floor, person: Person, held: str) -> Found | Idle:
    """The next work for a worker of this role."""
    return _BY_ROLE[person.role](floor, person, floor.board(), held)


def _picker(floor: Floor, _person: Person, board: Board, _held: str) -> Found | Idle:
    for cart in board.parked:
        if floor.take("truck" if cart.startswith("TRUCK") else "cart", cart):
            return Found(cart, "DEPOT", cart)
    for container, vehicle in (("cage", "truck"), ("tote", "cart")):
        if board.tours.get(container):
            found = floor.take(vehicle)
            if found:
                return Found(found, "DEPOT", found)
    return Idle()


def _packer(floor: Floor, _person: Person, board: Board, held: str) -> Found | Idle:
    if not board.loads:
        return Idle()
    bench = held or floor.take("bench")
    return Found(bench, bench, bench) if bench else Idle()


def _loader(floor: Floor, _person: Person, board: Board, _held: str) -> Found | Idle:
    run_out = floor.scenario.machines.sorter.run_out
    if floor.world.lanes.get(run_out) and floor.take("lane", run_out):
        return Found(run_out, run_out, run_out)
    for lane in sorted(board.lanes, key=lambda name: (-board.lanes[name], name)):
        if lane and floor.take("lane", lane):
            return Found(lane, lane, lane)
    return Idle()


def _returns(_floor: Floor, _person: Person, board: Board, _held: str) -> Found | Idle:
    if board.returns:
        return Found("RETURNS", "RETURNS")
    return Found("NEXT", "") if board.tasks else Idle()


def _receiver(_floor: Floor, _person: Person, board: Board, _held: str) -> Found | Idle:
    if board.receipts:
        return Found("DOCK-01", "DOCK-01")
    return Found("NEXT", "") if board.tasks else Idle()


def _replenisher(_floor: Floor, _person: Person, board: Board, _held: str) -> Found | Idle:
    return Found("NEXT", "") if board.tasks else Idle()


_BY_ROLE: dict[str, Seek] = {
    "picker": _picker,
    "packer": _packer,
    "loader": _loader,
    "returns": _returns,
    "receiver": _receiver,
    "replenisher": _replenisher,
}
