"""The living warehouse around the real controller: it works, and visitors work in it."""

from pathlib import Path

import pytest

from controller.messages import Screen, SignOut
from controller.store import open_store
from controller.views import attendance, outcomes, whereabouts
from simulation.live.crew import VISITORS, simulated
from simulation.live.zones import ZONES
from tests.simulation.live.conftest import Living

PICKER, PACKER, LOADER = "PICKER-101", "PACKER-101", "LOADER-101"
BENCH = "BENCH-04"
STEPS_MAX = 400
LABEL_S = 5.0  # a packer without a label prints it again
LOG_MAX = 20_000_000


def follow_the_screen(living: Living, badge: str, ends: str) -> list[str]:
    """Scans what each screen asks for until an answer is `ends`; the answers."""
    answers: list[str] = []
    while ends not in answers:
        assert len(answers) < STEPS_MAX, answers[-5:]
        screen = living.screen(badge)
        reply = living.scan(badge, screen.target or "SKIP")
        assert reply.tone != "error", (screen, reply)
        answers.append(reply.message)
    return answers


def step(screen: Screen) -> tuple[str, str]:
    return screen.workflow, screen.step


def test_goods_are_picked_packed_sorted_and_shipped(living: Living) -> None:
    before = living.state()
    living.until(lambda: living.shipped() >= before["parcels"] + 12, "a dozen shipped parcels")
    after = living.state()
    assert after["picks"] > before["picks"]
    assert after["tours"] > before["tours"]
    assert not living.warehouse.house.failures
    assert living.warehouse.runtime.failures == 0
    living.warehouse.stop()
    assert living.warehouse.violations() == []


@pytest.mark.long
def test_a_visitor_picks_a_tour_and_simulated_people_pack_it(living: Living) -> None:
    living.sign_in(PICKER)
    living.until(lambda: living.state().get("open", 0) > 0, "an open order")
    assert living.scan(PICKER, "CART-016").message != "no_tour"
    assert "picked" in follow_the_screen(living, PICKER, "handed_over")
    with living.store.reading() as db:
        totes = {
            row.lpn
            for row in db.all(
                "SELECT l.lpn FROM load l JOIN tour t ON t.id = l.tour "
                "WHERE t.cart = 'CART-016' AND l.lpn <> '' ORDER BY l.lpn"
            )
        }
    assert totes

    def packed() -> bool:
        with living.store.reading() as db:
            filled = {at for at, _ in whereabouts.goods(db)}
        return not totes & filled

    living.until(packed, "the packing of the visitor's totes")
    living.warehouse.stop()
    assert living.warehouse.violations() == []


@pytest.mark.long
def test_a_visitor_packs_and_the_parcel_rides_to_its_lane(living: Living) -> None:
    living.sign_in(PACKER)

    def tote_at_bench() -> bool:
        living.scan(PACKER, BENCH)
        return bool(living.screen(PACKER).target)

    living.until(tote_at_bench, "a tote for the visitor")
    answers: list[str] = []
    parcel = ""
    while "parcel_labelled" not in answers and "tote_done" not in answers:
        assert len(answers) < STEPS_MAX
        screen = living.screen(PACKER)
        if step(screen) == ("packing", "weigh"):
            living.until(lambda: step(living.screen(PACKER)) != ("packing", "weigh"), "a weight")
            continue
        if step(screen) == ("packing", "label"):
            parcel = screen.target
            if not living.within(LABEL_S, lambda: bool(living.screen(PACKER).fields["printed"])):
                answers.append(living.scan(PACKER, "PRINT").message)  # it lies at another bench
                continue
        answers.append(living.scan(PACKER, screen.target).message)
    living.until(lambda: parcel not in where(living, "BELT-01"), "the parcel's ride")
    living.warehouse.stop()
    assert living.warehouse.violations() == []


def where(living: Living, place: str) -> set[str]:
    with living.store.reading() as db:
        return {row.lpn for row in whereabouts.parcels(db) if row.place == place}


@pytest.mark.long
def test_a_cart_that_a_visitor_parks_is_taken_on(living: Living) -> None:
    living.sign_in(PICKER)
    living.scan(PICKER, "CART-016")
    follow_the_screen(living, PICKER, "picked")
    living.warehouse.runtime.controller.handle(
        SignOut(id="visitor/out", actor=PICKER, badge=PICKER)
    )

    def taken() -> bool:
        with living.store.reading() as db:
            rows = db.all("SELECT worker, state FROM tour WHERE cart = 'CART-016' ORDER BY id")
        return bool(rows) and (rows[-1].state == "done" or rows[-1].worker in simulated())

    living.until(taken, "the picking of the parked tour")
    assert not living.warehouse.house.failures


def test_a_first_morning_leaves_no_large_log_and_work_under_way(
    first_morning: tuple[Path, int],
) -> None:
    path, log_bytes = first_morning
    assert 0 < log_bytes <= LOG_MAX
    store = open_store(f"sqlite:///{path}")
    with store.reading() as db:
        assert outcomes.progress(db)["open"] > 100
        assert outcomes.figures(db)["picks"] > 0
        assert attendance.present(db)
    store.close()


def test_badges_of_visitors_are_free_and_zones_are_three() -> None:
    roles = [visitor.role for visitor in VISITORS]
    assert not {visitor.badge for visitor in VISITORS} & simulated()
    assert roles.count("picker") >= 3
    assert {"packer", "loader", "lead", "admin"} <= set(roles)
    assert [zone.name for zone in ZONES] == ["A", "B", "C"]
