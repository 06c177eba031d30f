"""Parcels of a store: priced from there, by services that call there, and let go with a label."""

from dataclasses import replace
from typing import Any

from controller.messages import (
    CancelOrder,
    Contract,
    CountNode,
    ImportRateCard,
    LabelRefused,
    Node,
    NodeStock,
    OrderLine,
    RateCard,
    SetUpContracts,
    SetUpNodes,
    SetUpSite,
    SetUpVans,
    VanSettings,
    VoidLabel,
)
from controller.messages.rates import RateRow, ZoneRow
from controller.plan import Effort
from controller.units import DAY, HOUR
from controller.workflows.carriers import choosing, tendering
from controller.workflows.carriers.hindsight import look_back
from tests.workflows.floor import CARTONS, ECO, FAST, MORNING_MS, SETTINGS, SETUP, Floor
from tests.workflows.vans import DEPOT, OWN, VAN

SITE = SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(ECO, FAST, OWN))
STORE = Node(code="STORE-1", kind="store", country="GB", postcode="YO1 1AA", collects=True)
PARCEL = "SELECT * FROM parcel ORDER BY id DESC LIMIT 1"


def store(node: Node = STORE, site: SetUpSite = SITE, **more: Any) -> Floor:
    """The store ships an order of two mugs, which costs more from here."""
    floor = Floor(setup=(site, *SETUP[1:]))
    floor.do(SetUpVans(id="vans", settings=VanSettings(), depots=(DEPOT,), vans=(VAN,)))
    floor.do(SetUpNodes(id="nodes", nodes=(Node(code="main", handling_cents=5_000), node)))
    floor.do(CountNode(id="count", node="STORE-1", lines=(NodeStock(sku="MUG", qty=5),)))
    floor.order("1", {"MUG": 2}, postcode="YO1", **more)
    return floor


def packed(floor: Floor) -> str:
    """W1 has packed the order; the parcel's plate."""
    floor.scans("STORE-1", "NEXT", "MUG", "MUG", "BOX-S")
    return str(floor.screens["W1"].screen.fields["box"])


def box_labelled(floor: Floor) -> str:
    box = packed(floor)
    floor.carrier_answers()
    floor.printer_answers()
    return box


def test_own_vans_do_not_call_at_a_store() -> None:
    floor = store()
    packed(floor)
    (parcel,) = floor.parcels()
    assert (parcel.service, parcel.lane) == ("ECO", "STORE-1")
    assert "OWN: does not call at STORE-1" in parcel.why


def test_services_that_call_at_a_store_take_its_parcels_at_its_price() -> None:
    zones = (
        ZoneRow(zone="FAR", country="GB"),
        ZoneRow(zone="NEAR", country="GB", origin_country="GB", origin_postcodes="YO"),
    )
    rates = tuple(
        RateRow(service="FAST", zone=zone, price_cents=cents)
        for zone, cents in (("FAR", 900), ("NEAR", 150))
    )
    card = RateCard(
        code="C",
        carrier="Swift",
        currency="GBP",
        from_day=MORNING_MS // DAY,
        zones=zones,
        rates=rates,
    )
    floor = store(replace(STORE, services=("ECO", "FAST")))
    floor.do(ImportRateCard(id="card", card=card))
    packed(floor)
    (parcel,) = floor.parcels()
    assert (parcel.service, parcel.cost_cents) == ("FAST", 150)
    with floor.controller.reading() as db:
        now = choosing.answers_now(db, floor.clock.ms, parcel.id)
    assert {each.service: getattr(each, "cost_cents", 0) for each in now}["FAST"] == 150


def test_a_store_asks_for_no_label_over_a_border_while_customs_lacks_data() -> None:
    abroad = replace(ECO, countries=("*",))
    site = replace(SITE, settings=replace(SETTINGS, customs_free=("GB",)), services=(abroad,))
    floor = store(site=site, country="CH")
    floor.scans("STORE-1", "NEXT", "MUG", "MUG")
    assert floor.scan("BOX-S").message == "parcel_parked"
    alarm = "SELECT detail FROM alarm WHERE fault = 'customs_data_missing' AND state = 'open'"
    assert floor.value(alarm) == "MUG: hs_code, origin_country, customs_words, price_cents"
    assert floor.sent("carrier/buy") == []


def test_another_label_of_a_stores_parcel_leads_to_no_lane_of_the_building() -> None:
    floor = store()
    packed(floor)
    (bought,) = floor.sent("carrier/buy")
    floor.do(LabelRefused(id="no", reference=bought.payload["reference"], why="down"))
    (parcel,) = floor.parcels()
    assert (parcel.service, parcel.lane) == ("FAST", "STORE-1")
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(parcel.lpn)
    assert floor.scan(parcel.lpn).message == "parcel_loaded"
    assert floor.value("SELECT lane FROM departure") == "STORE-1"
    assert floor.books_balance()


def test_full_pickups_of_the_building_are_none_of_a_store() -> None:
    full = replace(SITE, services=(replace(ECO, capacity=1), FAST))
    floor = store(site=full)
    order = floor.order("2", {"PEN": 1})
    floor.tour([[(order, "BOX-S", {"PEN": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "PEN", "100", "HOME")
    assert floor.parcels()[-1].service == "ECO"
    packed(floor)
    assert floor.parcels()[-1].service == "ECO"


def test_parcels_of_a_store_count_for_tiers_and_take_no_pickup_of_the_building() -> None:
    floor = store()
    held = Contract(carrier="Snail", tiers=((2, 1_000),), pickups=(("ECO", 1),))
    floor.do(SetUpContracts(id="held", contracts=(held,)))
    order = floor.order("2", {"PEN": 1})
    floor.tour([[(order, "BOX-S", {"PEN": 1})]])

    def shared() -> tuple[int, dict[str, tuple[int, int]], int]:
        with floor.controller.reading() as db:
            problem = tendering.snapshot(db, floor.clock.ms)
        assert problem is not None
        choice = problem.choice
        return choice.pickup_capacity["ECO"], dict(choice.sent), len(problem.all_of_it.parcels)

    assert shared() == (1, {}, 1)
    box = box_labelled(floor)
    base_cents = floor.parcels()[-1].base_cents
    assert shared() == (1, {"Snail": (1, base_cents)}, 1)
    floor.scans(box, box)
    assert floor.parcels()[-1].state == "shipped"
    assert shared()[0::2] == (1, 1)
    assert shared()[1] == {"Snail": (1, base_cents)}
    moved = replace(SITE.settings, utc_offset_ms=4 * HOUR)
    floor.do(replace(SITE, id="moved", settings=moved))
    assert shared()[0] == 1, "the pickup lost nothing"


def test_what_stands_in_a_store_brings_no_tier_of_a_day_that_is_over() -> None:
    floor = store()
    order = floor.order("2", {"PEN": 1})
    floor.tour([[(order, "BOX-S", {"PEN": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "PEN", "100")
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(floor.screens["W1"].screen.target, "HOME")
    floor.scan("LANE-01")
    floor.scans(floor.parcels()[-1].lpn, "DONE")
    assert floor.parcels()[-1].state == "shipped"
    tiers = Contract(carrier="Snail", tiers=((2, 5_000),))
    floor.do(SetUpContracts(id="held", contracts=(tiers,)))

    def best_cents() -> int:
        day_ms = MORNING_MS // DAY * DAY
        with floor.controller.reading() as db:
            return look_back(db, day_ms, day_ms + DAY, Effort(work=1_000)).best_cents

    alone_cents = best_cents()
    floor.clock.ms += 30 * DAY
    box = box_labelled(floor)
    assert best_cents() == alone_cents
    floor.scans(box, box)
    assert best_cents() == alone_cents


def test_a_bag_whose_order_was_cancelled_is_not_handed_over() -> None:
    floor = store(pickup_node="STORE-1")
    floor.scans("STORE-1", "NEXT", "MUG", "MUG", "DONE", "1")
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    reply = floor.scan("DONE")
    assert (reply.message, reply.tone) == ("bag_changed", "warn")
    floor.scans("NEXT", "MUG")
    assert floor.stock("STORE-1") == {"MUG": 5}
    assert floor.books_balance()


def test_what_was_cancelled_of_a_bag_is_taken_out_before_the_rest_is_handed_over() -> None:
    floor = store(pickup_node="STORE-1")
    floor.scans("STORE-1", "NEXT", "MUG", "MUG", "DONE")
    one = (OrderLine(line=1, sku="MUG", qty=1),)
    floor.do(CancelOrder(id="cancel", order="shop/1", lines=one))
    assert floor.scan("1").message == "bag_changed"
    floor.scans("NEXT", "MUG", "DONE", "1", "1")
    assert floor.stock("STORE-1") == {"MUG": 4}
    assert floor.stock("~customer") == {"MUG": 1}
    assert floor.books_balance()


def test_a_voided_label_lets_no_parcel_go_and_another_is_printed() -> None:
    floor = store()
    box = box_labelled(floor)
    floor.do(VoidLabel(id="void", parcel=floor.parcels()[0].id, reason="wrong address"))
    assert floor.scan(box).message == "label_voided"
    assert floor.scan("PRINT").message == "label_asked_again"
    floor.carrier_answers()
    floor.printer_answers()
    assert floor.scan(box).message == "parcel_labelled"
    assert floor.scan(box).message == "parcel_loaded"
    assert floor.books_balance()


def test_no_label_is_printed_of_a_parcel_that_is_gone() -> None:
    floor = store()
    box_labelled(floor)
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    reply = floor.scan("PRINT")
    assert (reply.message, reply.screen.step) == ("parcel_gone", "list")
    assert floor.sent("device/printer-") == []
