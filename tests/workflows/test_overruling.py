"""Plans that explain themselves, and what a lead changes of them before anybody walks."""

from collections.abc import Callable

import pytest

from api.console.plan_words import plan_says, tour_says
from controller.messages import LockTour, PlannedKind, PullOrder
from controller.plan import releasing as planner
from controller.views import plans
from controller.workflows import releasing
from controller.workflows.alarming import raise_alarm
from tests.house import House

Given = Callable[..., House]
STOCK = {"MUG": 20, "PEN": 20}
PLAN = 77


def plan(
    house: House, *orders: str, request: int = PLAN, waiting: tuple[tuple[str, str], ...] = ()
) -> None:
    """A tour of these orders, as a planner proposes it, is applied."""
    tours: tuple[planner.PlannedTour, ...] = ()
    if orders:
        cut = house.tour_of(orders)
        tours = (
            planner.PlannedTour(
                kind=cut.kind, loads=cut.loads, picks=cut.picks, length_mm=40_000, why="short"
            ),
        )
    says = PlannedKind(
        kind="cluster",
        tours=len(tours),
        loads=len(orders),
        length_mm=40_000,
        first_come_mm=50_000,
        bound_mm=32_000,
    )
    made = planner.Plan(
        tours=tours,
        waiting=waiting,
        total_mm=40_000,
        first_come_mm=50_000,
        kinds=(says,) if orders else (),
    )
    for command in releasing.commands(made, request):
        house.handle(command)


@pytest.fixture
def planned(given: Given) -> House:
    """Two orders of two items each on one cart."""
    house = given(stock=STOCK)
    for number in "12":
        house.order(number, {"MUG": 2, "PEN": 1})
    plan(house, "shop/1", "shop/2")
    return house


def tour_id(house: House) -> int:
    return int(house.one("SELECT id FROM tour ORDER BY id DESC LIMIT 1").id)


def told(house: House) -> plans.PlanStory:
    with house.controller.reading() as db:
        found = plans.plan(db, PLAN)
    assert found is not None
    return found


def tour(house: House) -> plans.TourStory:
    with house.controller.reading() as db:
        found = plans.tour(db, tour_id(house))
    assert found is not None
    return found


def pull(house: House, order: str = "shop/1", reason: str = "customer collects") -> PullOrder:
    return PullOrder(
        id=house.new_id(), actor="LEAD-1", tour=tour_id(house), order=order, reason=reason
    )


def lock(house: House, locked: bool = True) -> LockTour:
    return LockTour(
        id=house.new_id(), actor="LEAD-1", tour=tour_id(house), locked=locked, reason="an audit"
    )


def test_a_plan_says_what_it_chose_what_it_saves_and_how_far_the_best_may_be(
    planned: House,
) -> None:
    story = told(planned)
    assert (story.plan.loads, story.plan.states) == (2, {"planned": 1})
    (head,) = story.tours
    assert (head.orders, head.loads, head.picks, head.done) == (2, 2, 4, 0)
    assert list(plan_says(story)) == [
        "1 tour of 40 m in all fetch 2 containers.",
        "Several orders on a cart: 1 tour of 40 m, 10 m (20%) less than first come, first served. "
        "None can be shorter than 32 m, so it is at most 25% longer than the best.",
    ]


def test_a_plan_names_what_it_left_out_and_why(given: Given) -> None:
    waiting = (("shop/3", "work_in_process_full"), ("shop/4", "goods_not_at_a_pick_place"))
    house = given(stock=STOCK)
    plan(house, waiting=waiting)
    story = told(house)
    assert story.plan.left_out == {"goods_not_at_a_pick_place": 1, "work_in_process_full": 1}
    assert story.waiting == waiting
    says = list(plan_says(story))
    assert says[0] == "Nothing could start."
    assert "1 order left out, because as many are in work as the site allows." in says


def test_a_plan_ends_the_alarm_about_one_that_did_not_come(given: Given) -> None:
    house = given(stock=STOCK)
    house.act(lambda turn: raise_alarm(turn, "plan/release", "given_up", "expired"))
    plan(house)
    assert house.one("SELECT state FROM alarm").state == "cleared"


def test_a_tour_tells_its_slots_and_its_picks_as_they_are_walked(planned: House) -> None:
    story = tour(planned)
    assert [slot.orders for slot in story.slots] == [("shop/1",), ("shop/2",)]
    assert len(story.stops) == 4
    assert {stop.slot for stop in story.stops} == {1, 2}
    says = list(tour_says(story))
    assert says[0].startswith("4 picks of 2 orders into 2 containers")
    assert "All of its kind in this plan" in says[1]


def test_the_latest_plans_come_first_and_empty_ones_only_if_asked_for(planned: House) -> None:
    plan(planned, request=PLAN + 1)
    with planned.controller.reading() as db:
        full, _ = plans.plans(db, 0, 10)
        every, _ = plans.plans(db, 0, 10, with_empty=True)
        page, more = plans.plans(db, PLAN + 1, 1)
    assert [each.id for each in full] == [str(PLAN)]
    assert [each.id for each in every] == [str(PLAN + 1), str(PLAN)]
    assert ([each.id for each in page], more) == ([str(PLAN)], str(PLAN))


def test_an_order_that_is_pulled_out_is_as_if_it_had_not_been_released(planned: House) -> None:
    house = planned
    house.handle(pull(house))
    assert [row.planned for row in house.lines("shop/1")] == [0, 0]
    assert house.stock("MUG", "P-MUG") == (20, 2)
    assert [stop.order for stop in tour(house).stops] == ["shop/2", "shop/2"]
    assert [slot.orders for slot in tour(house).slots] == [("shop/2",)]
    assert house.violations() == []
    plan(house, "shop/1", request=PLAN + 1)
    assert [stop.order for stop in tour(house).stops] == ["shop/1", "shop/1"]
    assert house.violations() == []


def test_a_tour_without_orders_is_over(planned: House) -> None:
    first = tour_id(planned)
    for order in ("shop/1", "shop/2"):
        planned.handle(pull(planned, order))
    assert planned.one("SELECT state FROM tour WHERE id = :id", id=first).state == "done"
    assert planned.violations() == []


def test_the_rest_of_the_tour_is_picked_as_planned(planned: House) -> None:
    planned.handle(pull(planned))
    planned.sign_in()
    planned.pick_all()
    assert [row.picked for row in planned.lines("shop/2")] == [2, 1]
    assert [row.picked for row in planned.lines("shop/1")] == [0, 0]
    assert planned.violations() == []


def test_a_tour_that_is_begun_keeps_its_orders(planned: House) -> None:
    planned.sign_in()
    planned.start_tour()
    planned.refuses(lambda: planned.handle(pull(planned)), "tour_begun", tour=tour_id(planned))


def test_a_locked_tour_keeps_its_orders_until_it_is_unlocked(planned: House) -> None:
    planned.handle(lock(planned))
    assert tour(planned).tour.locked_by == "LEAD-1"
    planned.refuses(lambda: planned.handle(pull(planned)), "tour_locked", by="LEAD-1")
    planned.handle(lock(planned, locked=False))
    planned.handle(pull(planned))
    assert len(tour(planned).stops) == 2


def test_an_order_of_another_tour_is_refused_by_name(planned: House) -> None:
    planned.refuses(
        lambda: planned.handle(pull(planned, "shop/9")), "order_not_in_tour", order="shop/9"
    )
