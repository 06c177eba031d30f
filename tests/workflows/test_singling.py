"""Singles: scan any item of a tote of one-unit orders."""

from controller.messages import CancelOrder
from controller.store import Store
from tests.workflows.floor import Floor, let_go, singles_floor


def test_a_single_goes_to_the_earliest_due_order_without_scale(store: Store) -> None:
    floor = singles_floor(store)
    assert floor.screens["W1"].screen.target == "MUG"
    reply = floor.scans("MUG")
    assert (reply.screen.step, reply.screen.fields["order"]) == ("label", "shop/b")
    assert let_go(floor) == "shop/b"
    floor.scans("PEN")
    assert let_go(floor) == "shop/c"
    floor.scans("MUG")
    assert let_go(floor) == "shop/a"
    assert floor.screens["W1"].screen.step == "tote"
    assert {parcel.mass_g for parcel in floor.parcels()} == {430, 100}
    assert floor.value("SELECT state FROM load") == "packed"
    assert floor.books_balance()


def test_a_single_that_no_order_wants_any_more_is_put_back() -> None:
    floor = singles_floor()
    floor.do(CancelOrder(id="cancel", order="shop/c"))
    reply = floor.scan("PEN")
    assert (reply.message, reply.screen.step) == ("no_order_wants_it", "put_back")
    assert floor.scans("PUT-BACK").screen.step == "single"
    assert floor.stock("PUT-BACK") == {"PEN": 1}
    assert floor.scan("BOOK").message == "no_order_wants_it"


def test_a_single_that_is_not_in_the_tote_is_short() -> None:
    floor = singles_floor()
    reply = floor.scans("SHORT")
    assert reply.screen.step == "single"
    assert floor.stock("~lost") == {"MUG": 1}
    states = {p.order_id: p.state for p in floor.parcels()}
    assert states == {"shop/a": "planned", "shop/b": "cancelled", "shop/c": "planned"}
    assert floor.books_balance()


def test_no_carton_and_no_parcel_is_left_when_home_is_pressed_between_singles() -> None:
    floor = singles_floor()
    floor.scans("MUG", "HOME", "BENCH-02")
    reply = floor.scans("TOTE-1")
    assert (reply.screen.step, reply.screen.fields["order"]) == ("label", "shop/b")


def test_a_parcel_of_several_units_among_singles_is_packed_item_by_item(store: Store) -> None:
    floor = Floor(store=store)
    one, two = floor.order("1", {"PEN": 1}), floor.order("2", {"MUG": 2})
    floor.tour([[(one, "BOX-S", {"PEN": 1}), (two, "BOX-S", {"MUG": 2})]])
    floor.scans("BENCH-01", "TOTE-1")
    reply = floor.scans("MUG")
    assert (reply.message, reply.screen.step) == ("parcel_of_several_units", "item")
    floor.scans("MUG-PACK", "780")
    assert let_go(floor) == "shop/2"
    floor.scans("PEN")
    assert let_go(floor) == "shop/1"
    assert floor.value("SELECT state FROM load") == "packed"
    assert floor.books_balance()
