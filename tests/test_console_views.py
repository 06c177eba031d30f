"""What operators see: every figure comes from the books of a small house, worked by hand."""

from typing import Any

import pytest

from api.console import words
from api.console.words import tell
from controller.messages import DeviceFault, GiveUpJob, RepeatJob, ReprintLabel
from controller.store import Store
from controller.units import HOUR
from controller.views import (
    figures,
    finding,
    holdings,
    live_floor,
    machines,
    order_list,
    order_story,
    staff,
)
from controller.views.site_map import site_map
from tests.workflows.floor import FIRST, Floor, belt_floor, confirm, packed_floor, seen
from tests.workflows.test_loading import sorted_floor


def shipped_floor(store: Store | None = None) -> Floor:
    """One order has gone its whole way."""
    floor = sorted_floor(store=store)
    floor.scan(FIRST, "W2")
    return floor


class Unhurried(Floor):
    def follow(self, _worker: str, _first: str) -> None:
        """Nobody walks the tour yet."""


def look(floor: Floor, view: Any, *args: Any) -> Any:
    with floor.controller.reading() as db:
        return view(db, *args)


def titles(floor: Floor, order: str = "shop/1") -> list[str]:
    return [tell(fact).title for fact in look(floor, order_story.story, order).facts]


# --- one order's story -------------------------------------------------------------------------


def test_the_story_of_a_shipped_order_is_whole_and_in_sequence(store: Store) -> None:
    assert titles(shipped_floor(store)) == [
        "Order received",
        titles_of_release(),
        "Picked 1 × MUG",
        "Packed 1 × MUG",
        f"Parcel {FIRST} closed",
        "Label bought",
        "Label printed",
        f"Parcel {FIRST} sorted into LANE-01",
        f"Parcel {FIRST} loaded and shipped",
        "Order complete",
    ]


def titles_of_release() -> str:
    tour = look(shipped_floor(), order_story.story, "shop/1").facts[1].subject
    return f"Released in tour {tour}"


def test_each_movement_says_from_where_to_where_and_by_whom() -> None:
    facts = look(shipped_floor(), order_story.story, "shop/1").facts
    picked, packed = (tell(fact) for fact in facts if fact.kind == "moved")
    assert (picked.detail, picked.by) == ("from P-MUG into TOTE-1", "system")
    assert packed.detail == f"from TOTE-1 into {FIRST}"


def test_the_choice_of_a_service_explains_itself() -> None:
    facts = look(shipped_floor(), order_story.story, "shop/1").facts
    why = next(tell(fact).why for fact in facts if fact.kind == "parcel_packed")
    assert why == "others: FAST: 7.22"
    more = "piece of shipment 1, which saves 87 cents; B: 1152 cents, weighed as 1140 cents"
    assert words.services("ECO", f"{more}; Post 24: too heavy: 9 g") == (
        "piece of shipment 1, which saves 0.87; "
        "others: B: 11.52, weighed as 11.40; Post 24: too heavy: 9 g"
    )
    assert words.services("", "A: no price") == "no service takes it: A: no price"
    assert words.services("ECO", "the only service") == "the only service"


def test_a_tote_that_is_used_again_does_not_add_to_an_older_story() -> None:
    floor = shipped_floor()
    before = titles(floor)
    floor.scans("HOME", worker="W1")
    order = floor.order("2", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    assert titles(floor) == before
    assert "Picked 1 × MUG" in titles(floor, "shop/2")


def test_every_event_of_the_house_has_words_of_its_own() -> None:
    """A kind without words is told by its name: this list says which may be."""
    untold = {"tour_done", "departure_closed", "given_up", "alarm_acknowledged", "job_repeated"}
    floor = shipped_floor()
    kinds = {row.kind for row in floor.all("SELECT DISTINCT kind FROM event ORDER BY kind")}
    assert kinds - untold <= set(words._TELL)


def test_a_fact_with_other_data_than_expected_is_still_told() -> None:
    fact = order_story.Fact(at_ms=1, kind="stock_missing", subject="MUG", data={})
    assert tell(fact).title == "Stock missing"


def test_an_unknown_order_has_no_story() -> None:
    assert look(Floor(), order_story.story, "shop/none") is None


# --- lists of orders ---------------------------------------------------------------------------


def test_orders_are_listed_by_what_they_wait_for(store: Store) -> None:
    floor = packed_floor({"MUG": 1}, store)
    floor.order("2", {"PEN": 1})
    floor.order("3", {"BOOK": 60})
    now_ms = floor.clock.ms

    def listed(which: str, at_ms: int = now_ms) -> list[tuple[str, str]]:
        page = look(floor, order_list.open_orders, which, at_ms, "", 10)
        return [(order.number, order.stage) for order in page.orders]

    assert listed("work") == [("1", "packing"), ("2", "waiting"), ("3", "waiting")]
    assert listed("waiting") == [("2", "waiting"), ("3", "waiting")]
    assert listed("short") == [("3", "waiting")]
    assert listed("held") == []
    assert listed("late") == []
    assert len(listed("late", now_ms + 48 * HOUR)) == 3


def test_shipped_orders_are_listed_latest_first() -> None:
    page = look(shipped_floor(), order_list.closed_orders, "shipped", "", 10)
    assert [(order.id, order.stage) for order in page.orders] == [("shop/1", "shipped")]


# --- the floor ---------------------------------------------------------------------------------


def test_a_worker_is_where_the_screen_is(store: Store) -> None:
    floor = packed_floor({"MUG": 1}, store)
    floor.scans("TOTE-1")
    worker = look(floor, live_floor.live_floor, floor.clock.ms).workers[0]
    assert (worker.badge, worker.workflow, worker.at) == ("W1", "packing", "BENCH-01")
    assert (worker.order, worker.sku, worker.scanned_ms) == ("shop/1", "MUG", floor.clock.ms)


def test_a_tour_shows_the_places_that_are_left() -> None:
    floor = Unhurried()
    order = floor.order("1", {"MUG": 1, "PEN": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1, "PEN": 1})]])
    floor.scans("CART-1", "TOTE-1", "P-MUG", "MUG", "TOTE-1")
    (tour,) = look(floor, live_floor.tours)
    assert (tour.worker, tour.cart, tour.done, tour.left) == ("W1", "CART-1", 1, 1)
    assert tour.path == ("P-PEN",)
    (worker,) = look(floor, live_floor.workers)
    assert (worker.at, worker.walking) == ("P-PEN", True)


def test_parcels_are_on_the_belt_and_then_in_their_lane() -> None:
    floor = belt_floor()
    now = look(floor, live_floor.live_floor, floor.clock.ms)
    assert [(parcel.lpn, parcel.place) for parcel in now.belt] == [(FIRST, "BELT-01")]
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    now = look(floor, live_floor.live_floor, floor.clock.ms)
    assert (now.belt, now.lanes[0].name, now.lanes[0].parcels) == ((), "LANE-01", 1)


def test_the_map_knows_every_place_and_who_leaves_from_where() -> None:
    known = look(Floor(), site_map)
    assert {place.name for place in known.places} >= {"P-MUG", "BENCH-01", "LANE-02"}
    assert known.carriers == {"LANE-01": ("Snail",), "LANE-02": ("Swift",)}


def test_people_are_counted_by_team() -> None:
    found = look(Floor("W1", "W2"), staff.staff)
    assert (found.teams, len(found.present)) == ({"picker": 3}, 2)


# --- figures -----------------------------------------------------------------------------------


def test_a_day_that_is_read_in_steps_equals_one_that_is_read_at_once(
    monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    floor = shipped_floor(store)
    since_ms = floor.clock.ms - 8 * HOUR
    whole = look(floor, figures.day_since, since_ms)
    assert not look(floor, figures.add, whole)
    monkeypatch.setattr(figures, "PAGE", 3)
    steps = look(floor, figures.day_since, since_ms)
    while look(floor, figures.add, steps):
        pass
    assert steps == whole
    assert sum(n for (kind, _), n in whole.events.items() if kind == "order_shipped") == 1
    assert sum(n for (cause, _), n in whole.units.items() if cause == "pick") == 1
    assert whole.cycles_ms == [0]


def test_a_day_begins_with_its_first_command() -> None:
    floor = shipped_floor()
    last = floor.value("SELECT MAX(seq) FROM journal")
    assert look(floor, figures.command_at, floor.clock.ms) == 0
    assert look(floor, figures.command_at, floor.clock.ms + 1) == last
    floor.clock.ms += HOUR
    floor.order("9", {"PEN": 1})
    assert look(floor, figures.command_at, floor.clock.ms) == last


def test_heat_counts_the_visits_of_a_place() -> None:
    floor = shipped_floor()
    assert look(floor, figures.heat, floor.clock.ms - HOUR) == {"P-MUG": 1}
    assert look(floor, figures.heat, floor.clock.ms + HOUR) == {}


# --- stock and finding -------------------------------------------------------------------------


def test_stock_is_told_by_sku_place_and_container(store: Store) -> None:
    floor = packed_floor({"MUG": 2}, store)
    mug = look(floor, holdings.stock_of_sku, "MUG")
    assert [(each.at, each.qty) for each in mug.holdings] == [("BUFFER", 2), ("P-MUG", 48)]
    assert (mug.face, mug.sellable, mug.promised) == ("P-MUG", 50, 2)
    assert look(floor, holdings.stock_at_place, "P-MUG").holdings[0].qty == 48
    assert look(floor, holdings.stock_in_container, "TOTE-1").holdings[0].reserved == 2
    page = look(floor, holdings.history, "MUG", "P-MUG", "", 1)
    assert (page.movements[0].cause, page.movements[0].target) == ("pick", "TOTE-1")
    older = look(floor, holdings.history, "MUG", "P-MUG", page.next, 5)
    assert [move.cause for move in older.movements] == ["opening"]


@pytest.mark.parametrize(
    ("text", "kind", "ref"),
    [
        ("shop/1", "order", "shop/1"),
        ("1", "order", "shop/1"),
        ("mug", "sku", "MUG"),
        ("MUG-PACK", "sku", "MUG"),
        ("p-mug", "place", "P-MUG"),
        ("TOTE-1", "container", "TOTE-1"),
        ("w1", "worker", "W1"),
    ],
)
def test_anything_is_found_by_what_it_is_called(text: str, kind: str, ref: str) -> None:
    hits = look(packed_floor(), finding.find, text)
    assert (kind, ref) in [(hit.kind, hit.ref) for hit in hits]


def test_wildcards_are_no_key_to_everything() -> None:
    assert [hit for hit in look(Floor(), finding.find, "%") if hit.kind == "sku"] == []


# --- devices -----------------------------------------------------------------------------------


def test_a_label_that_was_given_up_is_printed_again_as_a_reprint() -> None:
    floor = packed_floor({"MUG": 1})
    floor.scans("TOTE-1", "BOX-S", "MUG", "430")
    floor.carrier_answers()
    (print_,) = floor.sent("device/printer-")
    fault = DeviceFault(id="out", device="printer-bench-01", fault="paper_out", outbox=print_.id)
    floor.do(fault)
    (job,) = [job for job in look(floor, machines.jobs) if job.state == "failed"]
    assert (job.order, job.does, job.may_repeat) == ("shop/1", "print", True)
    floor.do(RepeatJob(id="again", actor="LEAD", outbox=int(job.id)))
    (again,) = floor.sent("device/printer-")
    assert again.payload == print_.payload
    assert "Label asked for again" in titles(floor)
    (old,) = [job for job in look(floor, machines.jobs) if job.state == "failed"]
    assert not old.may_repeat


def test_a_lead_reprints_the_label_of_a_parcel_on_the_belt() -> None:
    floor = belt_floor()
    parcel = floor.parcels()[0]
    floor.do(ReprintLabel(id="reprint", actor="LEAD", parcel=parcel.id))
    (print_,) = floor.sent("device/printer-")
    assert print_.topic == "device/printer-bench-01"
    floor.printer_answers()
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    assert floor.parcels()[0].state == "sorted"
    assert floor.books_balance()


def test_a_partner_is_asked_again_when_a_lead_says_so() -> None:
    floor = packed_floor({"MUG": 1})
    floor.scans("TOTE-1", "BOX-S", "MUG", "430")
    (buy,) = floor.sent("carrier/buy")
    floor.do(GiveUpJob(id="up", actor="LEAD", outbox=buy.id))
    assert floor.sent("carrier/buy") == []
    floor.do(RepeatJob(id="again", actor="LEAD", outbox=buy.id))
    assert [event.id for event in floor.sent("carrier/buy")] == [buy.id]
    floor.carrier_answers()
    assert len(floor.sent("device/printer-")) == 1


def test_what_waits_is_counted_by_whom_it_is_for() -> None:
    floor = packed_floor({"MUG": 1})
    floor.scans("TOTE-1", "BOX-S", "MUG", "430")
    waiting = {queue.topic: queue.waiting for queue in look(floor, machines.queues)}
    assert waiting["carrier/buy"] == 1
