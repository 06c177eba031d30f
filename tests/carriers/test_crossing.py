"""Customs papers of pieces: made once for all that go together, asked for when those are here."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from api.carriers.templates import facts, fill
from controller import tables
from controller.errors import Refused
from controller.messages import (
    CancelOrder,
    ImportItems,
    LabelRefused,
    MakeDocument,
    OrderLine,
    RelabelParcel,
    VoidLabel,
)
from controller.views.consignments import consignment
from controller.views.wanted_papers import wanted_papers
from tests.carriers.conftest import JOIN, SITE, Made, Shipping, pack, put_on
from tests.carriers.peer import Peer
from tests.workflows.floor import FAST, FIRST, MASS_G, SECOND, SETTINGS, SETUP, Floor

THIRD = "040123450000000030"
FIFTH = "040123450000000054"
KNOWN: dict[str, Any] = {
    "hs_code": "691200",
    "origin_country": "CN",
    "customs_words": "ceramic mugs",
}
ABROAD = replace(
    SITE,
    settings=replace(SETTINGS, customs_free=("GB",)),
    services=(replace(JOIN, countries=("*",)), FAST),
)
MISSING = "SELECT detail FROM alarm WHERE fault = 'customs_papers_missing' AND state = 'open'"


def abroad(made: Made, cartons: int, **more: Any) -> Shipping:
    """A floor whose order crosses a border, with all that customs asks of its goods."""
    shipping: Shipping = made(cartons, site=ABROAD, country="CH", **more)
    know(shipping.floor, *MASS_G)
    return shipping


def know(floor: Floor, *skus: str) -> None:
    """All that customs asks of these goods."""
    items = next(each for each in SETUP if isinstance(each, ImportItems)).items
    known = tuple(replace(each, **KNOWN) for each in items if each.sku in skus)
    floor.do(ImportItems(id=floor.id(), items=known))


def wanted(floor: Floor) -> list[tuple[str, str, int]]:
    with floor.controller.reading() as db:
        return [(each.lpn, each.kind, each.prints) for each in wanted_papers(db, "W1")]


def both(lpn: str) -> list[tuple[str, str, int]]:
    return [(lpn, "customs", 0), (lpn, "invoice", 0)]


def make(floor: Floor, plate: str, kind: str = "customs") -> bool:
    """Whether it was new."""
    parcel = next(each.id for each in floor.parcels() if each.lpn == plate)
    return floor.do(MakeDocument(id=floor.id(), actor="W1", kind=kind, parcel=parcel)).new


def make_both(floor: Floor, plate: str) -> None:
    assert make(floor, plate)
    assert make(floor, plate, "invoice")


def units(floor: Floor) -> list[list[int]]:
    """What each valid declaration declares, line by line."""
    rows = floor.all(
        "SELECT data FROM document WHERE kind = 'customs' AND voided_ms = 0 ORDER BY id"
    )
    return [[line["qty"] for line in msgspec.json.decode(row.data)["lines"]] for row in rows]


def test_papers_are_asked_for_with_the_last_piece_of_each_shipment(made: Made) -> None:
    shipping = abroad(made, 5)
    asked = []
    for _ in range(5):
        pack(shipping, label=False)
        asked.append(wanted(shipping.floor))
        if asked[-1]:
            make_both(shipping.floor, asked[-1][0][0])
        put_on(shipping)
    assert asked == [[], [], both(THIRD), [], both(FIFTH)]
    assert units(shipping.floor) == [[1, 1, 1], [1, 1]]
    assert shipping.floor.value(MISSING) is None
    assert shipping.floor.books_balance()


def test_where_a_piece_goes_another_way_the_papers_of_what_is_left_are_asked_for_too(
    made: Made, peer: Peer
) -> None:
    shipping = abroad(made, 2)
    pack(shipping)
    peer.faults.append("of_another_shipment")
    pack(shipping, label=False)
    floor = shipping.floor
    assert floor.parcels()[1].service == "FAST"
    assert wanted(floor) == [*both(SECOND), *both(FIRST)]
    assert floor.value(MISSING) == f"{FIRST}, {SECOND}"
    make_both(floor, FIRST)
    assert wanted(floor) == both(SECOND)
    assert floor.value(MISSING) == SECOND
    make_both(floor, SECOND)
    assert floor.value(MISSING) is None
    assert units(floor) == [[1], [1]]
    assert floor.books_balance()


def test_papers_name_the_parcels_that_go_together_and_are_made_anew_with_others(
    made: Made,
) -> None:
    shipping = abroad(made, 2)
    pack(shipping)
    pack(shipping)
    floor = shipping.floor
    second = floor.parcels()[1].id
    make_both(floor, SECOND)
    assert not make(floor, FIRST)
    floor.do(VoidLabel(id="void", actor="LEAD", parcel=second, reason="torn"))
    assert floor.value(MISSING) == FIRST
    make_both(floor, FIRST)
    assert units(floor) == [[1]]
    floor.do(RelabelParcel(id="anew", actor="LEAD", parcel=second))
    shipping.settled()
    assert floor.value(MISSING) == SECOND
    make_both(floor, SECOND)
    assert units(floor) == [[1, 1]]
    assert floor.value(MISSING) is None


def test_what_another_node_packs_is_not_waited_for(made: Made) -> None:
    shipping = abroad(made, 2)
    pack(shipping)
    floor = shipping.floor
    with pytest.raises(Refused, match="pieces to come"):
        make(floor, FIRST)
    second = floor.value("SELECT MAX(id) FROM parcel")
    with floor.controller.store.transaction() as db:
        row: dict[str, Any] = {column.name: 0 for column in tables.consignment.columns}
        row |= {"order_id": "shop/1", "node": "YORK", "state": "begun", "lpn": ""}
        db.insert(tables.consignment, [row | {"parcel": second}])
    assert make(floor, FIRST)
    assert units(floor) == [[1]]


def test_a_carton_that_does_not_come_leaves_the_papers_of_the_others_to_a_person(
    made: Made,
) -> None:
    shipping = abroad(made, 2, totes=2)
    pack(shipping)
    floor = shipping.floor
    less = (OrderLine(line=1, sku="MUG", qty=1),)
    floor.do(CancelOrder(id="less", order="shop/1", lines=less))
    assert floor.value(MISSING) is None
    floor.scans("BENCH-02", "TOTE-2", worker="W2")
    assert floor.value(MISSING) == FIRST
    make_both(floor, FIRST)
    assert floor.value(MISSING) is None


def test_a_carrier_hears_of_customs_of_all_pieces_once(made: Made) -> None:
    template = {"each": "customs_all", "as": {"hs": "{hs_code}", "n": "{qty}", "is": "{value}"}}
    body = {"all": template, "worth": "{goods_value}", "own": {"each": "customs", "as": "{qty}"}}
    shipping = abroad(made, 3)
    pack(shipping)
    first = shipping.floor.parcels()[0]
    with shipping.floor.controller.reading() as db:
        asked = consignment(db, first.id, first.lpn, first.service)
    whole = {"all": [{"hs": "691200", "n": 3, "is": 27}], "worth": 27, "own": [1]}
    assert fill(body, facts(asked)) == whole


def test_a_first_piece_waits_for_what_customs_asks_of_pieces_that_are_told_with_it(
    made: Made, peer: Peer
) -> None:
    inside = [{"MUG": 1}, {"PEN": 1}, {"BOOK": 1}]
    shipping = made(3, site=ABROAD, country="CH", inside=inside)
    floor = shipping.floor
    know(floor, "MUG", "BOOK")
    floor.scans("BOX-S", "MUG")
    assert (floor.scan("430").tone, peer.bodies) == ("warn", [])
    alarm = "SELECT detail FROM alarm WHERE fault = 'customs_data_missing' AND state = 'open'"
    lacks = "PEN (of a piece to come): hs_code, origin_country, customs_words"
    assert floor.value(alarm) == lacks
    anew = RelabelParcel(id="early", actor="LEAD", parcel=floor.parcels()[0].id)
    with pytest.raises(Refused, match="customs data missing"):
        floor.do(anew)
    know(floor, "PEN")
    floor.do(replace(anew, id="anew"))
    shipping.settled()
    (first, *_) = floor.parcels()
    assert (first.service, floor.value("SELECT pieces FROM shipment")) == ("ECO", 3)
    assert floor.value(alarm) is None
    with floor.controller.reading() as db:
        asked = consignment(db, first.id, first.lpn, first.service)
    assert asked is not None
    assert [(each.sku, each.hs_code) for each in asked.customs_all] == [
        ("BOOK", "691200"),
        ("MUG", "691200"),
        ("PEN", "691200"),
    ]
    assert floor.books_balance()


def test_a_label_that_falls_back_on_a_carrier_of_pieces_tells_nothing_that_customs_lacks(
    made: Made,
) -> None:
    inside = [{"MUG": 1}, {"PEN": 1}]
    shipping = made(2, site=ABROAD, country="CH", service="FAST", inside=inside)
    floor = shipping.floor
    know(floor, "MUG")
    floor.scans("BOX-S", "MUG", "430")
    (bought,) = floor.all("SELECT reference, carrier FROM purchase")
    assert bought.carrier == "Swift"
    floor.do(LabelRefused(id="no", reference=bought.reference, why="declined", declined=True))
    shipping.settled()
    assert floor.value("SELECT COUNT(*) FROM shipment") == 0
    assert floor.parcels()[0].service == "ECO"


def test_customs_papers_are_made_with_the_last_piece_and_once_for_all(made: Made) -> None:
    shipping = abroad(made, 2)
    floor = shipping.floor
    pack(shipping)
    first, second = (each.id for each in floor.parcels())
    with pytest.raises(Refused, match="pieces to come"):
        floor.do(MakeDocument(id="early", kind="invoice", parcel=first))
    pack(shipping)
    made_of = [
        floor.do(MakeDocument(id=f"invoice/{each}", kind="invoice", parcel=each))
        for each in (second, first)
    ]
    assert [each.new for each in made_of] == [True, False]
    kept = floor.value("SELECT data FROM document WHERE kind = 'invoice'")
    paper = msgspec.json.decode(kept)
    assert [(line["sku"], line["qty"]) for line in paper["lines"]] == [("MUG", 1), ("MUG", 1)]
    assert paper["heading"]["mass_g"] == 860
    assert floor.books_balance()
