"""Goods that are not where the books say, and goods that arrive at last."""

from collections.abc import Callable

import pytest

from controller.messages import (
    ImportStock,
    StockLine,
)
from controller.units import DAY, HOUR
from controller.workflows.shortages import stock_arrived
from tests.house import MONDAY_8_MS, House

Given = Callable[..., House]


@pytest.fixture
def house(given: Given) -> House:
    return given(stock={"S1": 5, "S2": 3, "S3": 0})


def pick_short(house: House, there: int) -> None:
    """Ann finds `there` units of S1 at its face."""
    house.start_tour()
    for raw in ("P-S1", "SHORT", str(there)):
        reply = house.scan(raw)
        assert reply.tone != "error", reply


def test_units_that_are_missing_are_backordered_when_nothing_else_covers_them(
    house: House,
) -> None:
    house.order("1", {"S1": 5})
    house.release("shop/1")
    pick_short(house, 2)
    row = house.line("shop/1")
    assert (row.wanted, row.planned, row.backordered) == (5, 2, 3)
    assert house.stock("S1", "P-S1") == (2, 2)
    assert house.one("SELECT qty FROM stock WHERE place = '~lost'").qty == 3
    assert house.violations() == []


def test_missing_units_are_fetched_from_another_place_at_once(house: House) -> None:
    reserve = StockLine(sku="S1", place="R1", qty=4)
    house.handle(ImportStock(id="more", lines=(reserve,)))
    house.order("1", {"S1": 5})
    house.release("shop/1")
    pick_short(house, 2)
    row = house.line("shop/1")
    assert (row.wanted, row.planned, row.backordered) == (5, 5, 0)
    assert house.stock("S1", "R1") == (4, 3)
    assert house.violations() == []


def test_short_count_takes_from_unplanned_promises_of_others_last_due_first(
    house: House,
) -> None:
    house.order("1", {"S1": 1})
    house.release("shop/1")
    house.order("soon", {"S1": 2}, due_ms=MONDAY_8_MS + HOUR)
    house.order("late", {"S1": 2}, due_ms=MONDAY_8_MS + DAY)
    pick_short(house, 2)
    lines = {order: house.line(f"shop/{order}") for order in ("1", "soon", "late")}
    assert {order: row.backordered for order, row in lines.items()} == {
        "1": 0,
        "soon": 1,
        "late": 2,
    }
    assert house.stock("S1", "P-S1") == (2, 1)
    assert house.violations() == []


def test_short_count_unplans_picks_of_others_at_the_same_place(house: House) -> None:
    house.order("1", {"S1": 2})
    house.order("2", {"S1": 3})
    house.release("shop/1")
    house.release("shop/2")
    pick_short(house, 3)
    first, second = house.line("shop/1"), house.line("shop/2")
    assert (first.planned, first.backordered) == (2, 0)
    assert (second.planned, second.backordered) == (1, 2)
    assert house.stock("S1", "P-S1") == (3, 3)
    assert house.violations() == []


def test_short_count_of_an_empty_place_leaves_nothing_reserved(house: House) -> None:
    house.order("1", {"S1": 2})
    house.order("2", {"S1": 3})
    house.release("shop/1")
    house.release("shop/2")
    pick_short(house, 0)
    assert house.stock("S1", "P-S1") == (0, 0)
    assert [house.line(f"shop/{n}").backordered for n in (1, 2)] == [2, 3]
    assert house.violations() == []


def test_more_units_than_booked_change_nothing(house: House) -> None:
    house.order("1", {"S1": 2})
    house.release("shop/1")
    pick_short(house, 9)
    assert house.stock("S1", "P-S1") == (5, 2)
    assert house.violations() == []


def test_goods_that_arrive_go_to_the_earliest_due_backorder(house: House) -> None:
    house.order("late", {"S3": 2}, due_ms=MONDAY_8_MS + DAY)
    house.order("soon", {"S3": 2}, due_ms=MONDAY_8_MS + HOUR)
    house.handle(ImportStock(id="in", lines=(StockLine(sku="S3", place="P-S3", qty=3),)))
    assert [house.line(f"shop/{n}").backordered for n in ("soon", "late")] == [0, 1]
    assert house.act(lambda turn: stock_arrived(turn, "S3", "", "main")) == 0
    assert house.violations() == []
