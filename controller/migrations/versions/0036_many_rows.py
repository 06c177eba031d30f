"""What is asked of many movements, journeys and consignments is found by an index."""

from alembic import op

revision = "0036"
down_revision = "0035"

CREATE = (
    "INDEX movement_by_carton ON movement (from_container, id) WHERE cause = 'ship'",
    "INDEX movement_by_reversed ON movement (reverses_id) WHERE reverses_id > 0",
    "INDEX journey_under_way ON journey (carrier, promised_ms, parcel) "
    "WHERE status NOT IN ('delivered', 'returned')",
    "INDEX consignment_by_ready ON consignment (node, ready_ms)",
)


def upgrade() -> None:
    for statement in CREATE:
        op.execute(f"CREATE {statement}")
