"""Documents are recorded with their prints, shops say how theirs look, items what customs asks."""

from alembic import op

revision = "0027"
down_revision = "0026"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}
_TEXTS = (
    *("name", "street", "postcode", "city", "country", "email", "phone", "website"),
    *("vat", "eori", "ioss", "language", "logo"),
)

STATEMENTS = (
    "CREATE TABLE document (id {whole} NOT NULL PRIMARY KEY, kind {text} NOT NULL, "
    "parcel {whole} NOT NULL, departure {whole} NOT NULL, order_id {text} NOT NULL, "
    "form {text} NOT NULL, data {text} NOT NULL, personal {text} NOT NULL, "
    "made_ms {whole} NOT NULL, made_by {text} NOT NULL, prints {whole} NOT NULL, "
    "voided_ms {whole} NOT NULL, voided_by {text} NOT NULL, void_why {text} NOT NULL)",
    "CREATE INDEX document_by_parcel ON document (parcel, kind, id)",
    "CREATE INDEX document_by_order ON document (order_id, id)",
    "CREATE INDEX document_by_departure ON document (departure, id)",
    "CREATE TABLE document_print (id {whole} NOT NULL PRIMARY KEY, document {whole} NOT NULL, "
    "at_ms {whole} NOT NULL, actor {text} NOT NULL, why {text} NOT NULL, outbox {whole} NOT NULL)",
    "CREATE INDEX document_print_by_document ON document_print (document, id)",
    "CREATE TABLE shop (code {text} NOT NULL PRIMARY KEY, "
    + "".join(f"{name} {{text}} NOT NULL, " for name in _TEXTS)
    + "slip {whole} NOT NULL, prices {whole} NOT NULL, returns {text} NOT NULL, "
    "return_days {whole} NOT NULL)",
    *(
        f"ALTER TABLE item ADD COLUMN {name} {{text}} NOT NULL DEFAULT ''"
        for name in ("hs_code", "origin_country", "customs_words", "un_number")
    ),
    "ALTER TABLE item ADD COLUMN limited_quantity {whole} NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))
