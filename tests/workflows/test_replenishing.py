"""Replenishing: a pick face that runs low is filled from reserve, first expired first."""

from dataclasses import replace

import pytest

from controller.messages import CancelOrder, SiteSettings, StockLine
from controller.workflows import replenishing
from tests.workflows.inbound import Site, walk_every_pair

FACE = StockLine(sku="MUG", place="P1", qty=10, face=True, face_max=30)
RESERVE = StockLine(sku="MUG", place="R1", qty=18)


def given(*stock: StockLine, picked: int = 5, settings: SiteSettings | None = None) -> Site:
    """A site where an order has reserved units of the face."""
    site = Site(stock=stock or (FACE, RESERVE), settings=settings or SiteSettings())
    site.release("MUG", "P1", picked)
    return site


def tasks(site: Site) -> list[tuple[object, ...]]:
    return site.rows(
        "SELECT sku, qty, from_place, to_place, state FROM task "
        "WHERE kind = 'replenish' ORDER BY id"
    )


def test_low_face_is_filled_from_reserve_by_scanning_the_targets() -> None:
    site = given()
    assert tasks(site) == [("MUG", 18, "R1", "P1", "open")]
    assert site.violations() == {}
    site.scan("NEXT")
    assert site.follow() == ["source", "item", "count", "target", "done"]
    assert site.stock_at() == {("MUG", "P1"): 28}
    assert tasks(site) == [("MUG", 18, "R1", "P1", "done")]
    assert site.violations() == {}


@pytest.mark.parametrize(("picked", "errands"), [(1, 0), (2, 1)])
def test_face_is_low_below_its_percentage_of_free_units(picked: int, errands: int) -> None:
    site = given(picked=picked)
    assert len(tasks(site)) == errands


def test_only_as_much_as_the_face_holds_is_fetched() -> None:
    site = given(FACE, replace(RESERVE, qty=100))
    assert tasks(site) == [("MUG", 20, "R1", "P1", "open")]


def test_one_errand_per_sku_at_a_time_and_the_next_one_when_it_was_too_little() -> None:
    site = given(FACE, replace(RESERVE, qty=3), StockLine(sku="MUG", place="R2", qty=9))
    site.release("MUG", "P1", 1)
    assert [row[1:3] for row in tasks(site)] == [(3, "R1")]
    site.scan("NEXT", "R1", "MUG", "P1")
    assert [row[1:3] for row in tasks(site)] == [(3, "R1"), (9, "R2")]


def test_first_expired_goes_first_and_then_the_first_place() -> None:
    face = StockLine(sku="MILK", place="P2", qty=3, lot="L0", face=True, face_max=20)
    late = StockLine(sku="MILK", place="R1", qty=5, lot="L2", expiry_ms=2_000)
    soon = StockLine(sku="MILK", place="R3", qty=5, lot="L1", expiry_ms=1_000)
    site = Site(stock=(face, late, soon))
    site.release("MILK", "P2", 3)
    assert tasks(site) == [("MILK", 5, "R3", "P2", "open")]


def test_sku_without_face_or_reserve_needs_no_errand() -> None:
    site = Site(stock=(StockLine(sku="MUG", place="P1", qty=10), RESERVE))
    site.release("MUG", "P1", 10)
    assert tasks(site) == []
    assert tasks(given(FACE)) == []


def test_reserve_stock_that_arrives_serves_a_waiting_face() -> None:
    site = given(FACE, picked=10)
    site.announce("ASN1", MUG=40)
    site.scan("DOCK1")
    site.follow()
    site.scan("NEXT", "T1", "R3", "R3", "R2")
    assert site.violations() == {}
    assert [row[1:] for row in tasks(site)] == [(20, "R3", "P1", "open")]


def test_errand_of_an_empty_face_comes_before_that_of_a_low_one_and_before_putaway() -> None:
    lamp = StockLine(sku="LAMP", place="P2", qty=4, face=True, face_max=8)
    site = Site(stock=(FACE, RESERVE, lamp, StockLine(sku="LAMP", place="R2", qty=6)))
    site.announce("ASN1", MUG=1)
    site.scan("DOCK1")
    site.follow()
    site.release("MUG", "P1", 5)
    site.release("LAMP", "P2", 4)
    assert site.scan("NEXT").screen.fields["sku"] == "LAMP"
    assert site.scan("R2", "LAMP", "4", "P2", "NEXT").screen.fields["sku"] == "MUG"
    assert site.scan("R1", "MUG", "18", "P1", "NEXT").screen.workflow == "putaway"


def test_face_without_room_is_left_alone() -> None:
    site = given(replace(FACE, qty=30), RESERVE, picked=25)
    assert tasks(site) == []


@pytest.mark.parametrize(
    ("code", "message"), [("P1", "errand_cancelled"), ("SHORT", "short_noted")]
)
def test_errand_whose_units_a_picker_misses_ends_without_a_movement(
    code: str, message: str
) -> None:
    site = given(FACE, replace(RESERVE, qty=30))
    site.release("MUG", "R1", 5)
    site.scan("CART", worker="BOB")
    site.follow("BOB")
    site.scan("NEXT", "R1", "MUG")
    if code == "P1":
        site.scan("20")
    site.scan("CART", worker="BOB")
    site.scan(site.last["BOB"].screen.target, "R1", "SHORT", "0", worker="BOB")
    assert site.scan(code).message == message
    assert site.rows("SELECT qty FROM stock WHERE place = 'R1'") == []
    assert site.violations() == {}


def test_nobody_else_takes_the_units_of_an_errand() -> None:
    site = given()
    assert site.rows("SELECT qty, reserved FROM stock WHERE place = 'R1'") == [(18, 18)]


def test_fewer_units_than_asked_are_a_part_and_the_rest_is_free() -> None:
    site = given()
    site.scan("NEXT", "R1", "MUG", "11")
    assert site.scan("P1").message == "face_filled"
    assert site.stock_at() == {("MUG", "P1"): 21, ("MUG", "R1"): 7}
    assert site.rows("SELECT reserved FROM stock WHERE place = 'R1'") == [(0,)]
    assert site.violations() == {}


def test_more_units_than_asked_are_refused() -> None:
    site = given()
    reply = site.scan("NEXT", "R1", "MUG", "19")
    assert (reply.message, reply.fields) == ("too_many", {"wanted": 18, "got": 19})


def test_few_units_need_no_count() -> None:
    site = given(FACE, replace(RESERVE, qty=3))
    assert site.scan("NEXT", "R1", "MUG").screen.step == "target"


def test_wrong_places_and_items_are_refused() -> None:
    site = given()
    assert site.scan("NEXT", "R2").message == "wrong_scan"
    assert site.scan("R1", "LAMP").message == "wrong_scan"
    assert site.scan("MUG", "18", "P2").message == "wrong_scan"
    assert site.scan("P1").message == "face_filled"


@pytest.mark.parametrize("scans", [("SHORT",), ("R1", "SHORT"), ("R1", "MUG", "0")])
def test_nothing_there_is_booked_as_missing_and_another_place_is_asked(
    scans: tuple[str, ...],
) -> None:
    site = given(FACE, RESERVE, StockLine(sku="MUG", place="R2", qty=6))
    site.scan("NEXT")
    assert site.scan(*scans).message == "short_noted"
    assert site.stock_at() == {("MUG", "P1"): 10, ("MUG", "R2"): 6}
    assert [row[2:] for row in tasks(site)] == [("R1", "P1", "short"), ("R2", "P1", "open")]
    assert site.violations() == {}


def test_undo_brings_the_units_back_and_reserves_them_again() -> None:
    site = given()
    site.scan("NEXT", "R1", "MUG", "11", "P1")
    reply = site.scan("UNDO")
    assert (reply.screen.step, reply.screen.target) == ("target", "P1")
    assert site.rows("SELECT qty, reserved FROM stock WHERE place = 'R1'") == [(18, 18)]
    assert site.violations() == {}
    site.scan("P1")
    assert site.stock_at() == {("MUG", "P1"): 21, ("MUG", "R1"): 7}


def test_undo_of_a_step_shows_the_screen_before() -> None:
    site = given()
    assert site.scan("NEXT", "R1", "UNDO").screen.step == "source"
    assert site.scan("R1", "MUG", "18", "UNDO").screen.step == "count"


def test_home_gives_the_errand_to_the_next_worker() -> None:
    site = given()
    site.scan("NEXT", "R1", "HOME")
    assert site.scan("NEXT", worker="BOB").screen.workflow == "replenish"


def test_percentage_is_the_sites_choice() -> None:
    assert tasks(given(picked=2, settings=SiteSettings(replenish_percent=20))) == []


def test_cancelled_order_leaves_the_errand_alone() -> None:
    site = Site(stock=(FACE, RESERVE))
    order = site.release("MUG", "P1", 5)
    site.handle(CancelOrder, order=order)
    site.scan("NEXT")
    site.follow()
    assert site.stock_at() == {("MUG", "P1"): 28}
    assert site.violations() == {}


def test_every_scan_is_answered_at_every_step() -> None:
    walk_every_pair(
        replenishing.FLOW,
        given,
        {
            "source": ("NEXT",),
            "item": ("NEXT", "R1"),
            "count": ("NEXT", "R1", "MUG"),
            "target": ("NEXT", "R1", "MUG", "9"),
            "done": ("NEXT", "SHORT"),
        },
    )
