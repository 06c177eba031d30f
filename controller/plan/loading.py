"""Loading: which goods go into which container, vehicle, pallet or roll cage, and where each lies.

Owns the choice of rooms, rounds of growing searches, and the reasons of what stays behind. Refuses
loads that break a rule: what rests on goods, the order of stops and the weight are kept, and units
that cannot be are told of.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from controller.plan import Effort, placements
from controller.plan.rooms.checking import faults
from controller.plan.rooms.problem import Axles, Goods, Load, Plan, Problem, Room

if TYPE_CHECKING:
    from controller.plan.rooms.covering import Pool
    from controller.plan.rooms.filling import Filler

__all__ = ["Axles", "Goods", "Load", "Plan", "Problem", "Room", "faults", "solve", "warm"]

FIRST_WORK = 300  # of each search in the first round
GROWTH = 4
PRICINGS = 10  # in each round


def solve(problem: Problem, effort: Effort) -> Plan:
    """Loads of all that the rooms take, at the least cost found.

    Rounds are whole: more effort never gives a worse plan.
    Units: one unit of work is a block placed in a roll-out, some ten microseconds.
    Source: Araya & Riff 2014; Araya, Guerrero & Nunez 2017.
    """
    from controller.plan.rooms.covering import Pool

    work, spent, pool = FIRST_WORK, 0, Pool(problem)
    best: Plan | None = None
    while True:
        plan, took = _round(pool, replace(effort, work=work), effort.work - spent)
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


def _round(pool: "Pool", effort: Effort, most: int) -> tuple[Plan, int]:
    """Rooms filled one after another; then, unless that took too much, the best choice of all
    loads that are known."""
    from controller.plan.rooms.filling import Filler

    problem = pool.problem
    filler = Filler({each.id: each for each in problem.goods}, problem.support, effort)
    plan = _filled(pool, filler, [])
    if plan.unloaded or plan.proven or len(plan.loads) == 1 or filler.spent > most:
        return plan, filler.spent
    _enrich(pool, filler)
    other = _filled(pool, filler, pool.chosen(effort))
    return min(plan, other, key=lambda each: _rank(problem, each)), filler.spent


def _enrich(pool: "Pool", filler: "Filler") -> None:
    """Fill rooms with what is dear at the prices of the loads known, while that helps."""
    left = {each.id: each.quantity for each in pool.problem.goods if each.quantity}
    for _ in range(PRICINGS):
        prices = pool.prices()
        if not any(prices.values()) or filler.effort.should_stop():
            return
        found = [load for room in pool.problem.rooms if (load := filler.fill(room, left, prices))]
        helping = [load for load in found if pool.helps(load, prices)]
        for load in helping:
            pool.add(load)
        if not helping:
            return


def _filled(pool: "Pool", filler: "Filler", chosen: list[Load]) -> Plan:
    """The chosen loads without what they hold too much of; then room after room.

    That is the cheapest that takes all that is left, else the one that takes the most for its
    cost. Where goods of the same kinds and numbers are left, a load is repeated.
    """
    from controller.plan.rooms.filling import without

    problem, rooms = pool.problem, {room.id: room for room in pool.problem.rooms}
    left = {each.id: each.quantity for each in problem.goods if each.quantity}
    free = {room.id: room.count for room in problem.rooms}
    loads: list[Load] = []
    for each in chosen:
        trimmed = without(rooms[each.room], filler.goods, each, left)
        if trimmed is not None:
            left = _taken(loads, free, left, (trimmed, 1))
    while left:
        filled = [
            (room, load)
            for room in problem.rooms
            if free[room.id] != 0 and (load := filler.fill(room, left))
        ]
        if not filled:
            break
        for _, load in filled:
            pool.add(load)
        _, load = min(filled, key=lambda each: _price(each[0], each[1], left))
        left = _taken(loads, free, left, (load, sum(left.values())))
    return _told(problem, loads, left)


def _taken(
    loads: list[Load], free: dict[str, int | None], left: dict[str, int], many: tuple[Load, int]
) -> dict[str, int]:
    """Add a load so often, or as often as its goods and rooms last; what is left then."""
    load, most = many
    held = Counter(unit.ref for unit in load.units)
    count = free[load.room]
    copies = min(most, *(left[id_] // number for id_, number in held.items()))
    copies = copies if count is None else min(copies, count)
    loads += [load] * copies
    free[load.room] = None if count is None else count - copies
    return {id_: rest for id_, number in left.items() if (rest := number - copies * held[id_])}


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
