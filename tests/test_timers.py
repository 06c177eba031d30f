"""Timers: what happens later happens once, in order of time."""

from collections.abc import Callable
from functools import partial

import pytest

from controller import timers
from controller.messages import SetUpSite, SiteSettings
from controller.turn import Turn
from tests.house import House

Given = Callable[..., House]


@pytest.fixture
def house(given: Given) -> House:
    return given(stock={"S1": 1})


def set_timers(house: House, **due_ms: int) -> None:
    def run(turn: Turn) -> None:
        for ref, at_ms in due_ms.items():
            timers.set_timer(turn, "hold", ref, at_ms)

    house.act(run)


def due(house: House, now_ms: int) -> list[str]:
    with house.store.reading() as db:
        ids = timers.due(db, now_ms)
        return [db.the("SELECT ref FROM timer WHERE id = :id", id=each).ref for each in ids]


def test_timers_fire_in_order_of_their_time(house: House) -> None:
    set_timers(house, late=30, first=10, second=10, early=5)
    assert due(house, 9) == ["early"]
    assert due(house, 30) == ["early", "first", "second", "late"]


def test_next_time_is_that_of_the_earliest_timer(house: House) -> None:
    set_timers(house, late=30, early=5)
    with house.store.reading() as db:
        assert timers.next_due_ms(db) == 5


def test_cancelled_timer_is_gone(house: House) -> None:
    set_timers(house, one=5, other=5)
    house.act(lambda turn: timers.cancel(turn, "hold", "one"))
    assert due(house, 5) == ["other"]
    assert not house.act(lambda turn: timers.is_set(turn, "hold", "one"))
    assert house.act(lambda turn: timers.is_set(turn, "hold", "other"))


def test_timer_can_be_taken_once(house: House) -> None:
    set_timers(house, one=5)
    timer_id = house.one("SELECT id FROM timer WHERE ref = 'one'").id
    taken = house.act(lambda turn: timers.take(turn, timer_id))
    assert (taken.name, taken.ref, taken.due_ms) == ("hold", "one", 5)
    assert house.act(lambda turn: timers.take(turn, timer_id)) is None


def test_house_without_timers_has_no_next_time(house: House) -> None:
    for planned in ("release", "carriers"):
        house.act(partial(timers.cancel, name=planned, ref=""))
    with house.store.reading() as db:
        assert timers.next_due_ms(db) is None
    assert house.controller.next_due_ms() is None


def test_plan_cycle_comes_again_by_itself_and_is_set_up_once(house: House) -> None:
    house.handle(SetUpSite(id="again", settings=SiteSettings(plan_every_ms=60_000)))
    for _ in range(3):
        expected = house.clock.now + 60_000
        assert house.controller.next_due_ms() == expected
        house.clock.now = expected
        assert house.controller.tick() == expected + 60_000


def test_more_timers_than_one_look_takes_all_fire(house: House) -> None:
    for number in range(130):
        house.order(str(number), {"S1": 1}, hold_ms=1_000)
    house.clock.now += 1_000
    house.controller.tick()
    assert house.all("SELECT id FROM customer_order WHERE state <> 'cancelled' ORDER BY id") == []
    assert house.free("S1") == 1


def test_a_timer_whose_work_failed_is_told_by_name_and_comes_again_until_it_is_done(
    house: House,
) -> None:
    site = house.one("SELECT value FROM setting WHERE name = 'site'").value
    house.order("1", {"S1": 1}, hold_ms=60_000)
    with house.store.transaction() as db:
        db.run("UPDATE setting SET value = '{' WHERE name = 'site'")
        db.run("UPDATE timer SET due_ms = 0 WHERE name IN ('release', 'hold')")
        db.run("UPDATE timer SET ref = 'shop/0' WHERE name = 'hold'")
    house.controller.tick()
    failed = "SELECT device FROM alarm WHERE fault = 'failed' AND state = 'open' ORDER BY device"
    assert [row.device for row in house.all(failed)] == ["timer/hold/shop/0", "timer/release"]
    with house.store.transaction() as db:
        db.run("UPDATE setting SET value = :site WHERE name = 'site'", site=site)
        db.run("UPDATE timer SET ref = 'shop/1' WHERE name = 'hold'")
    house.clock.now += timers.AGAIN_MS
    house.controller.tick()
    assert [row.device for row in house.all(failed)] == ["timer/hold/shop/0"]
    assert house.one("SELECT state FROM customer_order ORDER BY id").state == "cancelled"
    assert house.one("SELECT COUNT(*) AS n FROM timer WHERE name = 'release'").n == 1
