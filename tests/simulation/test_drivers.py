"""What drivers of own vans meet with: late ones, nobody at home, neighbours, one who says no."""

from collections import Counter

import pytest

from controller.units import MINUTE
from simulation.outside.driver import at_the_door, traffic_ms
from simulation.streams import Streams

CALLS = 4_000


def calls(kind: str) -> Counter[str]:
    streams = Streams(7)
    return Counter(at_the_door(streams.stream(f"door/{n}"), kind) for n in range(CALLS))


@pytest.mark.parametrize(
    ("who", "percent"),
    [("NOT_HOME", 4), ("REFUSED", 1), ("NEIGHBOUR", 12), ("SAFE_PLACE", 8), ("CUSTOMER", 75)],
)
def test_an_order_is_taken_as_often_as_people_are_there(who: str, percent: int) -> None:
    assert abs(100 * calls("order")[who] / CALLS - percent) < 1.5


def test_what_is_fetched_is_never_refused() -> None:
    assert not {"NOT_HOME", "REFUSED"} & set(calls("return"))


def test_a_call_meets_with_the_same_whatever_was_drawn_before() -> None:
    def met(before: int) -> str:
        streams = Streams(7)
        for nth in range(before):
            at_the_door(streams.stream(f"door/{nth}"), "order")
        return at_the_door(streams.stream("door/web/77"), "order")

    assert met(0) == met(50)


def test_vans_are_late_more_often_than_early_and_by_minutes() -> None:
    streams = Streams(7)
    late = [traffic_ms(streams.stream(f"traffic/{n}")) for n in range(CALLS)]
    assert min(late) >= -3 * MINUTE
    assert max(late) <= 9 * MINUTE
    assert 0.6 < sum(each > 0 for each in late) / CALLS < 0.9
