"""What is asked under the writer's lock is found by an index, however many rows there are."""

from typing import Any

import pytest

from controller import ledger
from controller.store import open_store
from controller.workflows.carriers import chasing, choosing, collecting
from controller.workflows.nodes import charging, node_counting, store_picking
from controller.workflows.vans import handing_over

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
