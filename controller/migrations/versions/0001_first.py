"""The first schema; `{text}` sorts by bytes and `{whole}` has 64 bits on either database."""

from alembic import op

revision = "0001"
down_revision = None

TYPES = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}
SCHEMA = """
CREATE TABLE alarm (
    device {text} NOT NULL, fault {text} NOT NULL, detail {text} NOT NULL, since_ms {whole} NOT
    NULL, times {whole} NOT NULL, state {text} NOT NULL, PRIMARY KEY (device, fault)
);
CREATE TABLE available (
    sku {text} NOT NULL, owner {text} NOT NULL, node {text} NOT NULL, sellable {whole} NOT
    NULL, promised {whole} NOT NULL, backorder_max {whole} NOT NULL, PRIMARY KEY (sku, owner,
    node), CONSTRAINT available_promised CHECK (promised >= 0), CONSTRAINT
    available_no_oversell CHECK (promised <= sellable + backorder_max)
);
CREATE TABLE barcode (
    code {text} NOT NULL, kind {text} NOT NULL, ref {text} NOT NULL, units {whole} NOT NULL,
    PRIMARY KEY (code)
);
CREATE TABLE carton_type (
    code {text} NOT NULL, length_mm {whole} NOT NULL, width_mm {whole} NOT NULL, height_mm
    {whole} NOT NULL, tare_g {whole} NOT NULL, mass_max_g {whole} NOT NULL, cost_cents {whole}
    NOT NULL, PRIMARY KEY (code)
);
CREATE TABLE container (
    lpn {text} NOT NULL, kind {text} NOT NULL, place {text} NOT NULL, parent {text} NOT NULL,
    volume_ml {whole} NOT NULL, mass_max_g {whole} NOT NULL, slots {whole} NOT NULL, state
    {text} NOT NULL, PRIMARY KEY (lpn)
);
CREATE INDEX container_by_state ON container (kind, state, lpn);
CREATE INDEX ix_container_parent ON container (parent);
CREATE INDEX ix_container_place ON container (place);
CREATE TABLE counter (
    name {text} NOT NULL, value {whole} NOT NULL, PRIMARY KEY (name)
);
CREATE TABLE customer_order (
    id {text} NOT NULL, shop {text} NOT NULL, number {text} NOT NULL, revision {whole} NOT
    NULL, state {text} NOT NULL, owner {text} NOT NULL, node {text} NOT NULL, priority {whole}
    NOT NULL, country {text} NOT NULL, postcode {text} NOT NULL, personal {text} NOT NULL,
    placed_ms {whole} NOT NULL, due_ms {whole} NOT NULL, shipped_ms {whole} NOT NULL, PRIMARY
    KEY (id)
);
CREATE INDEX customer_order_by_state ON customer_order (state, due_ms, id);
CREATE TABLE customer_return (
    rma {text} NOT NULL, order_id {text} NOT NULL, reason {text} NOT NULL, state {text} NOT
    NULL, announced_ms {whole} NOT NULL, PRIMARY KEY (rma)
);
CREATE INDEX ix_customer_return_state ON customer_return (state);
CREATE TABLE departure (
    id {whole} NOT NULL, carrier {text} NOT NULL, lane {text} NOT NULL, leaves_ms {whole} NOT
    NULL, state {text} NOT NULL, parcels {whole} NOT NULL, mass_g {whole} NOT NULL, PRIMARY KEY
    (id)
);
CREATE INDEX departure_by_lane ON departure (lane, leaves_ms);
CREATE TABLE event (
    id {whole} NOT NULL, at_ms {whole} NOT NULL, kind {text} NOT NULL, order_id {text} NOT
    NULL, subject {text} NOT NULL, data {text} NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX event_by_order ON event (order_id, id);
CREATE TABLE face (
    sku {text} NOT NULL, place {text} NOT NULL, units_max {whole} NOT NULL, PRIMARY KEY (sku)
);
CREATE INDEX ix_face_place ON face (place);
CREATE TABLE item (
    sku {text} NOT NULL, name {text} NOT NULL, length_mm {whole} NOT NULL, width_mm {whole} NOT
    NULL, height_mm {whole} NOT NULL, mass_g {whole} NOT NULL, upright {whole} NOT NULL,
    fragile {whole} NOT NULL, lot_tracked {whole} NOT NULL, PRIMARY KEY (sku)
);
CREATE TABLE journal (
    seq {whole} NOT NULL, command_id {text} NOT NULL, name {text} NOT NULL, payload {text} NOT
    NULL, now_ms {whole} NOT NULL, refused {whole} NOT NULL, reply {text} NOT NULL, chain
    {text} NOT NULL, PRIMARY KEY (seq), UNIQUE (command_id)
);
CREATE TABLE load (
    id {whole} NOT NULL, tour {whole} NOT NULL, slot {whole} NOT NULL, kind {text} NOT NULL,
    lpn {text} NOT NULL, order_id {text} NOT NULL, state {text} NOT NULL, due_ms {whole} NOT
    NULL, PRIMARY KEY (id)
);
CREATE INDEX load_by_lpn ON load (lpn, state);
CREATE INDEX load_by_state ON load (state, due_ms, id);
CREATE INDEX load_by_tour ON load (tour);
CREATE TABLE lot (
    sku {text} NOT NULL, lot {text} NOT NULL, expiry_ms {whole} NOT NULL, PRIMARY KEY (sku,
    lot)
);
CREATE TABLE movement (
    id {whole} NOT NULL, command_seq {whole} NOT NULL, line {whole} NOT NULL, sku {text} NOT
    NULL, lot {text} NOT NULL, owner {text} NOT NULL, qty {whole} NOT NULL, from_node {text}
    NOT NULL, from_place {text} NOT NULL, from_container {text} NOT NULL, from_status {text}
    NOT NULL, to_node {text} NOT NULL, to_place {text} NOT NULL, to_container {text} NOT NULL,
    to_status {text} NOT NULL, cause {text} NOT NULL, actor {text} NOT NULL, effective_ms
    {whole} NOT NULL, recorded_ms {whole} NOT NULL, reverses_id {whole} NOT NULL, PRIMARY KEY
    (id), CONSTRAINT movement_qty CHECK (qty > 0), CONSTRAINT movement_line UNIQUE
    (command_seq, line)
);
CREATE TABLE order_line (
    order_id {text} NOT NULL, line {whole} NOT NULL, sku {text} NOT NULL, price_cents {whole}
    NOT NULL, wanted {whole} NOT NULL, backordered {whole} NOT NULL, planned {whole} NOT NULL,
    picked {whole} NOT NULL, packed {whole} NOT NULL, shipped {whole} NOT NULL, cancelled
    {whole} NOT NULL, PRIMARY KEY (order_id, line)
);
CREATE INDEX order_line_by_sku ON order_line (sku, backordered);
CREATE TABLE outbox (
    id {whole} NOT NULL, topic {text} NOT NULL, payload {text} NOT NULL, created_ms {whole} NOT
    NULL, expires_ms {whole} NOT NULL, next_ms {whole} NOT NULL, attempts {whole} NOT NULL,
    state {text} NOT NULL, about {whole} NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX outbox_by_state ON outbox (state, next_ms, id);
CREATE TABLE parcel (
    id {whole} NOT NULL, order_id {text} NOT NULL, load {whole} NOT NULL, carton {text} NOT
    NULL, lpn {text} NOT NULL, state {text} NOT NULL, planned_mass_g {whole} NOT NULL, mass_g
    {whole} NOT NULL, service {text} NOT NULL, lane {text} NOT NULL, tracking {text} NOT NULL,
    cost_cents {whole} NOT NULL, label {whole} NOT NULL, departure {whole} NOT NULL,
    recirculations {whole} NOT NULL, why {text} NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX parcel_by_load ON parcel (load, state, id);
CREATE INDEX parcel_by_lpn ON parcel (lpn);
CREATE INDEX parcel_by_order ON parcel (order_id);
CREATE INDEX parcel_by_state ON parcel (state, lane);
CREATE TABLE parcel_line (
    parcel {whole} NOT NULL, line {whole} NOT NULL, sku {text} NOT NULL, planned {whole} NOT
    NULL, packed {whole} NOT NULL, PRIMARY KEY (parcel, line)
);
CREATE TABLE personal (
    "key" {text} NOT NULL, data {text} NOT NULL, PRIMARY KEY ("key")
);
CREATE TABLE place (
    name {text} NOT NULL, node {text} NOT NULL, kind {text} NOT NULL, aisle {whole} NOT NULL,
    block {whole} NOT NULL, y_mm {whole} NOT NULL, volume_ml {whole} NOT NULL, PRIMARY KEY
    (name)
);
CREATE INDEX ix_place_kind ON place (kind);
CREATE TABLE promise (
    order_id {text} NOT NULL, line {whole} NOT NULL, sku {text} NOT NULL, owner {text} NOT
    NULL, node {text} NOT NULL, qty {whole} NOT NULL, PRIMARY KEY (order_id, line), CONSTRAINT
    promise_qty CHECK (qty > 0)
);
CREATE INDEX promise_by_sku ON promise (sku);
CREATE TABLE receipt (
    asn {text} NOT NULL, state {text} NOT NULL, expected_ms {whole} NOT NULL, PRIMARY KEY (asn)
);
CREATE INDEX ix_receipt_state ON receipt (state);
CREATE TABLE receipt_line (
    asn {text} NOT NULL, line {whole} NOT NULL, sku {text} NOT NULL, qty {whole} NOT NULL,
    received {whole} NOT NULL, PRIMARY KEY (asn, line)
);
CREATE TABLE reservation (
    ref {text} NOT NULL, line {whole} NOT NULL, sku {text} NOT NULL, lot {text} NOT NULL, owner
    {text} NOT NULL, status {text} NOT NULL, node {text} NOT NULL, place {text} NOT NULL,
    container {text} NOT NULL, qty {whole} NOT NULL, PRIMARY KEY (ref, line, sku, lot, owner,
    status, node, place, container), CONSTRAINT reservation_qty CHECK (qty > 0)
);
CREATE INDEX reservation_by_stock ON reservation (sku, place, container);
CREATE TABLE return_line (
    rma {text} NOT NULL, line {whole} NOT NULL, sku {text} NOT NULL, qty {whole} NOT NULL,
    received {whole} NOT NULL, PRIMARY KEY (rma, line)
);
CREATE TABLE session (
    worker {text} NOT NULL, workflow {text} NOT NULL, step {text} NOT NULL, version {whole} NOT
    NULL, data {text} NOT NULL, undo {text} NOT NULL, last {text} NOT NULL, last_command {text}
    NOT NULL, place {text} NOT NULL, PRIMARY KEY (worker)
);
CREATE INDEX ix_session_place ON session (place);
CREATE TABLE setting (
    name {text} NOT NULL, value {text} NOT NULL, PRIMARY KEY (name)
);
CREATE TABLE shipping_service (
    code {text} NOT NULL, carrier {text} NOT NULL, countries {text} NOT NULL, base_cents
    {whole} NOT NULL, per_kg_cents {whole} NOT NULL, divisor_cm3_per_kg {whole} NOT NULL,
    mass_max_g {whole} NOT NULL, girth_max_mm {whole} NOT NULL, transit_days {whole} NOT NULL,
    lane {text} NOT NULL, capacity {whole} NOT NULL, PRIMARY KEY (code)
);
CREATE TABLE stock (
    sku {text} NOT NULL, lot {text} NOT NULL, owner {text} NOT NULL, status {text} NOT NULL,
    node {text} NOT NULL, place {text} NOT NULL, container {text} NOT NULL, qty {whole} NOT
    NULL, reserved {whole} NOT NULL, PRIMARY KEY (sku, lot, owner, status, node, place,
    container), CONSTRAINT stock_never_negative CHECK (substr(place, 1, 1) = '~' OR (qty >= 0
    AND reserved >= 0 AND reserved <= qty))
);
CREATE INDEX stock_by_container ON stock (container, sku);
CREATE INDEX stock_by_place ON stock (place, sku);
CREATE TABLE task (
    id {whole} NOT NULL, kind {text} NOT NULL, state {text} NOT NULL, tour {whole} NOT NULL,
    seq {whole} NOT NULL, load {whole} NOT NULL, order_id {text} NOT NULL, line {whole} NOT
    NULL, sku {text} NOT NULL, lot {text} NOT NULL, owner {text} NOT NULL, qty {whole} NOT
    NULL, done_qty {whole} NOT NULL, from_place {text} NOT NULL, from_container {text} NOT
    NULL, to_place {text} NOT NULL, worker {text} NOT NULL, due_ms {whole} NOT NULL, created_ms
    {whole} NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX task_by_kind ON task (kind, state, due_ms, id);
CREATE INDEX task_by_order ON task (order_id, line);
CREATE INDEX task_by_place ON task (from_place, sku);
CREATE INDEX task_by_tour ON task (tour, state, seq);
CREATE TABLE timer (
    id {whole} NOT NULL, name {text} NOT NULL, ref {text} NOT NULL, due_ms {whole} NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX timer_by_due ON timer (due_ms, id);
CREATE TABLE tour (
    id {whole} NOT NULL, kind {text} NOT NULL, container {text} NOT NULL, state {text} NOT
    NULL, worker {text} NOT NULL, cart {text} NOT NULL, due_ms {whole} NOT NULL, length_mm
    {whole} NOT NULL, why {text} NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX tour_by_state ON tour (state, due_ms, id);
CREATE TABLE worker (
    badge {text} NOT NULL, role {text} NOT NULL, personal {text} NOT NULL, PRIMARY KEY (badge)
)
"""


def upgrade() -> None:
    types = TYPES[op.get_bind().dialect.name]
    for statement in SCHEMA.format(**types).split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("the first schema has nothing before it: drop the database")
