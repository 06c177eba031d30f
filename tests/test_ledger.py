"""The ledger: quantities never go wrong, whatever is asked of it."""

from collections.abc import Callable
from typing import Any

import pytest

from controller import ledger
from controller.errors import NotFound, Refused
from controller.ledger import Claim, Key
from controller.turn import Turn
from tests.house import House

Given = Callable[..., House]
BIN = Key("S1", "", "", "available", "main", "P-S1", "")
OTHER_BIN = BIN.at("R1")
TOTE = BIN.at(container="TOTE1")
LINE = Claim("shop/1", 1)


def move(source: Key, target: Key, qty: int, claim: Claim = ledger.NOBODY) -> Any:
    return lambda turn: ledger.move(turn, source, target, qty, cause="test", claim=claim)


def reserve(claim: Claim, qty: int, key: Key = BIN) -> Any:
    return lambda turn: ledger.reserve(turn, claim, key, qty)


def running(statement: str) -> Callable[[Turn], int]:
    return lambda turn: turn.db.run(statement)


def refused(house: House, act: Callable[[Turn], Any], code: str) -> None:
    """The ledger says no, and the house is as it was."""
    before = house.all("SELECT * FROM stock ORDER BY sku, place, container, status")
    with pytest.raises(Refused) as error:
        house.act(act)
    assert error.value.code == code
    assert house.all("SELECT * FROM stock ORDER BY sku, place, container, status") == before
    assert house.violations() == []


# --- moving ----------------------------------------------------------------------------------


def test_movement_takes_from_one_place_and_puts_to_another(given: Given) -> None:
    house = given(stock={"S1": 3})
    movement = house.act(move(BIN, OTHER_BIN, 2))
    assert house.stock("S1", "P-S1") == (1, 0)
    assert house.stock("S1", "R1") == (2, 0)
    row = house.one("SELECT * FROM movement WHERE id = :id", id=movement)
    assert (row.from_place, row.to_place, row.qty, row.cause) == ("P-S1", "R1", 2, "test")
    assert house.free("S1") == 3
    assert house.violations() == []


def test_more_than_there_is_cannot_leave(given: Given) -> None:
    refused(given(stock={"S1": 3}), move(BIN, OTHER_BIN, 4), "insufficient_stock")


def test_units_cannot_leave_a_place_that_has_none(given: Given) -> None:
    refused(given(stock={"S1": 3}), move(OTHER_BIN, BIN, 1), "insufficient_stock")


@pytest.mark.parametrize("qty", [0, -1])
def test_movement_of_no_units_is_refused(given: Given, qty: int) -> None:
    refused(given(stock={"S1": 3}), move(BIN, OTHER_BIN, qty), "movement_of_nothing")


def test_movement_to_the_same_place_is_refused(given: Given) -> None:
    refused(given(stock={"S1": 3}), move(BIN, BIN, 1), "movement_of_nothing")


def test_last_unit_leaves_no_empty_row_behind(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.act(move(BIN, OTHER_BIN, 3))
    assert house.all("SELECT * FROM stock WHERE place = 'P-S1'") == []


def test_virtual_places_go_below_zero_so_that_a_sku_sums_to_zero(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.act(move(BIN.at(ledger.SUPPLIER), BIN, 5))
    supplier = house.one("SELECT qty, node FROM stock WHERE place = '~supplier'")
    assert supplier == (-5, "")
    assert house.free("S1") == 8
    assert house.violations() == []


def test_units_of_another_status_are_not_for_sale(given: Given) -> None:
    house = given(stock={"S1": 3})
    damaged = BIN._replace(status="damaged")
    house.act(move(BIN, damaged, 2))
    assert house.free("S1") == 1
    house.act(move(damaged, BIN, 1))
    assert house.free("S1") == 2
    house.act(move(damaged, damaged.at("R1"), 1))
    assert house.free("S1") == 2
    assert house.violations() == []


def test_promised_units_cannot_become_unsellable(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 2})
    refused(house, move(BIN, BIN.at(ledger.LOST), 2), "promised_to_orders")
    house.act(move(BIN, BIN.at(ledger.LOST), 1))
    assert house.free("S1") == 0
    assert house.violations() == []


def test_units_that_change_node_are_sellable_there(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.act(move(BIN, BIN.at("R1")._replace(node="annex"), 2))
    rows = house.all("SELECT node, sellable FROM available WHERE sku = 'S1' ORDER BY node")
    assert rows == [("annex", 2), ("main", 1)]


# --- reservations ----------------------------------------------------------------------------


def test_reservation_goes_with_the_units(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 2})
    assert house.act(reserve(LINE, 2))
    house.act(move(BIN, TOTE, 2, LINE))
    assert house.stock("S1", "P-S1") == (1, 0)
    assert house.stock("S1", container="TOTE1") == (2, 2)
    held = house.one("SELECT * FROM reservation")
    assert (held.ref, held.line, held.container, held.qty) == ("shop/1", 1, "TOTE1", 2)
    assert house.violations() == []


def test_part_of_a_reservation_goes_with_part_of_the_units(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 2})
    house.act(reserve(LINE, 2))
    house.act(move(BIN, TOTE, 1, LINE))
    held = house.all("SELECT * FROM reservation ORDER BY container")
    assert [ledger.key_of(row) for row in held] == [BIN, TOTE]
    assert house.stock("S1", "P-S1") == (2, 1)
    assert house.stock("S1", container="TOTE1") == (1, 1)
    assert house.violations() == []


def test_reserved_units_cannot_be_reserved_or_taken_by_others(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 3})
    assert house.act(reserve(LINE, 2))
    assert not house.act(reserve(Claim("shop/2", 1), 2))
    refused(house, move(BIN, OTHER_BIN, 2), "insufficient_stock")
    refused(house, move(BIN, TOTE, 1, Claim("shop/2", 1)), "not_reserved")
    refused(house, move(BIN, TOTE, 3, LINE), "insufficient_stock")


def test_reservation_can_be_withdrawn_in_parts_and_no_further(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 3})
    house.act(reserve(LINE, 3))
    house.act(lambda turn: ledger.withdraw(turn, LINE, BIN, 1))
    assert house.stock("S1", "P-S1") == (3, 2)
    refused(house, lambda turn: ledger.withdraw(turn, LINE, BIN, 3), "not_reserved")
    house.act(lambda turn: ledger.withdraw(turn, LINE, BIN, 2))
    assert house.stock("S1", "P-S1") == (3, 0)
    assert house.all("SELECT * FROM reservation") == []
    refused(house, lambda turn: ledger.withdraw(turn, LINE, BIN, 1), "not_reserved")


def test_reservation_without_its_stock_row_is_refused(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.act(reserve(LINE, 1))

    def withdraw_what_the_row_does_not_hold(turn: Turn) -> None:
        turn.db.run("UPDATE stock SET reserved = 0 WHERE place = 'P-S1'")
        ledger.withdraw(turn, LINE, BIN, 1)

    refused_code = "not_reserved"
    with pytest.raises(Refused) as error:
        house.act(withdraw_what_the_row_does_not_hold)
    assert error.value.code == refused_code


def test_claimed_units_from_a_supplier_arrive_reserved(given: Given) -> None:
    house = given(stock={"S1": 0})
    house.act(move(BIN.at(ledger.SUPPLIER), BIN, 2, Claim("task:1")))
    assert house.stock("S1", "P-S1") == (2, 2)
    assert house.one("SELECT ref, qty FROM reservation") == ("task:1", 2)


# --- undo ------------------------------------------------------------------------------------


def test_undo_moves_units_and_their_reservation_back_once(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 2})
    house.act(reserve(LINE, 2))
    pick = house.act(move(BIN, TOTE, 2, LINE))
    back = house.act(lambda turn: ledger.undo(turn, pick, LINE))
    assert house.stock("S1", "P-S1") == (3, 2)
    row = house.one("SELECT * FROM movement WHERE id = :id", id=back)
    assert (row.cause, row.reverses_id, row.qty) == ("undo", pick, 2)
    refused(house, lambda turn: ledger.undo(turn, pick, LINE), "already_undone")


def test_undo_of_units_that_moved_on_is_refused(given: Given) -> None:
    house = given(stock={"S1": 3})
    first = house.act(move(BIN, TOTE, 2))
    house.act(move(TOTE, OTHER_BIN, 1))
    refused(house, lambda turn: ledger.undo(turn, first), "insufficient_stock")


def test_undo_of_an_unknown_movement_is_refused(given: Given) -> None:
    house = given(stock={"S1": 3})
    with pytest.raises(NotFound, match="movement unknown"):
        house.act(lambda turn: ledger.undo(turn, 7))


def test_undo_of_a_change_of_status_gives_the_units_back_for_sale(given: Given) -> None:
    house = given(stock={"S1": 3})
    damaged = house.act(move(BIN, BIN._replace(status="damaged"), 2))
    house.act(lambda turn: ledger.undo(turn, damaged))
    assert house.free("S1") == 3
    assert house.violations() == []


# --- promises --------------------------------------------------------------------------------


def test_promise_is_bound_by_what_may_be_sold(given: Given) -> None:
    house = given(stock={"S1": 3})
    assert house.order("1", {"S1": 2}).promised_units == 2
    assert house.order("2", {"S1": 2}).promised_units == 1
    assert house.order("3", {"S1": 1}).promised_units == 0
    assert house.free("S1") == 0
    assert house.violations() == []


def test_sku_that_was_never_here_has_nothing_to_promise(given: Given) -> None:
    house = given(stock={"S1": 0})
    assert house.act(lambda turn: ledger.free(turn, "S1", "", "main")) == 0
    assert house.order("1", {"S1": 1}).promised_units == 0


def test_unpromise_gives_units_back_and_no_more_than_were_promised(given: Given) -> None:
    house = given(stock={"S1": 3})

    def promise(turn: Turn) -> int:
        return ledger.promise(turn, LINE, "S1", "", "main", 3)

    assert house.act(promise) == 3
    house.act(lambda turn: ledger.unpromise(turn, LINE, "main", 1))
    assert house.free("S1") == 1
    refused(house, lambda turn: ledger.unpromise(turn, LINE, "main", 3), "not_promised")
    house.act(lambda turn: ledger.unpromise(turn, LINE, "main", 2))
    assert house.free("S1") == 3
    refused(house, lambda turn: ledger.unpromise(turn, LINE, "main", 1), "not_promised")


def test_shipping_moves_units_out_and_closes_their_promise(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 2})
    house.act(reserve(LINE, 2))
    house.act(move(BIN, TOTE, 2, LINE))
    house.act(lambda turn: ledger.ship(turn, TOTE, 1, LINE))
    assert house.stock("S1", container="TOTE1") == (1, 1)
    assert house.one("SELECT qty FROM promise").qty == 1
    house.act(lambda turn: ledger.ship(turn, TOTE, 1, LINE))
    assert house.all("SELECT * FROM promise") == []
    assert house.all("SELECT * FROM reservation") == []
    assert house.free("S1") == 1
    assert house.one("SELECT qty FROM stock WHERE place = '~customer'").qty == 2


def test_units_nobody_was_promised_cannot_ship(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.act(reserve(LINE, 1))
    refused(house, lambda turn: ledger.ship(turn, BIN, 1, LINE), "not_promised")


def test_line_ships_no_more_than_its_promise(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 1})
    house.act(reserve(LINE, 2))
    refused(house, lambda turn: ledger.ship(turn, BIN, 2, LINE), "not_promised")


def test_database_itself_refuses_stock_below_zero_and_oversell(given: Given) -> None:
    house = given(stock={"S1": 3})
    for statement in (
        "UPDATE stock SET qty = -1 WHERE place = 'P-S1'",
        "UPDATE stock SET reserved = 4 WHERE place = 'P-S1'",
        "UPDATE available SET promised = 4",
    ):
        with pytest.raises(house.store.integrity_error):
            house.act(running(statement))
