"""Chance hangs on what it is about: what else happens, sooner or later, moves no draw."""

from concurrent.futures import Executor

from controller.messages import Screen
from controller.store import open_store
from controller.units import DAY
from simulation.building import scenario_generated
from simulation.clock import Agenda
from simulation.hands import Hands
from simulation.host import virtual_floor
from simulation.streams import Chance
from simulation.world import world_of

MANY = 40
PPM = 1_000_000


def test_a_draw_moves_no_other() -> None:
    def mugs(between: tuple[str, ...]) -> list[int]:
        chance = Chance(1, "people", lambda: 0)
        drawn = []
        for _ in range(MANY):
            drawn.append(chance.below(100, "mug"))
            for about in between:
                chance.below(100, about)
        return drawn

    assert mugs(()) == mugs(("cup", "plate"))
    assert len(set(mugs(()))) > MANY // 3


def test_a_day_begins_with_chance_of_its_own() -> None:
    now = [0]
    lasting = Chance(1, "people", lambda: now[0])

    def three(chance: Chance, day: int) -> list[int]:
        now[0] = day * DAY
        return [chance.below(PPM, "mug") for _ in range(3)]

    first, second = three(lasting, 1), three(lasting, 2)
    assert first != second
    assert second == three(Chance(1, "people", lambda: now[0]), 2)


def test_numbers_come_at_their_rate() -> None:
    chance = Chance(1, "people", lambda: 0)
    drawn = [chance.below(7, f"{nth}") for nth in range(7_000)]
    assert {*drawn} == {*range(7)}
    assert all(850 < drawn.count(each) < 1_150 for each in range(7))


def test_chance_of_a_worker_is_that_of_the_work_whoever_does_it(planner: Executor) -> None:
    picks = [_screen("picking", "item", place=f"A{nth}", sku="MUG") for nth in range(MANY)]
    packs = [_screen("packing", "item", order=f"web/{nth}", sku="MUG") for nth in range(MANY)]

    def faults(who: int, *work: Screen) -> dict[str, bool]:
        hands = _workers(planner)[who]
        found = {}
        for each in work:
            hands.turn_to(each)
            found[hands.about] = hands.happens(PPM // 2, "wrong_scan")
        return found

    forth, back = faults(0, *picks, *packs), faults(1, *packs, *reversed(picks))
    assert forth == back
    assert len(forth) == 2 * MANY
    assert 0 < sum(forth.values()) < 2 * MANY


def _workers(planner: Executor) -> list[Hands]:
    scenario = scenario_generated(orders=5, seed=3)
    store, agenda = open_store("sqlite://"), Agenda(scenario.day_start_ms)
    floor = virtual_floor(scenario, store, agenda, world_of(scenario), planner)[0]
    return [Hands(person, floor) for person in scenario.staff[:2]]


def _screen(workflow: str, step: str, **fields: str) -> Screen:
    return Screen(workflow=workflow, step=step, version=1, fields=dict(fields))
