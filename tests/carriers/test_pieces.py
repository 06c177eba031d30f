"""Cartons of one order as pieces of one shipment: sold once each, given back at once, or alone."""

from dataclasses import replace

import msgspec
import pytest

from api.public.tracking_page import page
from controller import links
from controller.messages import (
    Contract,
    MakeDocument,
    RelabelParcel,
    SetParcelService,
    SetUpContracts,
    TrackingReport,
    TrackingReported,
)
from controller.store import Store
from controller.views.order_story import story
from controller.views.public_parcel import public_parcel
from tests.carriers.conftest import JOIN, SITE, Made, Shipping, pack, put_on
from tests.carriers.peer import Peer
from tests.workflows.floor import FAST, FIRST, SECOND, Floor

LIGHT = replace(SITE, services=(replace(JOIN, mass_max_g=1_000), FAST))
THIRD = "040123450000000030"
ONCE = ("500", "503", "429", "garbage", "reset", "late", "no_number")


def told(peer: Peer) -> list[tuple[int, int]]:
    """Of how many pieces and how many goods in them the carrier was told, with each purchase."""
    asked = [body for body in peer.bodies if body and "reference" in body]
    declared = [sum(goods["pieces"] for goods in each.get("declared", ())) for each in asked]
    return [(each["of"], units) for each, units in zip(asked, declared, strict=True)]


def pieces(shipping: Shipping) -> list[tuple[str, int, str]]:
    rows = shipping.floor.all("SELECT carrier, piece, state FROM purchase ORDER BY id")
    return [(row.carrier, row.piece, row.state) for row in rows]


def test_each_carton_is_sold_when_it_is_closed_as_a_piece_of_one_shipment(
    made: Made, peer: Peer, store: Store
) -> None:
    shipping = made(3, store=store)
    for _ in range(3):
        pack(shipping)
    assert pieces(shipping) == [("Snail", n, "bought") for n in (1, 2, 3)]
    assert peer.added == [("M-PEER000001", SECOND), ("M-PEER000001", THIRD)]
    asked = [body for body in peer.bodies if body and "reference" in body]
    assert [(body["of"], body.get("piece")) for body in asked] == [(3, None), (3, 2), (3, 3)]
    assert sum(goods["pieces"] for goods in asked[0]["declared"]) == 3
    assert [each.cost_cents for each in shipping.floor.parcels()] == [320, 20, 20]
    quoted = shipping.floor.all("SELECT quoted_cents FROM purchase ORDER BY id")
    assert [row.quoted_cents for row in quoted] == [322, 22, 22]
    bought = shipping.floor.events("label_bought")
    assert [(each["piece"], each["pieces"]) for each in bought] == [(1, 3), (2, 3), (3, 3)]
    assert {each["master"] for each in bought} == {"M-PEER000001"}
    assert shipping.floor.books_balance()


def test_the_first_piece_is_chosen_by_what_all_pieces_of_the_order_come_to(
    made: Made, store: Store
) -> None:
    alone = replace(FAST, base_cents=310, per_kg_cents=0)  # cheaper than ECO, but for one
    shipping = made(3, site=replace(SITE, services=(JOIN, alone)), store=store)
    for _ in range(3):
        pack(shipping)
    assert [each.service for each in shipping.floor.parcels()] == ["ECO"] * 3
    assert [each.cost_cents for each in shipping.floor.parcels()] == [320, 20, 20]
    sums = "all pieces of the order come to 358 cents by ECO, 646 cents by FAST; FAST: 310 cents"
    first = shipping.floor.parcels()[0]
    assert first.why == sums
    assert shipping.floor.events("parcel_packed")[0]["why"] == sums
    assert shipping.floor.books_balance()


def test_a_carton_more_than_was_told_goes_by_itself_and_says_why(made: Made) -> None:
    shipping = made(2, each=2)
    shipping.floor.scans("BOX-S", "MUG", "MUG", "780")
    shipping.settled()
    put_on(shipping)
    shipping.floor.scans("BOX-S", "MUG", "DONE", "430")
    shipping.settled()
    put_on(shipping)
    pack(shipping)
    assert pieces(shipping) == [
        ("Snail", 1, "bought"),
        ("Snail", 2, "bought"),
        ("Snail", 0, "bought"),
    ]
    *_, last = shipping.floor.parcels()
    assert last.why == (
        f"shipment {FIRST} of Snail has the 2 pieces that it was told; FAST: 722 cents"
    )
    assert shipping.floor.books_balance()


def test_a_carrier_is_told_of_those_pieces_alone_that_its_service_takes(
    made: Made, peer: Peer
) -> None:
    shipping = made(3, last=3, site=LIGHT)
    pack(shipping)
    pack(shipping)
    shipping.floor.scans("BOX-S", "MUG", "MUG", "MUG", "1130")
    shipping.settled()
    assert [each.service for each in shipping.floor.parcels()] == ["ECO", "ECO", "FAST"]
    assert told(peer) == [(2, 2), (2, 0)]
    assert not shipping.floor.all("SELECT fault FROM alarm ORDER BY device, fault")
    assert shipping.floor.books_balance()


def test_a_packer_and_a_customer_see_which_carton_of_how_many_it_is(made: Made) -> None:
    shipping = made(3)
    seen = []
    for _ in range(3):
        screen = shipping.floor.screens["W1"].screen
        seen.append(screen.fields["nth"])
        shipping.floor.scans("BOX-S", "MUG", "430")
        seen.append(shipping.floor.screens["W1"].screen.fields["nth"])
        shipping.settled()
        put_on(shipping)
    assert seen == ["1/3", "1/3", "2/3", "2/3", "3/3", "3/3"]
    with shipping.floor.controller.reading() as db:
        link = links.link_of(db, shipping.floor.parcels()[1].id)
        parcel = public_parcel(db, link, shipping.floor.clock.ms)
    assert parcel is not None
    assert "<dt>Parcel</dt><dd>2 of 3</dd>" in page(parcel, link, "en")


def test_cartons_have_one_number_everywhere_though_several_packers_close_them(
    made: Made, store: Store
) -> None:
    shipping = made(3, totes=2, store=store)
    floor = shipping.floor
    floor.scans("BENCH-02", "TOTE-2", worker="W2")
    seen = [floor.screens[worker].screen.fields["nth"] for worker in ("W1", "W2")]
    assert seen == ["1/3", "3/3"]
    reply = floor.scans("BOX-S", "MUG", "430", worker="W2")
    shipping.settled()
    assert reply.screen.fields["nth"] == "3/3"
    *_, last = floor.parcels()
    slip = floor.do(MakeDocument(id="slip", actor="W2", kind="packing_slip", parcel=last.id))
    kept = floor.value("SELECT data FROM document WHERE id = :id", id=slip.document)
    heading = msgspec.json.decode(kept)["heading"]
    assert (heading["nth"], heading["of"]) == (3, 3)
    with floor.controller.reading() as db:
        parcel = public_parcel(db, links.link_of(db, last.id), floor.clock.ms)
        told = story(db, last.order_id)
    assert parcel is not None
    assert told is not None
    assert (parcel.nth, parcel.parcels) == (3, 3)
    assert [(each.nth, each.cartons) for each in told.parcels] == [(1, 3), (2, 3), (3, 3)]


def test_a_label_of_the_house_says_which_carton_of_how_many_it_is() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 2})
    floor.tour([[(order, "BOX-S", {"MUG": 1})], [(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-2", "BOX-S", "MUG", "430")
    floor.carrier_answers()
    (job,) = floor.sent("device/printer")
    assert job.payload["label"]["piece"] == "2 of 2"


def test_a_service_set_by_hand_and_a_label_anew_tell_of_those_pieces_alone(
    made: Made, peer: Peer
) -> None:
    shipping = made(3, last=3, site=LIGHT)
    first = shipping.floor.parcels()[0].id
    shipping.floor.do(SetParcelService(id="set", actor="LEAD", parcel=first, service="ECO"))
    pack(shipping)
    shipping.floor.do(RelabelParcel(id="anew", actor="LEAD", parcel=first))
    shipping.settled()
    assert told(peer) == [(2, 2), (2, 2)]


def test_one_that_goes_alone_goes_by_its_own_price(made: Made) -> None:
    alone = replace(FAST, base_cents=310, per_kg_cents=0)
    shipping = made(1, site=replace(SITE, services=(JOIN, alone)))
    pack(shipping)
    (parcel,) = shipping.floor.parcels()
    assert (parcel.service, parcel.why) == ("FAST", "ECO: 322 cents")


@pytest.mark.parametrize("fault", ONCE)
def test_what_goes_wrong_once_sells_no_piece_twice(made: Made, peer: Peer, fault: str) -> None:
    shipping = made(2)
    pack(shipping)
    peer.faults.append(fault)
    if fault == "late":
        shipping.floor.scans("BOX-S", "MUG", "430")
        shipping.until(lambda: len(peer.seen) > 1)
        peer.held.set()
    else:
        pack(shipping, label=False)
    shipping.settled()
    assert pieces(shipping) == [("Snail", 1, "bought"), ("Snail", 2, "bought")]
    assert peer.valid == [each.tracking for each in shipping.floor.parcels()]
    assert shipping.floor.books_balance()


def test_a_piece_goes_with_what_the_order_paid_for_though_another_shipment_is_open(
    made: Made,
) -> None:
    light = replace(SITE, services=(JOIN, replace(FAST, mass_max_g=600)))
    shipping = made(2, site=light, service="FAST")
    pack(shipping, heavy="780")
    pack(shipping)
    assert [each.service for each in shipping.floor.parcels()] == ["ECO", "FAST"]
    why = "FAST takes it not, or not in time"
    assert shipping.floor.events("other_service") == [{"service": "ECO", "why": why}]
    assert shipping.floor.books_balance()


def test_a_further_piece_does_not_go_past_what_a_carrier_takes_in_a_day(made: Made) -> None:
    shipping = made(3)
    shipping.floor.do(
        SetUpContracts(id="held", contracts=(Contract(carrier="Snail", daily_max=1),))
    )
    for _ in range(3):
        pack(shipping)
    assert [each.service for each in shipping.floor.parcels()] == ["ECO", "FAST", "FAST"]


def test_a_further_piece_does_not_go_past_a_full_pickup(made: Made) -> None:
    full = replace(SITE, services=(replace(JOIN, capacity=2), FAST))
    shipping = made(3, site=full)
    for _ in range(3):
        pack(shipping)
    assert [each.service for each in shipping.floor.parcels()] == ["ECO", "ECO", "FAST"]


@pytest.mark.parametrize("fault", ["of_another_shipment", "no_label"])
def test_a_piece_that_cannot_be_used_goes_back_and_the_bench_goes_on(
    made: Made, peer: Peer, fault: str
) -> None:
    shipping = made(2)
    pack(shipping)
    peer.faults.append(fault)
    pack(shipping)
    assert pieces(shipping) == [
        ("Snail", 1, "bought"),
        ("Snail", 2, "voided"),
        ("Swift", 0, "bought"),
    ]
    assert peer.valid == ["PEER000001"]
    alarm = shipping.floor.value("SELECT detail FROM alarm WHERE fault = 'shipment_short'")
    assert "2 pieces told, 1 go" in alarm
    assert shipping.floor.books_balance()


def test_a_carrier_that_takes_no_pieces_sells_each_label_by_itself(made: Made, peer: Peer) -> None:
    peer.takes_pieces = False
    shipping = made(2)
    pack(shipping)
    pack(shipping)
    assert pieces(shipping) == [
        ("Snail", 1, "refused"),
        ("Snail", 0, "bought"),
        ("Snail", 0, "bought"),
    ]
    assert len(peer.valid) == 2
    (alone,) = shipping.floor.events("label_alone")
    assert alone == {"carrier": "Snail", "service": "ECO"}
    assert shipping.floor.value("SELECT fault FROM alarm WHERE device = 'carrier/Snail'")
    assert shipping.floor.books_balance()


def test_a_carrier_that_does_not_answer_is_not_asked_for_the_same_piece_again(
    made: Made, peer: Peer
) -> None:
    shipping = made(2)
    peer.faults.extend(["429"] * 12)
    pack(shipping)
    assert pieces(shipping) == [("Snail", 1, "refused"), ("Swift", 0, "bought")]
    assert peer.valid == []


def test_news_of_the_whole_are_those_of_each_piece(made: Made) -> None:
    shipping = made(2)
    pack(shipping)
    pack(shipping)
    told = TrackingReport(status="in_transit", at_ms=shipping.floor.clock.ms)
    for number in ("M-PEER000001", "PEER000002"):
        news = TrackingReported.of_carrier(f"news/{number}", "Snail", number, (told,))
        shipping.floor.do(news)
    heard = shipping.floor.all("SELECT parcel, status FROM tracking_event ORDER BY parcel")
    assert [row.parcel for row in heard] == [each.id for each in shipping.floor.parcels()]


def test_a_piece_of_another_bench_waits_until_the_number_of_the_whole_is_known(
    made: Made, peer: Peer
) -> None:
    shipping = made(2, totes=2)
    close_both(shipping, peer)
    peer.held.set()
    shipping.settled()
    assert pieces(shipping) == [("Snail", 1, "bought"), ("Snail", 2, "bought")]
    assert [master for master, _ in peer.added] == ["M-PEER000001"]


def test_a_piece_whose_first_is_not_sold_goes_by_itself(made: Made, peer: Peer) -> None:
    shipping = made(2, totes=2)
    close_both(shipping, peer)
    shipping.floor.clock.ms += 12_000
    shipping.until(lambda: len(peer.valid) == 2)
    shipping.floor.clock.ms += 9_000
    shipping.until(lambda: shipping.floor.parcels()[0].service == "FAST")
    peer.held.set()
    shipping.settled()
    first, second = shipping.floor.parcels()
    assert (first.service, second.service) == ("FAST", "ECO")
    assert peer.valid == [second.tracking]
    assert peer.added == []
    assert shipping.floor.books_balance()


def close_both(shipping: Shipping, peer: Peer) -> None:
    """The second carton is closed at another bench while the first waits for its label."""
    peer.faults.append("late")
    shipping.floor.scans("BOX-S", "MUG", "430")
    shipping.until(lambda: peer.seen)
    shipping.floor.scans("BENCH-02", "TOTE-2", "BOX-S", "MUG", "430", worker="W2")
