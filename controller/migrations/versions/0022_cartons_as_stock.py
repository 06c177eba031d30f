"""Cartons are stock, items say more of how they are packed, and are measured at benches."""

from alembic import op

revision = "0022"
down_revision = "0021"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

_COUNTED = "FROM carton_type t WHERE t.on_hand >= 0"
_FOUND = (
    "FROM carton_type t JOIN (SELECT name, node FROM place WHERE kind = 'bench' "
    "ORDER BY name LIMIT 1) p ON 1 = 1 WHERE t.on_hand > 0"
)
_NTH = "(SELECT COUNT(*) FROM carton_type o WHERE o.code <= t.code)"

STATEMENTS = (
    "CREATE TABLE carton_supply (carton {text} NOT NULL, place {text} NOT NULL, "
    "units_min {whole} NOT NULL, units_max {whole} NOT NULL, PRIMARY KEY (carton, place))",
    "INSERT INTO carton_supply (carton, place, units_min, units_max) "
    f"SELECT t.code, '', 0, 0 {_COUNTED}",
    "INSERT INTO item (sku, name, length_mm, width_mm, height_mm, mass_g, upright, fragile, "
    "lot_tracked, storage, goods) SELECT t.code, t.code, t.length_mm + t.width_mm, "
    "t.width_mm + t.height_mm, 6, CASE WHEN t.tare_g > 0 THEN t.tare_g ELSE 1 END, 0, 0, 0, "
    f"'', '' {_COUNTED} AND NOT EXISTS (SELECT 1 FROM item i WHERE i.sku = t.code)",
    "INSERT INTO movement (id, command_seq, line, sku, lot, owner, qty, from_node, from_place, "
    "from_container, from_status, to_node, to_place, to_container, to_status, cause, actor, "
    f"effective_ms, recorded_ms, reverses_id) SELECT -{_NTH}, 0, {_NTH}, t.code, '', '', "
    "t.on_hand, '', '~adjustment', '', 'available', p.node, p.name, '', 'available', 'opening', "
    f"'migration', 0, 0, 0 {_FOUND}",
    "INSERT INTO stock (sku, lot, owner, status, node, place, container, qty, reserved) "
    f"SELECT t.code, '', '', 'available', p.node, p.name, '', t.on_hand, 0 {_FOUND}",
    "INSERT INTO stock (sku, lot, owner, status, node, place, container, qty, reserved) "
    f"SELECT t.code, '', '', 'available', '', '~adjustment', '', -t.on_hand, 0 {_FOUND}",
    "INSERT INTO available (sku, owner, node, sellable, promised, backorder_max) "
    f"SELECT t.code, '', p.node, t.on_hand, 0, 0 {_FOUND}",
    "ALTER TABLE carton_type DROP COLUMN on_hand",
    "ALTER TABLE carton_type ADD COLUMN flexible {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE item ADD COLUMN flat {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE item ADD COLUMN hazardous {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE item ADD COLUMN own_carton {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE item ADD COLUMN load_max_g {whole} NOT NULL DEFAULT -1",
    "ALTER TABLE parcel ADD COLUMN passed_over {text} NOT NULL DEFAULT '[]'",
    "CREATE TABLE measurement (id {whole} NOT NULL PRIMARY KEY, at_ms {whole} NOT NULL, "
    "sku {text} NOT NULL, worker {text} NOT NULL, place {text} NOT NULL, "
    "length_mm {whole} NOT NULL, width_mm {whole} NOT NULL, height_mm {whole} NOT NULL, "
    "mass_g {whole} NOT NULL, old_length_mm {whole} NOT NULL, old_width_mm {whole} NOT NULL, "
    "old_height_mm {whole} NOT NULL, old_mass_g {whole} NOT NULL, undone_by {text} NOT NULL, "
    "undone_ms {whole} NOT NULL)",
    "CREATE INDEX measurement_by_sku ON measurement (sku, id)",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))
