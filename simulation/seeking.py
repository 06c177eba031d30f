"""Owns where a simulated worker looks for the next work: by role, at what lies on the floor."""

from collections.abc import Callable
from typing import NamedTuple

from controller.views.board import Board
from simulation.hands import Hands


class Found(NamedTuple):
    """Work: go to `at`, scan `raw`, and occupy `hold` while it lasts."""

    raw: str
    at: str
    hold: str = ""


class Idle(NamedTuple):
    """Nothing to do at the moment."""


Seek = Callable[[Hands, Board], Found | Idle]


def seek(hands: Hands) -> Found | Idle:
    """The next work for a worker of this role."""
    return _BY_ROLE[hands.person.role](hands, hands.floor.board())


def _picker(hands: Hands, board: Board) -> Found | Idle:
    for station in board.stations:
        if hands.floor.take("station", station):
            return Found(station, station, station)
    take, own = hands.floor.take, hands.floor.hand_over_of(hands.person.badge)
    for cart, at in sorted(board.parked.items(), key=lambda each: (each[1] != own, each[0])):
        if take("truck" if cart.startswith("TRUCK") else "cart", cart):
            return Found(cart, at or "DEPOT", cart)
    for container, vehicle in (("cage", "truck"), ("tote", "cart")):
        if board.tours.get(container):
            found = take(vehicle, without=board.parked)
            if found:
                return Found(found, "DEPOT", found)
    return Idle()


def _packer(hands: Hands, board: Board) -> Found | Idle:
    """Totes at a put wall first: slots that are complete feed the benches."""
    for wall in board.walls:
        if hands.held == wall or hands.floor.take("wall", wall):
            return Found(wall, wall, wall)
    if not board.loads:
        return Idle()
    if hands.held in hands.floor.walls:
        hands.put_down()
    bench = hands.held or hands.floor.take("bench")
    return Found(bench, bench, bench) if bench else Idle()


def _loader(hands: Hands, _board: Board) -> Found | Idle:
    """Where parcels lie: at the run-out first, then in the fullest lane."""
    floor, run_out, aside = hands.floor, hands.floor.scenario.machines.sorter.run_out, hands.aside
    full = {lane: len(floor.lying(lane, aside)) for lane in floor.world.lanes}
    for lane in sorted(full, key=lambda name: (name != run_out, -full[name], name)):
        if full[lane] and floor.take("lane", lane):
            return Found(lane, lane, lane)
    return Idle()


def _returns(_hands: Hands, board: Board) -> Found | Idle:
    if board.returns:
        return Found("RETURNS", "RETURNS")
    return Found("NEXT", "") if board.tasks else Idle()


def _receiver(_hands: Hands, board: Board) -> Found | Idle:
    if board.receipts:
        return Found("DOCK-01", "DOCK-01")
    return Found("NEXT", "") if board.tasks else Idle()


def _replenisher(_hands: Hands, board: Board) -> Found | Idle:
    return Found("NEXT", "") if board.tasks else Idle()


_BY_ROLE: dict[str, Seek] = {
    "picker": _picker,
    "packer": _packer,
    "loader": _loader,
    "returns": _returns,
    "receiver": _receiver,
    "replenisher": _replenisher,
}
