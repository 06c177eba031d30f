"""The screens ahead of a picking tour are what the floor then shows, whatever way is taken."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from controller import barcodes
from controller.messages import CancelOrder, Screen, SetUpSite
from controller.views.ahead import Ahead, ahead
from tests.workflows.floor import Floor
from tests.workflows.monkey_site import SETUP, STOCK
from tests.workflows.scenes import SCENES, house, plan

ALL_PENS = STOCK["PEN"]


def look(floor: Floor, worker: str = "W1") -> Ahead:
    with floor.controller.reading() as db:
        return ahead(db, worker)


def unversioned(screen: Screen) -> Screen:
    return replace(screen, version=0)


def same_from_here(now: Ahead, known: Ahead, at: int) -> bool:
    """A later look foresees what the first one did; home is no tour, so it has nothing ahead."""
    rest = known.steps[at:]
    moved = [replace(step, moves={c: n - at for c, n in step.moves.items()}) for step in rest]
    return [*now.steps] == moved or (not now.steps and rest[0].screen.workflow == "home")


def play(floor: Floor, cart: str, seed: int) -> list[str]:
    """Takes a way through the first look ahead, and compares each screen; the steps seen."""
    chance, steps = random.Random(seed), []
    floor.scan(cart)
    known = look(floor)
    at = 0
    while known.steps[at].moves:
        step = known.steps[at]
        code, at = chance.choice(sorted(step.moves.items()))
        reply = floor.scan(code)
        assert reply.tone == "ok", (code, reply)
        assert unversioned(reply.screen) == known.steps[at].screen, (seed, code)
        assert same_from_here(look(floor), known, at)
        steps.append(reply.screen.step)
    assert floor.screens["W1"].screen.workflow == "home"
    assert floor.books_balance()
    return steps


def setting(floor: Floor, **changed: Any) -> None:
    site = SETUP[0]
    assert isinstance(site, SetUpSite)
    floor.do(replace(site, id="setting", settings=replace(site.settings, **changed)))


def cluster() -> Floor:
    """Orders of many lines: counts, packs, lots, several units, the same bin twice."""
    floor = house()
    setting(floor, wall_units_max=0)
    floor.order("1", {"MUG": 3, "PEN": 7, "MILK": 2})
    floor.order("2", {"MUG": 1, "BOOK": 2, "MILK": 3})
    floor.order("3", {"PEN": 1, "22423": 2})
    plan(floor)
    return floor


def asking() -> Floor:
    """The site asks at each bin that the books empty whether it is empty."""
    floor = house()
    setting(floor, zero_check=True)
    floor.order("1", {"PEN": ALL_PENS, "MUG": 2})
    floor.order("2", {"BOOK": 2})
    plan(floor)
    return floor


def singles() -> Floor:
    floor = house()
    for number, sku in enumerate(("MUG", "PEN", "MUG", "BOOK", "PEN", "MILK"), 1):
        floor.order(str(number), {sku: 1})
    plan(floor)
    return floor


def bulk() -> Floor:
    floor = house()
    floor.order("1", {"SOFA": 2})
    plan(floor)
    return floor


TOURS: dict[str, tuple[Callable[[], Floor], str]] = {
    "cluster": (cluster, "CART-1"),
    "asking": (asking, "CART-1"),
    "singles": (singles, "CART-1"),
    "bulk": (bulk, "TRUCK-1"),
}


@pytest.mark.parametrize("kind", TOURS)
@pytest.mark.parametrize("seed", range(6))
def test_a_whole_tour_goes_as_was_foreseen_at_its_start(kind: str, seed: int) -> None:
    make, cart = TOURS[kind]
    steps = play(make(), cart, seed)
    assert steps[-2:] == ["hand_over", "home"]
    assert {"tote", "place", "item", "drop"} & set(steps)


def test_every_way_of_counting_is_foreseen() -> None:
    seen = set(play(cluster(), "CART-1", 1)) | set(play(asking(), "CART-1", 2))
    assert seen >= {"place", "item", "count", "drop", "zero", "hand_over", "home"}


@pytest.mark.parametrize("step", SCENES["picking"])
def test_the_first_step_ahead_is_the_present_screen(step: str) -> None:
    floor = SCENES["picking"][step].play()
    first = look(floor).steps[0]
    assert first.screen == unversioned(floor.screens["W1"].screen)
    decides = step in ("short", "new_tote", "cart")  # what follows is for others to say
    assert bool(first.moves) is not decides


def test_a_part_of_a_pick_in_hand_is_dropped_and_the_rest_follows() -> None:
    floor = cluster()
    floor.scan("CART-1")
    while floor.screens["W1"].screen.step != "count":
        floor.scans(floor.screens["W1"].screen.target)
    floor.scan("5")
    known = look(floor)
    reply = floor.scan(next(iter(known.steps[0].moves)))
    assert unversioned(reply.screen) == known.steps[1].screen
    assert reply.screen.fields["qty"] == 2


def test_codes_ahead_are_in_the_form_that_a_scan_is_read_as() -> None:
    floor = cluster()
    floor.scan("CART-1")
    for step in look(floor).steps:
        assert all(barcodes.read(code).code == code for code in step.moves)


def test_the_picks_done_grow_to_all_of_them() -> None:
    floor = cluster()
    floor.scan("CART-1")
    known = look(floor)
    done = [step.picked for step in known.steps]
    assert (done[0], done[-1]) == (0, known.picks)
    assert done == sorted(done)


def test_other_work_has_nothing_ahead() -> None:
    assert look(house()) == Ahead()
    assert look(house(), "NOBODY") == Ahead()


def test_a_tour_that_was_changed_by_others_is_foreseen_as_it_is_now() -> None:
    floor = cluster()
    floor.scan("CART-1")
    before = look(floor)
    floor.do(CancelOrder(id="cancel", order="shop/3"))
    after = look(floor)
    assert after.picks < before.picks
    assert "22423" not in {step.screen.target for step in after.steps}
