"""UNDO, HOME and buttons: nobody is stuck on a screen."""

from collections.abc import Callable

import pytest

from controller.messages import StockLine
from tests.house import House
from tests.workflows.floor import Floor, belt_floor, packed_floor
from tests.workflows.inbound import Site

Given = Callable[..., House]


@pytest.fixture
def house(given: Given) -> House:
    """Ann stands before a bin of MUG, of which shop/1 wants 6."""
    house = given(stock={"MUG": 10})
    house.order("1", {"MUG": 6})
    house.release("shop/1")
    house.start_tour()
    house.scan("P-MUG")
    return house


@pytest.mark.parametrize(
    ("raws", "step"),
    [
        (("SHORT",), "short"),
        (("FULL",), "new_tote"),
        (("MUG",), "count"),
        (("MUG", "SHORT"), "short"),
        (("MUG", "4"), "drop"),
        (("MUG", "4", "FULL"), "new_tote"),
    ],
)
def test_undo_leads_back_from_every_screen_of_a_pick(
    house: House, raws: tuple[str, ...], step: str
) -> None:
    before = "item"
    for raw in raws:
        reply = house.scan(raw)
        assert reply.tone == "ok"
        before, here = (reply.screen.step, before)
    assert reply.screen.step == step
    assert "UNDO" in reply.screen.buttons
    back = house.scan("UNDO")
    assert (back.message, back.screen.step) == ("undone", here)
    assert house.stock("MUG", "P-MUG") == (10, 6)


def test_undo_after_the_last_errand_has_nothing_left_to_take_back() -> None:
    face = StockLine(sku="MUG", place="P1", qty=10, face=True, face_max=30)
    site = Site(stock=(face, StockLine(sku="MUG", place="R1", qty=18)))
    site.release("MUG", "P1", 5)
    reply = site.scan("NEXT", "R1", "SKIP", "HOME", "NEXT", "R1", "MUG", "18", "P1", "NEXT")
    assert (reply.tone, reply.message, reply.screen.workflow) == ("warn", "no_task", "home")
    assert "UNDO" not in reply.screen.buttons
    assert site.scan("UNDO").message == "nothing_to_undo"


def test_a_cart_is_handed_over_where_totes_wait_and_nowhere_else(house: House) -> None:
    for raw in ("MUG", "6", "TOTE1"):
        house.scan(raw)
    reply = house.scan("P-MUG")
    assert (reply.tone, reply.message) == ("error", "wrong_place")
    assert reply.fields["expected"] == "BUFFER"
    assert house.scan("BENCH").message == "handed_over"


def test_a_tote_that_holds_nothing_any_more_needs_no_tote(given: Given) -> None:
    house = given(stock={"MUG": 10, "PEN": 10})
    house.order("1", {"MUG": 1})
    house.order("2", {"PEN": 1})
    house.release_together(["shop/1", "shop/2"])
    house.cancel("shop/1")
    house.sign_in()
    assert house.scan("CART").screen.fields["slot"] == 2
    assert house.scan("TOTE1").screen.target == "P-PEN"
    for raw in ("P-PEN", "PEN", "TOTE1", "BUFFER"):
        reply = house.scan(raw)
    assert reply.message == "handed_over"
    states = house.all("SELECT order_id, state FROM parcel ORDER BY id")
    assert [tuple(row) for row in states] == [("shop/1", "cancelled"), ("shop/2", "planned")]


def test_a_tour_of_which_nothing_is_left_is_not_walked(given: Given) -> None:
    house = given(stock={"MUG": 10})
    house.order("1", {"MUG": 1})
    house.release("shop/1")
    house.cancel("shop/1")
    house.sign_in()
    assert house.scan("CART").message == "no_tour"
    assert house.one("SELECT state FROM tour").state == "done"


def test_full_without_a_place_to_go_to_moves_nothing() -> None:
    site = Site()
    site.announce("ASN1", SOFA=1)
    site.scan("DOCK1", "ASN1", "Z1", "SOFA", "1", "HOME", "NEXT", "Z1")
    reply = site.last["ANN"]
    assert (reply.screen.step, reply.screen.target) == ("place", "")
    reply = site.scan("FULL")
    assert (reply.tone, reply.message) == ("error", "no_place_shown")
    assert site.scan("RACK", "RACK").message == "put_away"
    assert site.violations() == {}


def test_goods_nobody_wants_find_a_place_in_a_house_without_a_put_back_shelf(
    house: House,
) -> None:
    for raw in ("MUG", "6", "TOTE1", "BUFFER"):
        house.scan(raw)
    house.cancel("shop/1")
    house.scan("BENCH")
    reply = house.scan("TOTE1")
    assert (reply.screen.step, reply.screen.target) == ("put_back", "BENCH")
    assert house.scan("BENCH").message == "put_back_done"
    assert house.stock("MUG", "BENCH") == (6, 0)
    reply = house.scan("HOME")
    assert house.scan("NEXT").screen.target == "BENCH"


def parked() -> Floor:
    """A parcel that weighed what no service takes, and its packer with a free bench."""
    floor = packed_floor({"MUG": 1})
    floor.scans("TOTE-1", "BOX-S", "MUG")
    floor.scan("999999")
    assert floor.scan("999999").message == "parcel_parked"
    return floor


def test_a_parked_parcel_is_weighed_again_when_it_is_scanned_at_a_bench() -> None:
    floor = parked()
    box = floor.parcels()[0].lpn
    assert floor.scan("BENCH-01").screen.step == "tote"
    assert floor.scans(box).screen.step == "weigh"
    floor.scans("430")
    floor.carrier_answers()
    floor.printer_answers()
    assert floor.scans(box).screen.step == "tote"
    assert floor.parcels()[0].state == "labelled"
    assert floor.value("SELECT COUNT(*) FROM alarm WHERE state = 'open'") == 0
    assert floor.books_balance()


@pytest.mark.parametrize("weighed", [(), ("430",)])
def test_a_parked_parcel_that_is_left_again_is_found_again(weighed: tuple[str, ...]) -> None:
    floor = parked()
    box = floor.parcels()[0].lpn
    before = floor.scans(box, *weighed).screen.step
    floor.scan("HOME")
    floor.scan("BENCH-02")
    reply = floor.scan(box)
    assert (reply.tone, reply.screen.step) == ("ok", before)
    assert floor.value("SELECT place FROM container WHERE lpn = :box", box=box) == "BENCH-02"


def test_a_parcel_on_its_way_is_not_opened_at_a_bench() -> None:
    floor = belt_floor()
    reply = floor.scan(floor.parcels()[0].lpn)
    assert (reply.tone, reply.message) == ("error", "no_load_in_tote")
