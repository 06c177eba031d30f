"""Loading: which goods go into which container, vehicle, pallet or roll cage, and where each lies.

Owns the choice of rooms, rounds of growing searches, and the reasons of what stays behind. Refuses
loads that break a rule: what rests on goods, the order of stops and the weight are kept, and units
that cannot be are told of.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from controller.plan import Effort, placements
from controller.plan.rooms.checking import faults
from controller.plan.rooms.problem import Axles, Goods, Load, Plan, Problem, Room

__all__ = ["Axles", "Goods", "Load", "Plan", "Problem", "Room", "faults", "solve", "warm"]

FIRST_WORK = 300  # of each search in the first round
GROWTH = 4


def solve(problem: Problem, effort: Effort) -> Plan:
    """Loads of all that the rooms take, at the least cost found.

    Rounds are whole: more effort never gives a worse plan.
    Units: one unit of work is a block placed in a roll-out, some ten microseconds.
    Source: Araya & Riff 2014; Araya, Guerrero & Nunez 2017.
    """
    work, spent = FIRST_WORK, 0
    best: Plan | None = None
    while True:
        plan, took = _round(problem, replace(effort, work=work))
        best = plan if best is None or _rank(problem, plan) < _rank(problem, best) else best
        spent += took
        over = spent + GROWTH * took > effort.work or effort.should_stop()
        if over or best.proven or not took:
            return best
        work *= GROWTH


def warm() -> None:
    """Loads the compiled search, or compiles it once for this installation."""
    goods = (Goods(id="", size=(1, 1, 1), quantity=2),)
    room = Room(id="", size=(2, 1, 1))
    for support in (False, True):
        solve(Problem(goods=goods, rooms=(room,), support=support), Effort(work=1))


def _rank(problem: Problem, plan: Plan) -> tuple[int, int, int]:
    """What stays behind, what the rooms cost, and how many they are."""
    sizes = {each.id: each.volume_mm3 for each in problem.goods}
    behind = sum(sizes[id_] * number for id_, number, _ in plan.unloaded)
    return behind, plan.cost_cents, len(plan.loads)


def _round(problem: Problem, effort: Effort) -> tuple[Plan, int]:
    """Room after room: the cheapest that takes all that is left, else the most for its cost.

    Where goods of the same kinds and numbers are left, a load is repeated.
    """
    from controller.plan.rooms.filling import Filler

    goods = {each.id: each for each in problem.goods}
    filler = Filler(goods, problem.support, effort)
    left = {each.id: each.quantity for each in problem.goods if each.quantity}
    free = {room.id: room.count for room in problem.rooms}
    loads: list[Load] = []
    while left:
        filled = [
            (room, load)
            for room in problem.rooms
            if free[room.id] != 0 and (load := filler.fill(room, left))
        ]
        if not filled:
            break
        room, load = min(filled, key=lambda each: _price(each[0], each[1], left))
        held = Counter(unit.ref for unit in load.units)
        count = free[room.id]
        copies = min(left[id_] // number for id_, number in held.items())
        copies = copies if count is None else min(copies, count)
        loads += [load] * copies
        free[room.id] = None if count is None else count - copies
        left = {id_: rest for id_, number in left.items() if (rest := number - copies * held[id_])}
    return _told(problem, loads, left), filler.spent


def _price(room: Room, load: Load, left: Mapping[str, int]) -> tuple[int, float, str]:
    """Rooms that take all first; then what a room costs for what it takes."""
    if len(load.units) == sum(left.values()):
        return 0, room.cost_cents, room.id
    return 1, max(1, room.cost_cents) / load.volume_mm3, room.id


def _told(problem: Problem, loads: list[Load], left: Mapping[str, int]) -> Plan:
    costs = {room.id: room.cost_cents for room in problem.rooms}
    cost = sum(costs[load.room] for load in loads)
    goods = {each.id: each for each in problem.goods}
    unloaded = tuple(
        (id_, number, _reason(problem, goods[id_])) for id_, number in sorted(left.items())
    )
    bound = min(cost, bound_cents(problem))
    proven = bound == cost and not any(
        _fits(room, goods[id_]) for id_ in left for room in problem.rooms
    )
    return Plan(
        loads=tuple(loads),
        unloaded=unloaded,
        cost_cents=cost,
        bound_cents=bound,
        proven=proven,
    )


def _fits(room: Room, goods: Goods) -> bool:
    """Whether a room takes one unit alone, by its measures and mass."""
    if room.mass_max_g is not None and goods.mass_g > room.mass_max_g:
        return False
    return any(
        all(part <= whole for part, whole in zip(way, room.size, strict=True))
        for way in placements.ways(goods.placed)
    )


def _reason(problem: Problem, goods: Goods) -> str:
    """Why units stay behind."""
    fitting = [room for room in problem.rooms if _fits(room, goods)]
    if not fitting:
        measures = " x ".join(map(str, goods.size))
        return f"{measures} mm and {goods.mass_g} g fit no room as it may lie"
    if all(room.count is not None for room in fitting):
        return "the rooms that it fits are full"
    return "its weight cannot lie well in any room that it fits"


def bound_cents(problem: Problem) -> int:
    """What the rooms cost at least for the goods that fit one, by volume and by mass."""
    goods = [each for each in problem.goods if any(_fits(room, each) for room in problem.rooms)]
    volume = sum(each.volume_mm3 * each.quantity for each in goods)
    mass = sum(each.mass_g * each.quantity for each in goods)
    masses = [room.mass_max_g for room in problem.rooms]
    bounds = [_share(volume, [(room.cost_cents, room.volume_mm3) for room in problem.rooms])]
    if all(masses):
        pairs = zip(problem.rooms, masses, strict=True)
        bounds.append(_share(mass, [(room.cost_cents, most or 1) for room, most in pairs]))
    return max(bounds)


def _share(total: int, rooms: list[tuple[int, int]]) -> int:
    """The least cost of rooms that hold a total, each as (cost, what it holds)."""
    if len(rooms) == 1:
        cost, holds = rooms[0]
        return cost * -(-total // holds)
    return min(-(-total * cost // holds) for cost, holds in rooms)
