"""Personal rows say what they are about, and since when; orders, whether they were erased, and
which were sent again. Both are told again from the journal."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}
STATEMENTS = (
    "ALTER TABLE personal ADD COLUMN whose {text} NOT NULL DEFAULT ''",
    "ALTER TABLE personal ADD COLUMN filed_ms {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE customer_order ADD COLUMN again_of {text} NOT NULL DEFAULT ''",
    "ALTER TABLE customer_order ADD COLUMN erased_ms {whole} NOT NULL DEFAULT 0",
    "CREATE INDEX customer_return_by_order ON customer_return (order_id, rma)",
)
WHOSE = {  # the field that holds the key, and what the command is about
    "PlaceOrder": ("recipient", "order/{shop}/{number}"),
    "WishDelivery": ("spot", "{kind}/{ref}"),
    "LabelBought": ("label", "parcel/{parcel}"),
    "LabelRefused": ("detail", "label/{reference}"),
    "LabelVoided": ("detail", "label/{reference}"),
    "TrackingReported": ("said", "tracking/{carrier}/{tracking}"),
    "CarrierState": ("why", "carrier"),
    "ManifestAnswered": ("detail", "carrier"),
    "PickupAnswered": ("detail", "carrier"),
}
_JOURNAL = sa.text(
    "SELECT seq, name, payload, now_ms FROM journal WHERE seq > :after AND name IN :names "
    "AND refused = 0 ORDER BY seq LIMIT 2000"
).bindparams(sa.bindparam("names", list(WHOSE), expanding=True))
_FILL = sa.text("UPDATE personal SET whose = :whose, filed_ms = :now WHERE key = :key")
_SENT_AGAIN = sa.text("SELECT order_id, data FROM event WHERE kind = 'case_settled' ORDER BY id")
_AGAIN = sa.text(
    "UPDATE customer_order SET again_of = :first WHERE id = :again AND personal = "
    "(SELECT o.personal FROM customer_order o WHERE o.id = :first)"
)
LAST = (
    "UPDATE customer_order SET again_of = id WHERE id IN "
    "(SELECT again_of FROM customer_order WHERE again_of <> '')",
    "UPDATE customer_order SET erased_ms = (SELECT MIN(e.at_ms) FROM event e "
    "WHERE e.order_id = customer_order.id AND e.kind = 'personal_data_erased') WHERE id IN "
    "(SELECT order_id FROM event WHERE kind = 'personal_data_erased')",
    "CREATE INDEX personal_by_whose ON personal (whose, filed_ms) WHERE data <> ''",
    "CREATE INDEX customer_order_not_erased ON customer_order (due_ms, id) WHERE erased_ms = 0",
    "CREATE INDEX customer_order_again ON customer_order (again_of, id) WHERE again_of <> ''",
)


def upgrade() -> None:
    connection = op.get_bind()
    words = WORDS[connection.dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))
    after = 0
    while rows := connection.execute(_JOURNAL, {"after": after}).all():
        if filled := [told for row in rows if (told := _told(row))]:
            connection.execute(_FILL, filled)
        after = rows[-1].seq
    first: dict[str, str] = {}
    for row in connection.execute(_SENT_AGAIN).all():
        again = json.loads(row.data)["ref"]
        if "-AGAIN-" in again:
            first[again] = first.get(row.order_id, row.order_id)
            connection.execute(_AGAIN, {"again": again, "first": first[again]})
    for statement in LAST:
        op.execute(statement)


def _told(row: Any) -> dict[str, Any] | None:
    """What the row says of the key that it holds, if it holds one."""
    content = json.loads(row.payload)
    field, whose = WHOSE[row.name]
    key = content.get(field)
    if not key or not isinstance(key, str):
        return None
    return {"key": key, "whose": whose.format(**content), "now": row.now_ms}
