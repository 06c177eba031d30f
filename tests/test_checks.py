"""The invariants: silent in every honest state, and each violation is named.

Here alone tests write tables directly, past the constraints, to break one invariant at a time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from controller.messages import (
    AnnounceReturn,
    CancelOrder,
    Container,
    ImportContainers,
    OrderLine,
    StockLine,
)
from controller.store import Db
from controller.views.checks import check
from tests.workflows.floor import Floor, belt_floor
from tests.workflows.inbound import Site

MUGS = StockLine(sku="MUG", place="P1", qty=10, face=True, face_max=30)
SHIPPED_TWICE = (
    "INSERT INTO movement SELECT -id, -command_seq, line, sku, lot, owner, qty, from_node, "
    "from_place, from_container, from_status, to_node, to_place, to_container, to_status, 'ship', "
    "actor, effective_ms, recorded_ms, 0 FROM movement WHERE cause = 'opening' AND sku = 'MUG'"
)
A_MOVEMENT = (
    "INSERT INTO movement SELECT -id, -command_seq, line, sku, lot, owner, qty, from_node, "
    "from_place, from_container, from_status, to_node, to_place, to_container, to_status, cause, "
    "actor, effective_ms, recorded_ms, 0 FROM movement WHERE cause = 'opening' AND sku = 'MUG'"
)
AN_OPEN_TASK = (
    "UPDATE task SET order_id = (SELECT MAX(id) FROM customer_order WHERE state = 'cancelled'), "
    "state = 'open', sku = 'MUG' WHERE id = (SELECT MIN(id) FROM task)"
)
A_CLAIM = (
    "UPDATE reservation SET ref = (SELECT MAX(id) FROM customer_order WHERE state = 'cancelled') "
    "WHERE ref LIKE 'web/%'"
)

AN_ERASED_ORDER = (
    "UPDATE customer_order SET erased_ms = 1, "
    "personal = (SELECT MIN(key) FROM personal WHERE data <> '')"
)


def site() -> Site:
    """Stock at places and in a tote, an order with a reserved pick, a cancelled one, errands."""
    made = Site(stock=(MUGS, StockLine(sku="MUG", place="R1", qty=18)))
    made.announce("ASN1", LAMP=3)
    made.scan("DOCK1")
    made.follow()
    made.release("MUG", "P1", 5)
    made.handle(CancelOrder, order=made.release("MUG", "P1", 1))
    boxes = (Container(lpn="B1", kind="tote", place="RACK"),)
    made.handle(ImportContainers, containers=boxes)
    return made


def floor() -> Floor:
    """Two labelled parcels on the belt."""
    return belt_floor(2)


@contextmanager
def broken(place: Site | Floor, statement: str) -> Iterator[Db]:
    """The database after a write that no command could make."""
    with place.controller.store.transaction() as db:
        db.plain("PRAGMA ignore_check_constraints = 1")
        assert db.run(statement) > 0, "the statement breaks nothing"
        yield db


def violations(db: Db, *, settled: bool = False) -> dict[str, list[str]]:
    return {name: found for name, found in check(db, settled=settled).items() if found}


@pytest.mark.parametrize("made", [site, floor])
def test_all_invariants_hold_on_an_honest_floor(made: Callable[[], Site | Floor]) -> None:
    with made().controller.reading() as db:
        found = check(db, settled=True)
    assert len(found) == 39
    assert set(map(len, found.values())) == {0}


@pytest.mark.parametrize(
    ("name", "statement", "words"),
    [
        ("movements_make_stock", A_MOVEMENT, "MUG (available) at P1: movements make 20 units"),
        (
            "movements_make_stock",
            "UPDATE stock SET qty = 11 WHERE place = 'P1'",
            "movements make 10 units, the stock row says 11",
        ),
        (
            "stock_within_bounds",
            "UPDATE stock SET reserved = 12 WHERE place = 'P1'",
            "MUG (available) at P1: 12 units are reserved of 10",
        ),
        (
            "stock_within_bounds",
            "UPDATE stock SET qty = -1 WHERE container = 'T1'",
            "LAMP (available) at T1: 0 units are reserved of -1",
        ),
        (
            "reservations_make_reserved",
            "UPDATE stock SET reserved = 4 WHERE place = 'P1'",
            "MUG (available) at P1: reservations hold 5 units, the row says 4",
        ),
        (
            "reservations_make_reserved",
            "UPDATE reservation SET qty = 6 WHERE place = 'P1'",
            "reservations hold 6 units, the row says 5",
        ),
        (
            "sku_sums_to_zero",
            "UPDATE stock SET qty = qty + 2 WHERE place = '~supplier'",
            "LAMP: all places together hold 2 units",
        ),
        (
            "available_is_its_rows",
            "UPDATE available SET sellable = 29 WHERE sku = 'MUG'",
            "MUG of owner '' at node main: sellable says 29, stock rows 28",
        ),
        (
            "available_is_its_rows",
            "UPDATE promise SET qty = 4",
            "promised says 5, promises 4",
        ),
        (
            "nothing_oversold",
            "UPDATE available SET promised = 31 WHERE sku = 'MUG'",
            "MUG at node main: 31 units are promised, 28 sellable and 0 allowed beyond",
        ),
        (
            "stock_stands_somewhere",
            "UPDATE stock SET place = 'MOON' WHERE place = 'P1'",
            "MUG (available) at MOON: 10 units stand at no known place",
        ),
        (
            "stock_stands_somewhere",
            "UPDATE stock SET place = 'R2' WHERE container = 'T1'",
            "LAMP (available) at R2",
        ),
        ("closed_orders_have_no_tasks", AN_OPEN_TASK, "is cancelled, but task"),
        ("closed_orders_hold_no_stock", A_CLAIM, "is cancelled, but holds 5 MUG at P1"),
        ("erased_orders_name_nobody", AN_ERASED_ORDER, "is erased, but who it was for"),
        (
            "tasks_hold_what_they_move",
            "UPDATE task SET state = 'done' WHERE kind = 'replenish'",
            "is done with 18 units to move, but holds 18 MUG at R1",
        ),
        (
            "tasks_hold_what_they_move",
            "UPDATE task SET qty = 17 WHERE kind = 'replenish'",
            "is open with 17 units to move, but holds 18 MUG at R1",
        ),
        (
            "tasks_hold_what_they_move",
            "DELETE FROM task WHERE kind = 'replenish'",
            "is missing with 0 units to move, but holds 18 MUG at R1",
        ),
        (
            "containers_nest_without_cycle",
            "UPDATE container SET parent = CASE lpn WHEN 'T1' THEN 'T2' ELSE 'T1' END, "
            "place = '' WHERE lpn IN ('T1', 'T2')",
            "container T1 stands in itself",
        ),
        (
            "containers_have_parents",
            "UPDATE container SET parent = 'GHOST', place = '' WHERE lpn = 'T2'",
            "container T2 stands in GHOST, which is unknown",
        ),
        (
            "containers_have_parents",
            "UPDATE container SET parent = 'CART' WHERE lpn = 'T2'",
            "or at 'RACK' as well",
        ),
        (
            "away_is_promised_and_not_begun",
            "UPDATE order_line SET away = 1",
            "1 units are away, other nodes have promised and not begun with 0",
        ),
        (
            "other_nodes_have_consignments",
            "UPDATE promise SET node = 'STORE'",
            "node STORE has promised 5 units, its consignment is none",
        ),
        (
            "lines_add_up",
            "UPDATE order_line SET wanted = 7 WHERE wanted = 5",
            "(MUG): 7 wanted is not 5 promised + 0 backordered + 0 shipped",
        ),
        (
            "lines_move_forward",
            "UPDATE order_line SET packed = 1 WHERE wanted = 5",
            "planned 5, picked 0, packed 1, shipped 0 are out of order",
        ),
        (
            "lines_move_forward",
            "UPDATE order_line SET planned = 6 WHERE wanted = 5",
            "wanted 5, backordered 0, planned 6",
        ),
        (
            "orders_state_is_their_lines",
            "UPDATE customer_order SET state = 'shipped' WHERE state = 'open'",
            "is shipped with 5 units wanted, 5 planned and 0 shipped",
        ),
        (
            "orders_state_is_their_lines",
            "UPDATE customer_order SET state = 'cancelled' WHERE state = 'open'",
            "is cancelled with 5 units wanted",
        ),
        (
            "orders_state_is_their_lines",
            "UPDATE customer_order SET state = 'held' WHERE state = 'open'",
            "is held with 5 units wanted, 5 planned",
        ),
        (
            "orders_state_is_their_lines",
            "UPDATE customer_order SET state = 'open' WHERE state = 'cancelled'",
            "is open with 0 units wanted",
        ),
        (
            "units_ship_once",
            "UPDATE order_line SET shipped = 1 WHERE wanted = 5",
            "MUG: 0 units left, order lines say 1 shipped",
        ),
        ("units_ship_once", SHIPPED_TWICE, "MUG: 28 units left, order lines say 0 shipped"),
        (
            "journal_is_one_chain",
            "UPDATE journal SET payload = '{}' WHERE seq = 3",
            "journal row 3 does not follow",
        ),
    ],
)
def test_violation_is_named_with_sku_place_and_numbers(
    name: str, statement: str, words: str
) -> None:
    with broken(site(), statement) as db:
        assert words in "\n".join(violations(db)[name])


@pytest.mark.parametrize(
    ("name", "statement", "words"),
    [
        (
            "labelled_parcels_have_labels",
            "UPDATE parcel SET tracking = '' WHERE id = (SELECT MIN(id) FROM parcel)",
            "of order shop/1 is labelled without tracking",
        ),
        (
            "labels_name_one_parcel",
            "UPDATE parcel SET tracking = 'TRK'",
            "label TRK is on 2 parcels",
        ),
        (
            "parcels_depart_once",
            "UPDATE parcel SET departure = 4711 WHERE id = (SELECT MIN(id) FROM parcel)",
            "is labelled with departure 4711 (none such)",
        ),
        (
            "parcels_depart_once",
            "UPDATE parcel SET state = 'shipped' WHERE id = (SELECT MIN(id) FROM parcel)",
            "is shipped with departure 0",
        ),
        (
            "parcels_on_vans_have_a_stop",
            "UPDATE parcel SET state = 'on_van' WHERE id = (SELECT MIN(id) FROM parcel)",
            "is aboard for 0 stops",
        ),
        (
            "every_print_is_kept",
            "DELETE FROM document_print WHERE id = (SELECT MIN(id) FROM document_print)",
            "counts 1 prints, 0 are kept",
        ),
    ],
)
def test_violation_of_parcels_is_named(name: str, statement: str, words: str) -> None:
    with broken(floor(), statement) as db:
        assert words in "\n".join(violations(db)[name])


def test_a_parcel_that_left_with_a_voided_label_is_named() -> None:
    with broken(floor(), "UPDATE document SET voided_ms = 1") as db:
        db.run("UPDATE parcel SET state = 'shipped'")
        told = violations(db)["no_parcel_leaves_with_a_voided_label"]
    assert "has left, and its labels are void" in "\n".join(told)


def test_late_outbox_row_is_named_when_the_floor_is_settled() -> None:
    late = (
        "UPDATE outbox SET state = 'waiting', expires_ms = (SELECT MAX(now_ms) - 5 FROM journal)"
    )
    with broken(site(), late) as db:
        assert violations(db) == {}
        found = violations(db, settled=True)["outbox_keeps_deadlines"]
        assert "to channel/stock is waiting, 5 ms after its deadline" in found[0]


def test_deep_but_honest_nesting_is_no_cycle() -> None:
    nest = (
        "UPDATE container SET place = '', parent = CASE lpn WHEN 'T1' THEN 'T2' ELSE 'CART' END "
        "WHERE lpn IN ('T1', 'T2')"
    )
    with broken(site(), nest) as db:
        assert violations(db) == {}


def test_statements_mean_the_same_on_both_databases(database: str) -> None:
    made = Site(url=database, stock=(MUGS, StockLine(sku="MUG", place="R1", qty=18)))
    made.announce("ASN1", LAMP=3, MUG=5, MILK=2)
    lines = (OrderLine(line=1, sku="MUG", qty=2),)
    made.handle(AnnounceReturn, number="RMA1", lines=lines)
    made.scan("DOCK1", "ASN1", "T1", "DAMAGED", "LAMP", "1", "(01)09506000134352(10)L7", "2")
    made.follow()
    made.scan("DESK", "RMA1", "MUG", "2", "DONE", "HOME")
    made.release("MUG", "P1", 10)
    made.scan("NEXT", "R1", "MUG", "11", "P1", "UNDO", "P1")
    made.follow()
    with made.controller.reading() as db:
        assert violations(db, settled=True) == {}
    assert made.stock_at() == {
        ("LAMP", "BACK"): 1,
        ("LAMP", "R2"): 2,
        ("MILK", "R3"): 2,
        ("MUG", "P1"): 28,
        ("MUG", "R1"): 7,
    }
