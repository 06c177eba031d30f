"""Packing at the bench: totes, cartons, items, weight window, labels, singles, put-back."""

from collections.abc import Callable

import pytest

from controller.errors import Refused
from controller.messages import CancelOrder, DeviceFault, OrderLine, WeightRead
from controller.workflows.packing import FLOW
from tests.workflows.floor import Floor, packed_floor

BOX = "040123450000000016"


def to_item(floor: Floor) -> None:
    floor.scans("TOTE-1", "BOX-S")


def to_label(floor: Floor) -> None:
    to_item(floor)
    floor.scans("MUG", "MUG", "PEN", "800")


def to_labelled(floor: Floor) -> None:
    to_label(floor)
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(floor.screens["W1"].screen.target)


def singles_floor() -> Floor:
    """Three one-unit orders in one tote; shop/b is due before shop/a."""
    floor = Floor()
    orders = {
        "a": floor.order("a", {"MUG": 1}, due_ms=floor.clock.ms + 2_000),
        "b": floor.order("b", {"MUG": 1}, due_ms=floor.clock.ms + 1_000),
        "c": floor.order("c", {"PEN": 1}, due_ms=floor.clock.ms + 3_000),
    }
    floor.tour([[(orders[n], "BOX-S", {"PEN": 1} if n == "c" else {"MUG": 1}) for n in "abc"]])
    floor.scans("BENCH-01", "TOTE-1")
    return floor


def let_go(floor: Floor) -> str:
    """The label of the parcel on the bench is bought, printed and scanned; the parcel's order."""
    floor.carrier_answers()
    floor.printer_answers()
    screen = floor.screens["W1"].screen
    floor.scans(screen.target)
    return str(screen.fields["order"])


def test_a_parcel_goes_from_tote_to_belt_by_scanning_what_each_screen_asks_for() -> None:
    floor = packed_floor()
    assert floor.screens["W1"].screen.target == "TOTE-1"
    to_label(floor)
    assert floor.screens["W1"].screen.target == BOX
    floor.carrier_answers()
    floor.printer_answers()
    reply = floor.scans(BOX)
    assert (reply.message, reply.screen.step) == ("tote_done", "tote")
    parcel = floor.parcels()[0]
    assert (parcel.state, parcel.lpn, parcel.mass_g) == ("labelled", BOX, 800)
    assert floor.stock(BOX) == {"MUG": 2, "PEN": 1}
    assert floor.value("SELECT place FROM container WHERE lpn = :b", b=BOX) == "BELT-01"
    assert floor.value("SELECT state FROM container WHERE lpn = 'TOTE-1'") == ""
    assert floor.value("SELECT state FROM load") == "packed"
    assert floor.books_balance()


def test_without_a_gs1_prefix_a_carton_gets_a_plate_of_our_own() -> None:
    from dataclasses import replace

    from tests.workflows.floor import CARTONS, ECO, SETTINGS, SETUP, SetUpSite

    plain = SetUpSite(
        id="site", settings=replace(SETTINGS, gs1_prefix=""), cartons=CARTONS, services=(ECO,)
    )
    floor = Floor(setup=(plain, *SETUP[1:]))
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    reply = floor.scans("BENCH-01", "TOTE-1", "BOX-S")
    assert reply.screen.fields["box"] == "LP000000001"


def test_wrong_item_is_refused_and_names_both() -> None:
    floor = packed_floor()
    to_item(floor)
    reply = floor.scan("BOOK")
    assert (reply.message, reply.tone) == ("wrong_item", "error")
    assert reply.fields == {"expected": "MUG", "got": "BOOK"}
    assert floor.stock(BOX) == {}


def test_lines_may_be_packed_in_any_sequence_and_packs_count_their_units() -> None:
    floor = packed_floor()
    to_item(floor)
    reply = floor.scans("PEN", "MUG-PACK")
    assert reply.screen.step == "weigh"
    assert floor.stock(BOX) == {"MUG": 2, "PEN": 1}


def test_more_units_than_wanted_are_refused() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG")
    assert floor.scan("MUG-PACK").message == "too_many"


def test_large_quantities_are_keyed_in_once() -> None:
    floor = packed_floor({"MUG": 6})
    to_item(floor)
    reply = floor.scans("MUG")
    assert (reply.screen.step, reply.screen.target) == ("count", "6")
    assert floor.scan("7").message == "wrong_count"
    assert floor.scans("4").screen.fields["got"] == 4
    assert floor.scans("MUG-PACK").screen.step == "weigh"
    assert floor.stock(BOX) == {"MUG": 6}


def test_other_carton_is_taken_on_its_second_scan_when_it_fits() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1")
    reply = floor.scan("BOX-L")
    assert (reply.message, reply.tone) == ("other_carton", "warn")
    assert floor.scan("BOX-L").screen.step == "item"
    floor.scans("MUG-PACK", "PEN")
    assert floor.screens["W1"].screen.fields["planned_g"] == 2 * 350 + 20 + 300
    assert floor.parcels()[0].carton == "BOX-L"


def test_carton_that_is_too_small_is_refused() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 12})
    floor.tour([[(order, "BOX-L", {"MUG": 12})]])
    floor.scans("BENCH-01", "TOTE-1")
    assert floor.scan("BOX-S").message == "carton_too_small"


def test_own_packaging_needs_no_carton() -> None:
    floor = Floor()
    order = floor.order("1", {"BOOK": 1})
    floor.tour([[(order, "OWN", {"BOOK": 1})]])
    reply = floor.scans("BENCH-01", "TOTE-1")
    assert reply.screen.step == "item"
    assert floor.scans("BOOK").screen.fields["planned_g"] == 500
    assert floor.scans("500").screen.step == "label"


@pytest.mark.parametrize("scans", [("MUG",), ("MUG", "MUG"), ("MUG", "MUG", "PEN"), ()])
def test_undo_takes_back_one_step_and_the_work_goes_on(scans: tuple[str, ...]) -> None:
    floor = packed_floor()
    to_item(floor)
    for raw in scans:
        floor.scans(raw)
    undone = floor.scans("UNDO")
    assert "UNDO" not in undone.screen.buttons
    again = (scans or ("BOX-S",))[-1]
    floor.scans(again)
    for raw in ("MUG", "MUG", "PEN")[len(scans) :]:
        floor.scans(raw)
    screen = floor.screens["W1"].screen
    assert (screen.step, screen.fields["planned_g"]) == ("weigh", 800)
    assert floor.value("SELECT SUM(packed) FROM order_line") == 3
    assert floor.books_balance()


def test_undo_of_a_carton_leaves_no_plate_behind() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("UNDO")
    assert floor.value("SELECT COUNT(*) FROM barcode WHERE code = :b", b=BOX) == 0
    assert floor.parcels()[0].state == "planned"


def test_missing_units_are_booked_lost_and_the_rest_ships() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG")
    reply = floor.scans("SHORT")
    assert (reply.screen.step, reply.screen.target) == ("item", "PEN")
    floor.scans("PEN")
    assert floor.screens["W1"].screen.fields["planned_g"] == 350 + 20 + 80
    assert floor.stock(BOX) == {"MUG": 1, "PEN": 1}
    assert floor.stock("~lost") == {"MUG": 1}
    row = floor.all("SELECT planned, picked, packed FROM order_line WHERE sku = 'MUG'")[0]
    assert tuple(row) == (1, 1, 1)
    assert floor.books_balance()


def test_a_parcel_with_nothing_left_is_dropped() -> None:
    floor = packed_floor({"MUG": 1})
    to_item(floor)
    reply = floor.scans("SHORT")
    assert reply.screen.step == "tote"
    assert floor.parcels()[0].state == "cancelled"
    assert floor.value("SELECT state FROM load") == "packed"


def test_done_closes_a_full_parcel_and_the_rest_gets_another_one() -> None:
    floor = packed_floor()
    to_item(floor)
    assert floor.scan("DONE").message == "parcel_empty"
    floor.scans("MUG", "DONE", "430")
    assert let_go(floor) == "shop/1"
    assert floor.screens["W1"].screen.step == "carton"
    assert [p.state for p in floor.parcels()] == ["labelled", "planned"]
    floor.scans(floor.screens["W1"].screen.target, "MUG", "PEN")
    planned_g = floor.screens["W1"].screen.fields["planned_g"]
    floor.scans(str(planned_g))
    let_go(floor)
    assert floor.value("SELECT SUM(packed) FROM order_line") == 3
    assert floor.value("SELECT state FROM load") == "packed"


def test_units_that_were_not_picked_are_taken_off_their_parcel() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 2, "PEN": 1})
    other = floor.order("2", {"MUG": 50})
    assert other
    floor.tour([[(order, "BOX-S", {"MUG": 2, "PEN": 1})]])
    cancelled = OrderLine(line=1, sku="MUG", qty=1)
    floor.do(CancelOrder(id="cancel", order=order, lines=(cancelled,)))
    floor.scans("BENCH-01", "TOTE-1", "BOX-S")
    reply = floor.scans("MUG", "PEN")
    assert reply.screen.fields["planned_g"] == 350 + 20 + 80


def test_goods_of_a_cancelled_order_are_put_back_and_the_tote_is_free() -> None:
    floor = packed_floor()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    reply = floor.scans("TOTE-1")
    assert (reply.screen.step, reply.screen.target) == ("put_back", "PUT-BACK")
    assert floor.scan("BENCH-01").message == "wrong_place"
    floor.scans("PUT-BACK", "PUT-BACK")
    assert floor.stock("PUT-BACK") == {"MUG": 2, "PEN": 1}
    assert floor.screens["W1"].screen.step == "tote"
    assert floor.value("SELECT state FROM container WHERE lpn = 'TOTE-1'") == ""
    assert floor.books_balance()


def test_an_order_cancelled_under_the_packers_hands_stops_its_parcel() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG")
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    reply = floor.scan("PEN")
    assert (reply.message, reply.tone) == ("order_changed", "warn")
    assert reply.screen.step == "put_back"
    floor.scans("PUT-BACK")
    assert floor.stock("PUT-BACK") == {"PEN": 1}
    assert floor.stock(BOX) == {"MUG": 2}
    assert floor.books_balance()


def test_a_parcel_cancelled_on_the_scale_is_not_bought() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG", "PEN")
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert floor.scan("800").message == "parcel_cancelled"
    assert floor.sent("carrier/") == []


@pytest.mark.parametrize(("mass_g", "step"), [(840, "label"), (760, "label"), (841, "weigh")])
def test_the_scale_moves_on_only_inside_the_weight_window(mass_g: int, step: str) -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG", "PEN")
    read = WeightRead(id="w", device="scale-bench-01", place="BENCH-01", mass_g=mass_g)
    reply = floor.do(read)
    assert reply.screen.step == step
    assert floor.do(read) == reply


def test_the_same_odd_weight_twice_is_accepted_and_recorded() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG", "PEN")
    weights = iter((1_200, 1_250, 1_245))
    replies = [
        floor.do(WeightRead(id=f"w{g}", device="scale-bench-01", place="BENCH-01", mass_g=g))
        for g in weights
    ]
    messages = [reply.message for reply in replies]
    assert messages == ["weight_out_of_window", "weight_out_of_window", "parcel_packed"]
    assert floor.events("weight_accepted") == [{"planned_g": 800, "got_g": 1_245, "by": "W1"}]
    assert floor.parcels()[0].mass_g == 1_245


def test_weight_with_nobody_at_the_scale_is_refused() -> None:
    floor = packed_floor()
    with pytest.raises(Refused, match="nothing to weigh"):
        floor.do(WeightRead(id="w", device="scale-bench-02", place="BENCH-02", mass_g=5))


def test_planned_weight_is_taken_only_while_the_scale_is_broken() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG", "PEN")
    assert floor.scan("DONE").message == "scale_works"
    floor.do(DeviceFault(id="f", device="scale-bench-01", fault="no_answer"))
    assert floor.scans("DONE").screen.step == "label"
    assert floor.parcels()[0].mass_g == 800


def test_home_in_the_middle_loses_nothing_and_another_packer_goes_on() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG", "HOME")
    reply = floor.scans("BENCH-02", "TOTE-1")
    assert (reply.screen.step, reply.screen.target) == ("item", "PEN")
    assert floor.scans("PEN").screen.step == "weigh"


def test_a_tote_in_work_is_taken_over_on_the_second_scan() -> None:
    floor = Floor("W1", "W2")
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1")
    floor.scans("BENCH-02", worker="W2")
    assert floor.scan("TOTE-1", "W2").message == "tote_in_packing"
    assert floor.scan("TOTE-1", "W2").screen.step == "carton"


def test_a_bench_is_taken_over_on_the_second_scan() -> None:
    floor = Floor("W1", "W2")
    floor.scans("BENCH-01")
    reply = floor.scan("BENCH-01", "W2")
    assert (reply.message, reply.fields["by"]) == ("bench_taken", "W1")
    assert floor.scan("BENCH-01", "W2").screen.workflow == "packing"
    assert floor.value("SELECT workflow FROM session WHERE worker = 'W1'") == "home"


def test_scanning_the_bench_again_shows_the_tote_that_came_meanwhile() -> None:
    floor = Floor("W1", "W2")
    assert floor.scan("BENCH-01", "W2").message == "nothing_to_pack"
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    assert floor.scan("BENCH-01", "W2").screen.target == "TOTE-1"


def test_a_single_goes_to_the_earliest_due_order_without_scale() -> None:
    floor = singles_floor()
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


REACH: dict[str, Callable[[], Floor]] = {}


def reaches(step: str) -> Callable[[Callable[[], Floor]], Callable[[], Floor]]:
    def keep(make: Callable[[], Floor]) -> Callable[[], Floor]:
        REACH[step] = make
        return make

    return keep


@reaches("tote")
def at_tote() -> Floor:
    return packed_floor()


@reaches("carton")
def at_carton() -> Floor:
    floor = packed_floor()
    floor.scans("TOTE-1")
    return floor


@reaches("item")
def at_item() -> Floor:
    floor = packed_floor()
    to_item(floor)
    return floor


@reaches("count")
def at_count() -> Floor:
    floor = packed_floor({"MUG": 5})
    to_item(floor)
    floor.scans("MUG")
    return floor


@reaches("weigh")
def at_weigh() -> Floor:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG", "PEN")
    return floor


@reaches("label")
def at_label() -> Floor:
    floor = packed_floor()
    to_label(floor)
    return floor


@reaches("single")
def at_single() -> Floor:
    return singles_floor()


@reaches("put_back")
def at_put_back() -> Floor:
    floor = packed_floor()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    floor.scans("TOTE-1")
    return floor


CLASSES = {
    "item": "MUG",
    "other item": "BOOK",
    "place": "PUT-BACK",
    "bench": "BENCH-02",
    "container": "TOTE-1",
    "empty tote": "TOTE-6",
    "carton": BOX,
    "carton_type": "BOX-L",
    "worker": "W2",
    "number": "3",
    "zero": "0",
    "unknown": "no such code",
    "invalid": "4006381333932",
    **{name: name for name in ("UNDO", "SHORT", "DONE", "PRINT", "SKIP", "FULL", "HOME", "NEXT")},
}


def test_every_step_can_be_reached() -> None:
    assert set(REACH) == set(FLOW.draw)
    assert {step for step, _ in FLOW.transitions} == set(FLOW.draw)


@pytest.mark.parametrize("step", REACH)
def test_every_scan_on_every_screen_gets_a_screen(step: str) -> None:
    floor = REACH[step]()
    for raw in CLASSES.values():
        before = floor.screens["W1"].screen
        assert before.step == step
        reply = floor.scan(raw)
        assert reply.message, raw
        if reply.screen != before:
            assert floor.books_balance(), raw
            floor = REACH[step]()
