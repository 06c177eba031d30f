"""Partners that do not answer: who hears of it, and the order that is taken back from one."""

import pytest

from controller.errors import NotFound, Refused
from controller.messages import (
    CancelOrder,
    FireTimer,
    RefuseConsignment,
    ShipConsignment,
    TakeBackConsignment,
)
from controller.units import HOUR
from controller.views.nodes import network
from tests.workflows.floor import Floor
from tests.workflows.test_stores import promised, state, with_partner

BACK = TakeBackConsignment(id="back", order="shop/1", node="3PL", reason="nobody answers")
SENT = ShipConsignment(id="sent", order="shop/1", node="3PL", tracking="T1", carrier="Swift")


def alarms(floor: Floor) -> list[tuple[str, str, int]]:
    rows = floor.all("SELECT * FROM alarm WHERE fault = 'partner_silent' AND state = 'open'")
    return [(row.device, row.detail, row.times) for row in rows]


def wait(floor: Floor, hours: int) -> None:
    """Until so long after the order should have left, and two rounds of planning on."""
    due_ms = floor.value("SELECT ready_ms FROM consignment")
    for after_ms in (0, 300_000):
        floor.clock.ms = due_ms + hours * HOUR + after_ms
        (timer,) = floor.all("SELECT id FROM timer WHERE name = 'sourcing'")
        floor.do(FireTimer(id=floor.id(), timer=timer.id))


def unanswered(floor: Floor) -> list[tuple[str, str]]:
    with floor.controller.reading() as db:
        return [(each.order, each.state) for each in network(db, floor.clock.ms).unanswered]


def test_order_that_should_have_left_two_hours_ago_raises_one_alarm() -> None:
    floor = with_partner()
    wait(floor, 1)
    assert alarms(floor) == []
    assert unanswered(floor) == [("shop/1", "told")]
    wait(floor, 2)
    ((device, detail, times),) = alarms(floor)
    assert (device, times) == ("node/3PL", 1)
    assert detail.startswith("no answer for shop/1, which was to leave at ")


def test_answer_ends_the_alarm_with_the_next_round() -> None:
    floor = with_partner()
    wait(floor, 2)
    floor.do(SENT)
    wait(floor, 3)
    assert alarms(floor) == []
    assert unanswered(floor) == []


def test_order_taken_back_ships_from_elsewhere_and_the_partner_is_asked_to_stop() -> None:
    floor = with_partner()
    wait(floor, 2)
    floor.do(BACK)
    assert promised(floor) == {"main": 2}
    assert [each.payload["order"] for each in floor.sent("channel/recall")] == ["shop/1"]
    assert (alarms(floor), unanswered(floor)) == ([], [])
    with pytest.raises(NotFound, match="no consignment"):
        floor.do(SENT)
    assert floor.stock("3PL") == {"MUG": 5}
    assert floor.books_balance()


def test_cancelled_order_of_a_silent_partner_ends_when_it_is_taken_back() -> None:
    floor = with_partner()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    wait(floor, 2)
    floor.do(BACK)
    assert state(floor) == "cancelled"
    assert len(floor.sent("channel/recall")) == 1
    assert floor.books_balance()


def test_what_the_partner_was_not_told_or_has_given_back_is_not_taken_back() -> None:
    floor = with_partner()
    floor.order("2", {"MUG": 1})
    with pytest.raises(Refused, match="not told"):
        floor.do(TakeBackConsignment(id="other", order="shop/2", node="3PL"))
    floor.do(RefuseConsignment(id="no", order="shop/1", node="3PL"))
    with pytest.raises(NotFound, match="no consignment"):
        floor.do(BACK)
