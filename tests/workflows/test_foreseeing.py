"""Parcels that may come yet: what days before had, and what a site says of its days."""

from dataclasses import replace
from typing import Any

import pytest

from controller.errors import Refused
from controller.messages import CountNode, Node, NodeStock, SetUpNodes, SetUpSite
from controller.store import Db, open_store
from controller.units import DAY, HOUR
from controller.views.tenders import tenders
from controller.workflows import shipping
from controller.workflows.carriers import foreseeing
from controller.workflows.carriers.markets import market
from tests.workflows.floor import ECO, MORNING_MS, SETTINGS, Floor
from tests.workflows.test_tendering import (
    DEAR,
    TIERS,
    an_hour_later,
    plan,
    services,
    site,
    weigh,
)

TODAY, NEXT_WEEK = "2024-10-04", "2024-10-11"


def coming(floor: Floor, then_ms: int, **figures: Any) -> int:
    """How many parcels a site with these figures expects yet."""
    with floor.controller.reading() as db:
        return len(foreseeing.expected(db, replace(SETTINGS, **figures), then_ms))


def told_of_plan(floor: Floor) -> int | None:
    with floor.controller.reading() as db:
        return tenders(db, floor.clock.ms).plans[0].told


def test_orders_of_the_same_weekday_are_expected_again_until_their_hour() -> None:
    floor = site(parcels=2)
    weigh(floor, 1)
    with floor.controller.reading() as db:
        house = market(db, floor.clock.ms).site
        coming = foreseeing.expected(db, house, MORNING_MS + 7 * DAY - HOUR)
        assert [(each.carton, each.mass_g, each.country) for each in coming] == [
            ("BOX-S", mass_g, "GB") for mass_g in (700, 780)
        ]
        assert foreseeing.expected(db, house, MORNING_MS + 7 * DAY + HOUR) == []
        assert foreseeing.expected(db, house, MORNING_MS + DAY - HOUR)[1].mass_g == 780


def told(floor: Floor, **figures: Any) -> None:
    settings = replace(SETTINGS, **figures)
    floor.do(SetUpSite(id=f"{figures}", settings=settings, services=(ECO, DEAR)))


def test_site_without_history_expects_what_it_says_of_weekdays_and_of_days_known_before() -> None:
    floor = site(TIERS, parcels=2)
    told(floor, expected_parcels=(0, 0, 0, 0, 3, 0, 0))
    an_hour_later(floor)
    plan(floor)
    assert services(floor) == ["FAST"] * 2
    assert floor.value("SELECT expected FROM carrier_plan") == 1
    told(floor, expected_parcels=(0, 0, 0, 0, 3, 0, 0), expected_on=(("2024-10-04", 2),))
    an_hour_later(floor)
    plan(floor)
    assert services(floor) == ["ECO"] * 2
    assert told_of_plan(floor) == 2


def test_day_known_beforehand_overrules_what_days_before_had_and_a_usual_one_does_not() -> None:
    floor = site(parcels=2)
    then_ms = MORNING_MS + 7 * DAY - HOUR
    for figures, expected in (
        ({"expected_parcels": (20,) * 7}, 2),
        ({"expected_on": (("2024-10-11", 20),)}, 20),
        ({"expected_on": (("2024-10-11", 0),)}, 0),
        ({"expected_on": (("2024-10-10", 20),)}, 2),
    ):
        assert coming(floor, then_ms, **figures) == expected


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        ({"expected_parcels": (1, 2)}, "7 figures, of Monday to Sunday, or none"),
        ({"expected_parcels": (1, 2, 3, 4, 5, 6, -1)}, "0 to 1000000 parcels"),
        ({"expected_on": (("2026-02-30", 5),)}, "a day such as 2026-11-27"),
        ({"expected_on": (("20261127", 5),)}, "a day such as 2026-11-27"),
        ({"expected_on": (("2026-11-27", 5), ("2026-11-27", 6))}, "each day once"),
        ({"expected_on": (("2026-11-27", 1_000_001),)}, "0 to 1000000 parcels"),
    ],
)
def test_what_a_site_cannot_expect_is_refused_by_the_name_of_the_figure(
    figures: dict[str, Any], why: str
) -> None:
    floor = Floor()
    with pytest.raises(Refused, match=next(iter(figures))) as refused:
        told(floor, **figures)
    assert why in str(refused.value)


def test_what_is_told_counts_parcels_and_not_orders() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 4})
    floor.tour([[(order, "BOX-S", {"MUG": 2})], [(order, "BOX-S", {"MUG": 2})]])
    now_ms = floor.clock.ms + HOUR
    assert coming(floor, now_ms, expected_on=((TODAY, 5),)) == 3
    week_later_ms = now_ms + 7 * DAY - 2 * HOUR
    assert coming(floor, week_later_ms) == 2
    assert coming(floor, week_later_ms, expected_on=((NEXT_WEEK, 4),)) == 4


def test_order_that_a_store_ships_is_none_of_the_parcels_told() -> None:
    floor = site(parcels=1)
    nodes = (Node(code="main", handling_cents=5_000), Node(code="STORE-1", kind="store"))
    floor.do(SetUpNodes(id="nodes", nodes=nodes))
    floor.do(CountNode(id="count", node="STORE-1", lines=(NodeStock(sku="MUG", qty=5),)))
    floor.order("2", {"MUG": 2})
    assert floor.value("SELECT SUM(away) FROM order_line") == 2
    assert coming(floor, floor.clock.ms + HOUR, expected_on=((TODAY, 3),)) == 2


def test_sale_is_expected_in_hours_in_which_nothing_came_before_as_far_as_hours_can_bring_it() -> (
    None
):
    floor = site(parcels=2)
    then_ms = MORNING_MS + 7 * DAY + HOUR
    assert coming(floor, then_ms) == 0
    assert coming(floor, then_ms, expected_on=((NEXT_WEEK, 40),)) == 40
    cut_off_ms = MORNING_MS + 7 * DAY - 8 * HOUR + SETTINGS.cutoff_ms
    last_ms = cut_off_ms - SETTINGS.cutoff_ms // 20
    assert coming(floor, last_ms, expected_on=((NEXT_WEEK, 40),)) == 4
    assert coming(floor, cut_off_ms, expected_on=((NEXT_WEEK, 40),)) == 0


def test_what_is_told_and_has_not_come_never_rises_as_the_day_gets_shorter() -> None:
    floor = Floor()
    orders = [floor.order(str(nth), {"MUG": 1}) for nth in range(4)]
    floor.clock.ms += 6 * HOUR
    orders.append(floor.order("one that came late", {"MUG": 1}))
    floor.tour([[(each, "BOX-S", {"MUG": 1}) for each in orders]])
    day_ms = MORNING_MS + 7 * DAY - 8 * HOUR
    sale = [
        coming(floor, day_ms + hour * HOUR, expected_on=((NEXT_WEEK, 400),)) for hour in range(19)
    ]
    assert sale == sorted(sale, reverse=True)
    assert [sale[hour] for hour in (7, 9, 13, 15, 17, 18)] == [400, 400, 222, 133, 44, 0]


class ReadingDb(Db):
    """Counts the parcels that it reads."""

    parcels = 0

    def all(self, sql: str, **params: Any) -> list[Any]:
        rows = super().all(sql, **params)
        self.parcels += sum(hasattr(row, "paid_for") for row in rows)
        return rows


def test_parcels_of_days_before_are_not_read_when_none_may_come() -> None:
    floor = site(parcels=2)
    db = ReadingDb(floor.controller.store.engine.raw_connection(), postgres=False)
    assert foreseeing.expected(db, SETTINGS, MORNING_MS + 7 * DAY + HOUR) == []
    assert db.parcels == 0
    assert len(foreseeing.expected(db, SETTINGS, MORNING_MS + 7 * DAY - HOUR)) == 2
    assert db.parcels == 2


def test_what_is_told_counts_before_the_first_order_ever() -> None:
    with open_store().reading() as db:
        leaves_ms = shipping.next_departure_ms(SETTINGS, MORNING_MS)
        house = replace(SETTINGS, expected_on=((TODAY, 7),))
        assert foreseeing.told(db, house, leaves_ms) == 7


def test_plan_shows_what_was_told_of_its_own_day() -> None:
    floor = site(TIERS, parcels=2)
    told(floor, expected_on=((TODAY, 3), ("2024-10-05", 8)))
    an_hour_later(floor)
    plan(floor)
    floor.clock.ms += 14 * HOUR
    assert told_of_plan(floor) == 3


def test_site_that_closes_at_midnight_expects_nothing_more_of_the_day() -> None:
    floor = site(TIERS, parcels=2)
    told(floor, cutoff_ms=0, departure_ms=HOUR, expected_parcels=(3,) * 7)
    an_hour_later(floor)
    plan(floor)
    assert services(floor) == ["ECO"] * 2
    assert floor.value("SELECT expected FROM carrier_plan") == 0
