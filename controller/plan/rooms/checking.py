"""Whether a plan of loads keeps its problem's rules, apart from what makes plans.

Owns the check of counts, stops, stacks, centres of gravity and axles; the rest is the check of
placements. It refuses to mend: it names the faults.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from controller.plan import placements
from controller.plan.rooms.balancing import off_centre
from controller.plan.rooms.bearing import bars, carriers
from controller.plan.rooms.problem import Goods, Load, Plan, Problem, Room


def faults(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with a plan, each fault in words; nothing where all is well."""
    goods = {each.id: each for each in problem.goods}
    rooms = {each.id: each for each in problem.rooms}
    found = [*_counts(problem, plan)]
    for load in plan.loads:
        found += _load(problem, rooms[load.room], goods, load)
    return found


def _counts(problem: Problem, plan: Plan) -> Iterator[str]:
    held = Counter(unit.ref for load in plan.loads for unit in load.units)
    for id_, number, _ in plan.unloaded:
        held[id_] += number
    for each in problem.goods:
        if held[each.id] != each.quantity:
            yield f"{held[each.id]} of {each.id} are loaded or told of, {each.quantity} exist"
    used = Counter(load.room for load in plan.loads)
    for room in problem.rooms:
        if room.count is not None and used[room.id] > room.count:
            yield f"{used[room.id]} of {room.id} are used, {room.count} exist"


def _load(problem: Problem, room: Room, goods: Mapping[str, Goods], load: Load) -> Iterator[str]:
    yield from placements.faults(
        placements.Room(size=room.size, mass_max_g=room.mass_max_g),
        {id_: each.placed for id_, each in goods.items()},
        load.units,
        placements.Rules(support_percent=100 if problem.support else 0, gravity=problem.support),
    )
    for unit, below in zip(load.units, carriers(load.units), strict=True):
        for at, _ in below:
            if goods[load.units[at].ref].stack < goods[unit.ref].stack:
                yield f"{unit.ref} stands on {load.units[at].ref} of a lower stack"
    for later in load.units:
        for sooner in load.units:
            in_turn = goods[later.ref].stop <= goods[sooner.ref].stop
            if not in_turn and bars(later, sooner, room.open_top):
                yield f"{later.ref} at {later[1:4]} bars {sooner.ref} at {sooner[1:4]}"
    wrong = off_centre(room, goods, load.units)
    if wrong:
        yield wrong
