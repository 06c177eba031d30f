"""The audit log only grows: no code of ours changes or takes out what stands in it."""

import re
from pathlib import Path

from controller import journal
from tests.api.serving import Served

HOUSE = Path(__file__).parents[3]
CHANGES = re.compile(
    r"(?:UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE)\s+(?:journal|event)\b", re.I
)


def test_no_code_changes_a_row_of_the_audit_log() -> None:
    sources = [path for part in ("controller", "api") for path in (HOUSE / part).rglob("*.py")]
    assert len(sources) > 150
    assert [path.name for path in sources if CHANGES.search(path.read_text("utf-8"))] == []


def test_what_people_did_over_http_stands_in_the_chain_in_their_name(house: Served) -> None:
    lines = [{"line": 1, "sku": "S1", "qty": 1}]
    order = {"shop": "web", "number": "1", "lines": lines}
    house.as_("lead").post("/api/orders", json=order)
    with house.runtime.controller.reading() as db:
        rows = db.all("SELECT payload FROM journal WHERE name = 'PlaceOrder' ORDER BY seq")
        (row,) = rows
        assert '"actor":"LEAD-001"' in row.payload
        assert journal.broken_link(db) == 0
