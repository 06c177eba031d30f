"""What is asked for each label, departure, tote or lane reads no more than that, however old a
house is: SQLite went through all labels that were ever bought.
"""

from alembic import op

revision = "0048"
down_revision = "0047"

STATEMENTS = (
    "DROP INDEX purchase_by_state",
    "CREATE INDEX purchase_not_bought ON purchase (carrier, state, id) WHERE state <> 'bought'",
    "CREATE INDEX carrier_plan_by_departure ON carrier_plan (leaves_ms, at_ms, id)",
    "CREATE INDEX service_day_by_day ON service_day (day, service)",
    "CREATE INDEX task_by_load ON task (load, id)",
    "CREATE INDEX parcel_in_sequence ON parcel (lane, id) WHERE loading_step > 0",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
