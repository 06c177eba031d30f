"""Moving: whole pick faces go elsewhere, with reservations, picks and errands, at any moment."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from controller.errors import NotFound, Refused
from controller.messages import (
    ApproveMoves,
    CancelMoves,
    CancelOrder,
    FaceMove,
    ImportItems,
    ImportPlaces,
    ImportStock,
    MovesApproved,
    Place,
    StockLine,
)
from controller.workflows import moving
from tests.workflows.inbound import ITEMS, Site, walk_every_pair

MUGS = StockLine(sku="MUG", place="P1", qty=10, face=True, face_max=30)
LAMPS = StockLine(sku="LAMP", place="P2", qty=4, face=True, face_max=8)
MILK = StockLine(sku="MILK", place="P3", qty=3, lot="L1", expiry_ms=9_000, face=True)
SPARE = (
    *(Place(name=f"P{n}", kind="pick", volume_ml=100_000, mass_max_g=100_000) for n in (3, 4, 5)),
    Place(name="TINY", kind="pick", volume_ml=5_000),
    Place(name="WEAK", kind="pick", mass_max_g=900),
    Place(name="COLD", kind="pick", storage="frozen"),
)


def given(*moves: tuple[str, str, str], stock: Sequence[StockLine] = (MUGS, LAMPS)) -> Site:
    """A site with spare pick places, on which a lead has approved moves."""
    site = Site()
    site.handle(ImportPlaces, places=SPARE)
    for line in stock:
        add(site, line)
    if moves:
        approve(site, *moves)
    return site


def add(site: Site, line: StockLine) -> None:
    site.handle(ImportStock, lines=(line,))


def approve(site: Site, *moves: tuple[str, str, str]) -> MovesApproved:
    named = tuple(FaceMove(sku=sku, source=a, target=b, why="near") for sku, a, b in moves)
    approved: MovesApproved = site.handle(ApproveMoves, actor="LEAD", moves=named)
    return approved


def moves(site: Site) -> list[tuple[Any, ...]]:
    return site.rows(
        "SELECT sku, from_place, to_place, state, qty FROM task WHERE kind = 'move' ORDER BY id"
    )


def faces(site: Site) -> dict[str, str]:
    return dict(site.rows("SELECT sku, place FROM face ORDER BY sku"))


def picks(site: Site) -> list[tuple[Any, ...]]:
    return site.rows("SELECT sku, from_place, state FROM task WHERE kind = 'pick' ORDER BY id")


def test_a_face_goes_to_its_new_place_by_scanning_what_is_shown() -> None:
    site = given(("MUG", "P1", "P4"))
    reply = site.scan("NEXT")
    assert (reply.screen.workflow, reply.screen.at) == ("move", "P1")
    assert reply.screen.fields["qty"] == 10
    assert site.follow() == ["source", "item", "target", "done"]
    assert site.stock_at() == {("MUG", "P4"): 10, ("LAMP", "P2"): 4}
    assert faces(site) == {"MUG": "P4", "LAMP": "P2"}
    assert moves(site) == [("MUG", "P1", "P4", "done", 10)]
    assert site.violations() == {}


def test_a_chain_is_made_in_an_order_in_which_it_can_be() -> None:
    site = given(("LAMP", "P2", "P4"), ("MUG", "P1", "P2"))
    assert site.scan("NEXT").screen.fields["sku"] == "LAMP"
    assert site.scan("NEXT", worker="BOB").message == "no_task"
    site.follow()
    assert faces(site) == {"MUG": "P2", "LAMP": "P4"}
    assert site.violations() == {}


def test_two_faces_change_places_over_an_empty_one() -> None:
    site = given(("MUG", "P1", "P4"), ("LAMP", "P2", "P1"), ("MUG", "P4", "P2"))
    site.scan("NEXT")
    site.follow()
    assert site.stock_at() == {("MUG", "P2"): 10, ("LAMP", "P1"): 4}
    assert faces(site) == {"MUG": "P2", "LAMP": "P1"}
    assert [row[3] for row in moves(site)] == ["done"] * 3


def test_all_lots_move_and_keep_their_expiry() -> None:
    site = given(
        ("MILK", "P3", "P4"), stock=(MILK, replace(MILK, lot="L2", qty=2, expiry_ms=10_000))
    )
    site.scan("NEXT")
    site.follow()
    rows = site.rows("SELECT lot, qty FROM stock WHERE place = 'P4' ORDER BY lot")
    assert rows == [("L1", 3), ("L2", 2)]


def test_an_empty_face_moves_without_goods() -> None:
    site = given()
    order = site.release("MUG", "P1", 10)
    site.scan("CART", worker="BOB")
    site.follow("BOB")
    approve(site, ("MUG", "P1", "P4"))
    site.scan("NEXT")
    site.follow()
    assert faces(site)["MUG"] == "P4"
    assert order
    assert site.violations() == {}


def test_reservations_of_tours_that_have_not_begun_move_along() -> None:
    site = given(("MUG", "P1", "P4"))
    site.release("MUG", "P1", 6)
    site.scan("NEXT")
    site.follow()
    assert picks(site) == [("MUG", "P4", "open")]
    assert site.rows("SELECT place, qty, reserved FROM stock WHERE sku = 'MUG' AND qty > 0") == [
        ("P4", 10, 6)
    ]
    assert site.violations() == {}
    site.scan("CART", worker="BOB")
    assert "place" in site.follow("BOB")
    assert site.stock_at()["MUG", "P4"] == 4
    assert site.violations() == {}


def test_a_move_waits_while_a_picker_on_tour_needs_the_goods() -> None:
    site = given(("MUG", "P1", "P4"))
    site.release("MUG", "P1", 6)
    site.scan("CART", worker="BOB")
    assert site.scan("NEXT").message == "no_task"
    site.follow("BOB")
    assert site.scan("NEXT").screen.workflow == "move"


def test_a_tour_that_began_before_the_take_makes_the_mover_come_back_later() -> None:
    site = given(("MUG", "P1", "P4"))
    site.release("MUG", "P1", 6)
    site.scan("NEXT", "P1")
    assert site.scan("CART", worker="BOB").message == "no_tour"
    site.scan("HOME")
    site.scan("CART", worker="BOB")
    assert site.scan("NEXT").message == "no_task"


def test_while_the_goods_are_carried_no_tour_for_them_begins_and_nobody_takes_them() -> None:
    site = given(("MUG", "P1", "P4"))
    site.release("MUG", "P1", 6)
    assert site.scan("NEXT", "P1", "MUG").message == "all_taken"
    assert site.scan("CART", worker="BOB").message == "no_tour"
    assert site.rows("SELECT qty, reserved FROM stock WHERE place = 'P1'") == [(10, 10)]
    assert site.violations() == {}
    site.scan("P4")
    assert site.scan("CART", worker="BOB").message == "scan_tote"


def test_errands_that_bring_more_find_the_new_place() -> None:
    reserve = StockLine(sku="MUG", place="R1", qty=18)
    site = given(stock=(MUGS, reserve))
    site.release("MUG", "P1", 5)
    approve(site, ("MUG", "P1", "P4"))
    site.scan("NEXT", worker="BOB")
    assert site.last["BOB"].screen.workflow == "replenish"
    site.scan("SKIP", worker="BOB")
    assert site.last["BOB"].screen.workflow == "move"
    site.follow("BOB")
    assert site.rows("SELECT to_place FROM task WHERE kind = 'replenish'") == [("P4",)]
    site.scan("NEXT")
    site.follow()
    assert site.stock_at() == {("MUG", "P4"): 28}
    assert site.violations() == {}


def test_a_move_waits_for_who_brings_more_to_the_old_place() -> None:
    site = given(stock=(MUGS, StockLine(sku="MUG", place="R1", qty=18)))
    approve(site, ("MUG", "P1", "P4"))
    site.scan("NEXT", "P1", worker="BOB")
    site.release("MUG", "P1", 5)
    assert site.scan("NEXT").message == "no_task", "a move has begun at the face to fill"
    site.scan("HOME", worker="BOB")
    assert site.scan("NEXT").screen.workflow == "replenish"
    site.scan("NEXT", "P1", worker="BOB")
    assert site.scan("MUG", worker="BOB").message == "place_in_use"
    site.follow()
    assert site.scan("MUG", "P4", worker="BOB").message == "moved"


def test_undo_of_the_put_brings_everything_back() -> None:
    site = given(("MUG", "P1", "P4"))
    site.release("MUG", "P1", 6)
    site.scan("NEXT", "P1", "MUG", "P4")
    reply = site.scan("UNDO")
    assert (reply.screen.step, reply.screen.target) == ("target", "P4")
    assert site.stock_at()["MUG", "P1"] == 10
    assert faces(site)["MUG"] == "P1"
    assert picks(site) == [("MUG", "P1", "open")]
    assert site.violations() == {}
    assert site.scan("P4").message == "moved"
    assert site.violations() == {}


@pytest.mark.parametrize("code", ["UNDO", "HOME", "SKIP"])
def test_goods_that_are_put_back_are_free_again(code: str) -> None:
    site = given(("MUG", "P1", "P4"))
    site.scan("NEXT", "P1", "MUG", code)
    assert site.rows("SELECT reserved FROM stock WHERE place = 'P1'") == [(0,)]
    assert site.violations() == {}


def test_undo_is_refused_when_the_next_of_the_chain_has_come() -> None:
    site = given(("LAMP", "P2", "P4"), ("MUG", "P1", "P2"))
    site.scan("NEXT", "P2", "LAMP", "P4")
    site.scan("NEXT", "P1", "MUG", "P2", worker="BOB")
    assert site.scan("UNDO").message == "place_taken"
    assert site.violations() == {}


def test_a_target_that_somebody_has_filled_meanwhile_is_refused() -> None:
    site = given(("MUG", "P1", "P4"))
    site.scan("NEXT", "P1", "MUG")
    add(site, StockLine(sku="LAMP", place="P4", qty=1))
    assert site.scan("P4").message == "place_taken"
    assert site.scan("SKIP").screen.workflow == "home"
    assert site.violations() == {}


@pytest.mark.parametrize("path", [("SHORT",), ("P1", "SHORT")])
def test_nothing_there_is_written_off_and_the_face_moves_on(path: tuple[str, ...]) -> None:
    site = given(("MUG", "P1", "P4"), ("LAMP", "P2", "P1"))
    site.release("MUG", "P1", 6)
    site.scan("NEXT")
    reply = site.scan(*path)
    assert (reply.message, reply.fields) == ("short_noted", {"missing": 10})
    assert faces(site)["MUG"] == "P4"
    assert site.violations() == {}
    assert site.scan("NEXT").screen.fields["sku"] == "LAMP"


def test_cancelling_under_the_movers_hands_leaves_the_goods_where_they_were() -> None:
    site = given(("MUG", "P1", "P4"))
    site.scan("NEXT", "P1", "MUG")
    assert site.handle(CancelMoves, actor="LEAD").note == "1 moves"
    assert site.scan("P4").message == "move_cancelled"
    assert site.stock_at()["MUG", "P1"] == 10
    assert site.violations() == {}


def test_a_cancelled_move_takes_those_with_it_that_wait_for_it() -> None:
    site = given(stock=(MUGS, LAMPS, MILK))
    tasks = approve(site, ("MILK", "P3", "P5"), ("MUG", "P1", "P4"), ("LAMP", "P2", "P1")).tasks
    assert site.handle(CancelMoves, tasks=(tasks[1],)).note == "2 moves"
    assert [row[3] for row in moves(site)] == ["open", "cancelled", "cancelled"]
    with pytest.raises(NotFound, match="no open move"):
        site.handle(CancelMoves, tasks=(tasks[1],))


def test_a_cancelled_order_leaves_a_move_right() -> None:
    site = given(("MUG", "P1", "P4"))
    order = site.release("MUG", "P1", 6)
    site.scan("NEXT", "P1", "MUG")
    site.handle(CancelOrder, order=order)
    assert site.scan("P4").message == "moved"
    assert site.violations() == {}


@pytest.mark.parametrize(
    ("move", "reason"),
    [
        (("MUG", "P1", "NOWHERE"), "unknown"),
        (("NOTHING", "P1", "P4"), "unknown"),
        (("MUG", "P1", "R1"), "not_a_pick_place"),
        (("MUG", "P4", "P5"), "not_there"),
        (("MUG", "P1", "P2"), "target_not_empty"),
        (("MUG", "P1", "TINY"), "too_small"),
        (("MUG", "P1", "WEAK"), "too_heavy"),
        (("MUG", "P1", "COLD"), "wrong_storage"),
    ],
)
def test_what_cannot_be_moved_says_why(move: tuple[str, str, str], reason: str) -> None:
    site = given()
    assert approve(site, move, ("LAMP", "P2", "P4")).dropped == ((move[0], move[2], reason),)
    with pytest.raises(Refused, match="no move possible"):
        approve(site, move)


def test_frozen_goods_go_to_a_frozen_place_only() -> None:
    site = given()
    site.handle(ImportItems, items=(replace(ITEMS[0], storage="frozen"),))
    assert approve(site, ("MUG", "P1", "P4"), ("MUG", "P1", "COLD")).dropped == (
        ("MUG", "P4", "wrong_storage"),
    )


def test_a_sku_under_way_is_not_approved_twice() -> None:
    site = given(("MUG", "P1", "P4"))
    with pytest.raises(Refused, match="already_moving"):
        approve(site, ("MUG", "P1", "P5"))
    with pytest.raises(Refused, match="too many moves"):
        approve(site, *[("MUG", "P1", "P5")] * 1_001)


def test_every_scan_is_answered_at_every_step() -> None:
    walk_every_pair(
        moving.FLOW,
        lambda: given(("MUG", "P1", "P4")),
        {
            "source": ("NEXT",),
            "item": ("NEXT", "P1"),
            "target": ("NEXT", "P1", "MUG"),
            "done": ("NEXT", "P1", "MUG", "P4"),
        },
    )
