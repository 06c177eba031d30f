"""The outbox: what leaves the process goes out at least once, or is given up and told."""

from collections.abc import Callable

import pytest

from controller import outbox
from controller.messages import Event
from controller.turn import Turn
from controller.units import DAY
from tests.house import House

Given = Callable[..., House]


@pytest.fixture
def house(given: Given) -> House:
    return given(stock={"S1": 1})


def emit(house: House, *topics: str, expires_ms: int = outbox.NEVER) -> list[int]:
    def run(turn: Turn) -> list[int]:
        return [
            outbox.emit(turn, topic, {"number": number}, expires_ms=expires_ms)
            for number, topic in enumerate(topics)
        ]

    return house.act(run)


def due(house: House, prefix: str = "") -> list[Event]:
    return house.controller.due(prefix, house.clock.now)


def state(house: House, row_id: int) -> str:
    return str(house.one("SELECT state FROM outbox WHERE id = :id", id=row_id).state)


def test_row_is_due_at_once_with_its_payload(house: House) -> None:
    (row_id,) = emit(house, "device/printer1")
    assert due(house) == [
        Event(
            id=row_id,
            topic="device/printer1",
            payload={"number": 0},
            created_ms=house.clock.now,
            expires_ms=outbox.NEVER,
        )
    ]


def test_deliverer_gets_its_topics_only_oldest_first(house: House) -> None:
    first, _, third, _ = emit(house, "device/b", "carrier/x", "device/a", "devices/c")
    assert [event.id for event in due(house, "device/")] == [first, third]


def test_row_in_the_hands_of_a_transport_is_not_due(house: House) -> None:
    (row_id,) = emit(house, "device/a")
    house.controller.sent(row_id)
    assert due(house) == []
    assert state(house, row_id) == "sent"


def test_failed_send_comes_again_with_growing_pauses_until_it_expires(house: House) -> None:
    (row_id,) = emit(house, "device/a", expires_ms=house.clock.now + DAY)
    pauses: list[int] = []
    while state(house, row_id) == "waiting":
        (event,) = due(house)
        assert event.attempts == len(pauses)
        house.controller.later(event)
        assert due(house) == []
        next_ms = house.one("SELECT next_ms FROM outbox WHERE id = :id", id=row_id).next_ms
        pauses.append(next_ms - house.clock.now)
        house.clock.now = next_ms
        house.controller.tick()
    assert pauses[:10] == [1_000 << n for n in range(10)]
    assert set(pauses[10:]) == {600_000}
    assert DAY <= sum(pauses) <= DAY + 600_000
    assert house.one("SELECT device, detail FROM alarm") == ("a", "expired")


def test_late_failure_does_not_bring_an_answered_row_back(house: House) -> None:
    (row_id,) = emit(house, "device/a")
    (event,) = due(house)
    house.controller.delivered(row_id)
    house.controller.later(event)
    assert due(house) == []
    assert state(house, row_id) == "delivered"
    assert house.all("SELECT * FROM alarm") == []


def test_row_that_was_given_up_stays_so(house: House) -> None:
    (row_id,) = emit(house, "device/a")
    with house.store.transaction() as db:
        assert outbox.give_up(db, row_id)
        assert not outbox.give_up(db, row_id)
        assert not outbox.sent(db, row_id)
        assert not outbox.delivered(db, row_id)
    assert state(house, row_id) == "failed"


def test_row_expires_at_its_deadline_and_not_before(house: House) -> None:
    deadline_ms = house.clock.now + 500
    (row_id,) = emit(house, "device/a", expires_ms=deadline_ms)
    house.clock.now = deadline_ms - 1
    assert house.controller.tick() == deadline_ms
    assert state(house, row_id) == "waiting"
    house.clock.now = deadline_ms
    house.controller.tick()
    assert state(house, row_id) == "failed"


def test_row_is_found_by_its_id(house: House) -> None:
    (row_id,) = emit(house, "device/a")
    with house.store.reading() as db:
        found = outbox.get(db, row_id)
        assert found is not None
        assert found.topic == "device/a"
        assert outbox.get(db, row_id + 1) is None


def test_rows_of_a_refused_command_never_leave(house: House) -> None:
    def run(turn: Turn) -> None:
        outbox.emit(turn, "device/a", {})
        turn.flush()
        raise ValueError("our mistake")

    with pytest.raises(ValueError, match="our mistake"):
        house.act(run)
    assert due(house) == []


def test_row_marked_with_the_next_commit_is_marked_at_the_second_tick_without_one(
    house: House,
) -> None:
    (row_id,) = emit(house, "device/a", expires_ms=house.clock.now)
    house.controller.sent_soon(row_id)
    assert due(house) == []
    house.controller.tick()
    assert state(house, row_id) == "waiting"
    house.controller.tick()
    assert state(house, row_id) == "sent"


def test_many_rows_are_delivered_at_once(house: House) -> None:
    rows = emit(house, "channel/a", "channel/b")
    house.controller.delivered(*rows)
    assert [state(house, row_id) for row_id in rows] == ["delivered"] * 2


def test_topics_that_are_only_asked_for_count_as_delivered_when_due(house: House) -> None:
    heard, other, later = emit(house, "channel/a", "channels", "channel/b")
    with house.store.transaction() as db:
        outbox.later(db, later, house.clock.now, 0)
    house.controller.heard("channel/", house.clock.now)
    assert [state(house, row_id) for row_id in (heard, other, later)] == [
        "delivered",
        "waiting",
        "waiting",
    ]
