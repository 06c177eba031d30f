"""Slotting from the books: tours of the past become moves, moves become errands, tours shorter."""

from dataclasses import replace

import pytest

from controller.errors import NotFound
from controller.messages import (
    ApproveMoves,
    Container,
    FaceMove,
    ImportContainers,
    ImportPlaces,
    ImportStock,
    Place,
    SetUpLayout,
    StockLine,
)
from controller.plan import Effort, slotting
from controller.plan.graphs.ground import floor_of
from controller.plan.walking import Graph, Layout, Stop
from controller.units import DAY
from controller.views.pick_faces import Asked, golden, moves, slotting_problem, visits
from tests.workflows.inbound import NOON_MS, Site

PLACES = (
    Place(name="P1", kind="pick", aisle=9, y_mm=19_000),
    Place(name="P2", kind="pick", aisle=0, y_mm=12_000),
    Place(name="P3", kind="pick", aisle=0, y_mm=1_000, height_mm=1_000, volume_ml=90_000),
    Place(name="P4", kind="pick", aisle=5, y_mm=5_000),
)
STOCK = (
    StockLine(sku="MUG", place="P1", qty=40, face=True, face_max=60),
    StockLine(sku="LAMP", place="P2", qty=9, face=True),
    StockLine(sku="MILK", place="P4", qty=5, face=True),
    StockLine(sku="SOFA", place="P4", qty=1),
)


def walked(tours: int = 3) -> Site:
    """A site on which mugs were fetched from the far end, one tour after the other."""
    site = Site()
    site.handle(ImportPlaces, places=PLACES)
    site.handle(ImportStock, lines=STOCK)
    totes = (Container(lpn=f"T{n}", kind="tote", place="RACK") for n in (3, 4, 5))
    site.handle(ImportContainers, containers=tuple(totes))
    for _ in range(tours):
        site.release("MUG", "P1", 2)
        site.scan("CART", worker="BOB")
        site.follow("BOB")
    return site


def problem_of(site: Site, *skus: str) -> slotting.Problem:
    with site.controller.reading() as db:
        return slotting_problem(db, site.clock.now, Asked(horizon_days=300, skus=frozenset(skus)))


def test_tours_of_the_past_are_the_trips_and_shared_places_stay() -> None:
    problem = problem_of(walked())
    assert [(each.sku, each.place, each.face_ml) for each in problem.goods] == [
        ("MUG", "P1", 60_000),
        ("LAMP", "P2", 18_000),
    ]
    assert {spot.name for spot in problem.spots} == {"P1", "P2", "P3"}
    assert problem.trips == (slotting.Trip(skus=("MUG",)),) * 3
    assert problem.days == 1


def test_visits_that_no_move_concerns_are_stops_that_stay() -> None:
    site = walked(1)
    site.release("SOFA", "P4", 1)
    site.scan("CART", worker="BOB")
    site.follow("BOB")
    assert sorted(problem_of(site).trips, key=len_of) == [
        slotting.Trip(skus=(), stops=(Stop(aisle=5, block=0, y_mm=5_000),)),
        slotting.Trip(skus=("MUG",)),
    ]


def len_of(trip: slotting.Trip) -> int:
    return len(trip.skus)


def test_without_tours_orders_are_taken_for_tours() -> None:
    site = walked(0)
    site.release("MUG", "P1", 2)
    site.release("LAMP", "P2", 1)
    assert problem_of(site).trips == (slotting.Trip(skus=("LAMP", "MUG")),)


def test_the_plan_of_the_books_is_approved_carried_out_and_has_paid() -> None:
    site = walked()
    plan = slotting.solve(problem_of(site), Effort(work=2_000))
    named = tuple(
        FaceMove(sku=move.sku, source=move.source, target=move.target, why=move.why)
        for chain in plan.chains
        for move in chain.moves
    )
    assert [(move.sku, move.target) for move in named] == [("MUG", "P3")]
    site.handle(ApproveMoves, moves=named)
    with site.controller.reading() as db:
        (row,) = moves(db, NOON_MS - DAY, 10)
    assert (row.sku, row.state, row.units) == ("MUG", "open", 34)
    assert problem_of(site).goods[0].sku == "LAMP", "what is under way is not planned again"
    site.scan("NEXT")
    site.follow()
    again = slotting.solve(problem_of(site), Effort(work=2_000))
    assert again.walked_before_mm_day == plan.walked_after_mm_day
    assert again.chains == ()
    assert site.violations() == {}


def test_a_floor_that_is_no_rectangle_is_slotted_by_its_own_ways() -> None:
    site = walked()
    plain = floor_of(
        Layout(aisles=10, block_lengths_mm=(20_000,), aisle_pitch_mm=3_500, depot_aisle=0)
    )
    ways = [replace(way, one_way=nth == 9) for nth, way in enumerate(plain.ways)]
    site.handle(SetUpLayout, layout=replace(plain, ways=tuple(ways)))
    problem = problem_of(site)
    assert isinstance(problem.layout, Graph)
    plan = slotting.solve(problem, Effort(work=2_000))
    moved = [(move.sku, move.target) for chain in plan.chains for move in chain.moves]
    assert moved == [("MUG", "P3")]
    there_mm = 9 * 3_500 + 20_000  # up the aisle of one way, and back along another
    assert plan.walked_before_mm_day == 3 * 2 * there_mm
    assert plan.walked_after_mm_day == 3 * 2 * 1_000


def test_who_asks_for_some_skus_moves_no_others() -> None:
    site = walked()
    problem = problem_of(site, "LAMP")
    assert [each.sku for each in problem.goods] == ["LAMP"]
    assert {spot.name for spot in problem.spots} == {"P2", "P3"}
    assert all(trip.skus == () and len(trip.stops) == 1 for trip in problem.trips)
    assert (visits(problem), visits(problem_of(site))) == ({}, {"P1": 3})
    assert golden(problem) == ("P3",)
    with pytest.raises(NotFound, match="no pick face"):
        problem_of(site, "SOFA")
