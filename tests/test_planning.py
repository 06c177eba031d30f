"""The plan cycle when a plan cannot be made: it is told, and everything else goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import pytest

from api.planning import PlanCycle
from controller import outbox
from controller.messages import Command
from controller.plan import Effort
from controller.store import Db
from controller.turn import Turn
from controller.workflows.planned import Planned
from tests.house import House
from tests.until import until

Given = Callable[..., House]
GIVEN_UP = "SELECT device, fault, detail FROM alarm ORDER BY device"
STATES = "SELECT topic, state FROM outbox ORDER BY id"


def snapshot(_db: Db, now_ms: int) -> int:
    return now_ms


def solve(problem: int, _effort: Effort) -> int:
    return problem


def no_commands(_plan: int, _request: int) -> list[Command[Any]]:
    return []


def breaks(*_given: Any) -> Any:
    raise LookupError("aisle 7 is gone")


def planned(
    *,
    snapshot: Callable[[Db, int], Any] = snapshot,
    solve: Callable[[Any, Effort], Any] = solve,
    commands: Callable[[Any, int], Any] = no_commands,
) -> Planned:
    return Planned(snapshot=snapshot, solve=solve, commands=commands, work=1)


@pytest.fixture
def house(given: Given) -> House:
    return given(stock={})


@pytest.fixture
def threads() -> Iterator[Callable[[], Executor]]:
    with ThreadPoolExecutor(1) as executor:
        yield lambda: executor


def ask(turn: Turn) -> None:
    for topic in ("plan/broken", "plan/whole"):
        outbox.emit(turn, topic, {})


@pytest.mark.parametrize(
    "broken",
    [planned(snapshot=breaks), planned(solve=breaks), planned(commands=breaks)],
    ids=["snapshot", "solve", "commands"],
)
def test_a_plan_that_cannot_be_made_is_told_and_others_are_made(
    house: House, threads: Callable[[], Executor], broken: Planned
) -> None:
    table = {"plan/broken": broken, "plan/whole": planned()}
    cycle = PlanCycle(house.controller, lambda: None, table, threads)
    house.act(ask)

    def settled() -> bool:
        cycle.round()
        return all(row.state in ("delivered", "failed") for row in house.all(STATES))

    until(settled, "plans")
    assert [tuple(row) for row in house.all(STATES)] == [
        ("plan/broken", "failed"),
        ("plan/whole", "delivered"),
    ]
    (alarm,) = house.all(GIVEN_UP)
    assert (alarm.device, alarm.fault) == ("plan/broken", "given_up")
    assert "aisle 7 is gone" in alarm.detail
    assert cycle.plans == 1
