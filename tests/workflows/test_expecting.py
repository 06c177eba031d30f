"""What a parcel must weigh by books and scales, and the carton of what is left after a short."""

from controller.messages import CancelOrder, OrderLine
from controller.store import Store
from controller.views.stowage import stowage
from tests.workflows.floor import Floor, let_go

TARE_G = 80


def weighed(floor: Floor, number: str, mass_g: int, qty: int = 1) -> None:
    """A parcel of one SKU goes over the scale of the bench with this mass."""
    order = floor.order(number, {"MUG": qty})
    floor.tour([[(order, "BOX-S", {"MUG": qty})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", *["MUG"] * qty, str(mass_g))
    let_go(floor)
    floor.scans("HOME")


def window(floor: Floor, wants: dict[str, int]) -> tuple[object, object]:
    order = floor.order("last", wants)
    floor.tour([[(order, "BOX-S", wants)]])
    floor.scans(
        "BENCH-01", "TOTE-1", "BOX-S", *(sku for sku, n in wants.items() for _ in range(n))
    )
    fields = floor.screens["W1"].screen.fields
    return fields["planned_g"], fields["window_g"]


def test_an_item_often_weighed_is_known_by_its_own_mean_and_spread(store: Store) -> None:
    floor = Floor(store=store)
    for number in range(10):
        weighed(floor, str(number), TARE_G + 356 + 2 * (number % 2))
    assert window(floor, {"MUG": 2}) == (TARE_G + 2 * 357, 10)
    assert floor.books_balance()


def test_an_item_that_is_not_known_keeps_the_window_of_the_site() -> None:
    floor = Floor()
    for number in range(10):
        weighed(floor, str(number), TARE_G + 356)
    assert window(floor, {"MUG": 1, "PEN": 1}) == (TARE_G + 356 + 20, 30)


def test_nothing_is_learned_from_an_odd_weight() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG")
    assert floor.scan("900").message == "weight_out_of_window"
    assert floor.scan("900").message == "parcel_packed"
    assert floor.value("SELECT COUNT(*) FROM item_mass") == 0


def test_what_is_left_of_an_order_that_fell_short_gets_a_carton_anew() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 12})
    floor.tour([[(order, "BOX-L", {"MUG": 12})]])
    less = (OrderLine(line=1, sku="", qty=8),)
    floor.do(CancelOrder(id="cancel", order=order, lines=less))
    reply = floor.scans("BENCH-01", "TOTE-1")
    assert (reply.screen.step, reply.screen.target) == ("carton", "BOX-S")
    floor.scans("BOX-S")
    with floor.controller.reading() as db:
        (shown,) = stowage(db, order)
    assert sum(each.qty for step in shown.steps for each in step.blocks) == 4
    assert floor.books_balance()


def test_an_order_that_came_whole_keeps_its_carton() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-L", {"MUG": 1})]])
    assert floor.scans("BENCH-01", "TOTE-1").screen.target == "BOX-L"
