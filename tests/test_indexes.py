"""What is asked under the writer's lock is found by an index, however many rows there are."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from controller import ledger
from controller.store import open_store
from controller.workflows.carriers import (
    chasing,
    choosing,
    collecting,
    manifesting,
    markets,
    piecing,
    tracking,
)
from controller.workflows.nodes import charging, node_counting, store_packing, store_picking
from controller.workflows.papers import crossing
from controller.workflows.stations import carrying
from controller.workflows.vans import handing_over

WORKFLOWS = Path(__file__).parents[1] / "controller" / "workflows"
SMALL = {  # as large as the house, not as old
    *("alarm", "carrier", "carrier_bar", "carton_supply", "carton_type", "contract", "holiday"),
    *("item", "node", "place", "rate_card", "reservation", "service_preference", "session"),
    *("shipping_service", "van", "van_depot", "van_way"),
}
SELDOM = {  # asked by hand, once a day, or of what is forgotten soon
    *("carriers.advising._LATEST", "explaining._FORGET", "papers.erasing._OLD"),
    *("errands._SELECT", "setting_up._OTHER_NODE"),
}
SNAIL = {"carrier": "Snail", "leaves": 1}
NODE = {"node": "STORE", "ready_ms": 1}


@pytest.mark.parametrize(
    ("query", "params", "indexes"),
    [
        (ledger._REVERSED, {"id": 1}, ("movement_by_reversed",)),
        (handing_over._MOVED, {"lpn": "C"}, ("movement_by_carton", "movement_by_reversed")),
        (chasing._STUCK, {"carrier": "Snail", "before": 1}, ("journey_under_way",)),
        (collecting._WAITING, SNAIL, ("parcel_by_state", "purchase_by_parcel")),
        (
            collecting._LOADED,
            SNAIL,
            ("parcel_by_departure", "departure_by_time", "purchase_by_parcel"),
        ),
        (choosing._LEFT_STORES, {"day": 20_000}, ("parcel_sent (sent_day=? AND lane=?)",)),
        (manifesting._CARRIERS, {"id": 1}, ("purchase_by_parcel",)),
        (piecing._OPEN, {"order_id": "A", "parcel": 1}, ("purchase_by_shipment",)),
        (piecing._FULL, {"order_id": "A", "parcel": 1}, ("purchase_by_shipment",)),
        (piecing._LEFT, {"departure": 1}, ("purchase_by_parcel",)),
        (tracking._BY_MASTER, {"tracking": "T", "carrier": "C"}, ("purchase_by_shipment",)),
        (crossing._TOGETHER, {"id": 1}, ("purchase_by_shipment",)),
        (crossing._TO_COME, {"id": 1}, ("purchase_by_shipment",)),
        (store_packing._OF_BAG, {"lpn": "L", "node": "N"}, ("consignment_by_lpn",)),
        (carrying._OF_ROW, {"row": 1}, ("task_by_load",)),
        (markets._OUTLOOK, {"leaves": 1}, ("carrier_plan_by_departure",)),
        (charging._AT_WORK, NODE, ("consignment_by_ready",)),
        (node_counting._BACKORDERED, {"sku": "MUG"}, ("order_line_by_sku (sku=? AND",)),
        (store_picking._COUNTS, {"node": "STORE"}, ("consignment_by_node (node=? AND",)),
        (store_picking._LOOSE, {"node": "STORE"}, ("consignment_by_node (node=? AND",)),
    ],
)
def test_an_index_finds_the_rows(query: str, params: Any, indexes: tuple[str, ...]) -> None:
    with open_store().reading() as db:
        plan = " / ".join(row.detail for row in db.all(f"EXPLAIN QUERY PLAN {query}", **params))
    assert all(index in plan for index in indexes), plan
    assert "SCAN" not in plan, plan


def test_no_command_reads_all_that_ever_happened() -> None:
    read: set[str] = set()
    with open_store().reading() as db:
        for name, query in _queries():
            params = dict.fromkeys(re.findall(r":(\w+)", query), 1)
            for row in db.all(f"EXPLAIN QUERY PLAN {query}", **params):
                if scanned := re.match(r"SCAN (?!CONSTANT)(\w+)", row.detail):
                    table = re.search(rf"(?:FROM|JOIN|,) (\w+|.*?\)) {scanned[1]}\b", query)
                    is_small = (table[1] if table else scanned[1]) in SMALL
                    is_part = table is not None and table[1].endswith(")")
                    read |= set() if is_small or is_part else {name}
    assert read - SELDOM == set()


def _queries() -> list[tuple[str, str]]:
    """Every whole statement of the workflows, by the name of its constant."""
    found = []
    for path in sorted(WORKFLOWS.rglob("*.py")):
        names = path.relative_to(WORKFLOWS).with_suffix("").parts
        module = importlib.import_module(".".join(("controller", "workflows", *names)))
        for name, value in sorted(vars(module).items()):
            for query in value if isinstance(value, tuple) else (value,):
                whole = isinstance(query, str) and re.match("(SELECT|UPDATE|DELETE) ", query)
                if whole and "{" not in query and _closes(query):
                    found.append((".".join((*names, name)), query))
    return found


def _closes(query: str) -> bool:
    return not query.rstrip().endswith(("AND", "WHERE"))
