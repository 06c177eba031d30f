"""Own vans: the fleet, where customers are, and tours with their stops and parcels."""

from alembic import op

revision = "0028"
down_revision = "0027"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "CREATE TABLE van (code {text} NOT NULL PRIMARY KEY, depot {text} NOT NULL, starts_ms"
    " {whole} NOT NULL, ends_ms {whole} NOT NULL, parcels_max {whole} NOT NULL, "
    "volume_max_ml {whole} NOT NULL, mass_max_g {whole} NOT NULL, skills {text} NOT NULL,"
    " area {text} NOT NULL, stays {whole} NOT NULL, state {text} NOT NULL)",
    "CREATE TABLE van_depot (code {text} NOT NULL PRIMARY KEY, lat_e6 {whole} NOT NULL, "
    "lon_e6 {whole} NOT NULL)",
    "CREATE TABLE postcode (country {text} NOT NULL, code {text} NOT NULL, lat_e6 {whole}"
    " NOT NULL, lon_e6 {whole} NOT NULL, PRIMARY KEY (country, code))",
    "CREATE TABLE van_way (origin {text} NOT NULL, target {text} NOT NULL, distance_m "
    "{whole} NOT NULL, duration_s {whole} NOT NULL, PRIMARY KEY (origin, target))",
    "CREATE TABLE delivery_wish (kind {text} NOT NULL, ref {text} NOT NULL, personal "
    "{text} NOT NULL, opens_ms {whole} NOT NULL, closes_ms {whole} NOT NULL, skill {text}"
    " NOT NULL, van {text} NOT NULL, PRIMARY KEY (kind, ref))",
    "CREATE TABLE van_plan (id {whole} NOT NULL PRIMARY KEY, at_ms {whole} NOT NULL, "
    "tours {whole} NOT NULL, cost_cents {whole} NOT NULL, distance_m {whole} NOT NULL, "
    "nearest_cents {whole} NOT NULL, nearest_m {whole} NOT NULL, left_out {text} NOT "
    "NULL)",
    "CREATE TABLE van_tour (id {whole} NOT NULL PRIMARY KEY, plan {whole} NOT NULL, van "
    "{text} NOT NULL, driver {text} NOT NULL, state {text} NOT NULL, locked_by {text} NOT"
    " NULL, starts_ms {whole} NOT NULL, back_ms {whole} NOT NULL, rest_ms {whole} NOT "
    "NULL, distance_m {whole} NOT NULL, cost_cents {whole} NOT NULL, departure {whole} "
    "NOT NULL, left_ms {whole} NOT NULL, rested_ms {whole} NOT NULL, ended_ms {whole} NOT"
    " NULL, replan {whole} NOT NULL)",
    "CREATE INDEX van_tour_by_state ON van_tour (state, van, id)",
    "CREATE TABLE van_stop (id {whole} NOT NULL PRIMARY KEY, tour {whole} NOT NULL, seq "
    "{whole} NOT NULL, kind {text} NOT NULL, ref {text} NOT NULL, state {text} NOT NULL, "
    "eta_ms {whole} NOT NULL, opens_ms {whole} NOT NULL, closes_ms {whole} NOT NULL, "
    "at_ms {whole} NOT NULL, outcome {text} NOT NULL)",
    "CREATE INDEX van_stop_by_ref ON van_stop (ref, kind)",
    "CREATE INDEX van_stop_by_tour ON van_stop (tour, seq, id)",
    "CREATE TABLE van_drop (stop {whole} NOT NULL, parcel {whole} NOT NULL, state {text} "
    "NOT NULL, at_ms {whole} NOT NULL, PRIMARY KEY (stop, parcel))",
    "CREATE INDEX van_drop_by_parcel ON van_drop (parcel, state)",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))
