"""The invariants of shipping: silent while goods are driven and packed, and a break is named."""

from collections.abc import Callable

import pytest

from tests.test_checks import broken, violations
from tests.workflows.floor import Floor
from tests.workflows.store import FETCHED, store
from tests.workflows.vans import VanFloor


def aboard() -> Floor:
    """A parcel is in the van."""
    made = VanFloor()
    made.parcels_for("YO1")
    made.plan()
    made.load()
    return made


def brought() -> Floor:
    """The parcel was handed over."""
    made = aboard()
    made.scans(made.screens["W2"].screen.target, "CUSTOMER", worker="W2")
    return made


def packed_in_store() -> Floor:
    """A store has packed an order."""
    made = store()
    made.scans(*FETCHED, "BOX-S")
    return made


@pytest.mark.parametrize(
    ("made", "name", "statement", "words"),
    [
        (
            aboard,
            "parcels_ride_with_an_open_tour",
            "UPDATE van_tour SET state = 'done'",
            "is loaded aboard tour",
        ),
        (
            aboard,
            "parcels_ride_with_an_open_tour",
            "UPDATE container SET place = 'LANE-01' WHERE place = 'VAN-1'",
            "of VAN-1, which is driving; it stands at LANE-01",
        ),
        (
            brought,
            "what_is_delivered_has_left",
            "UPDATE parcel SET departure = 0, state = 'sorted'",
            "but is sorted with departure 0",
        ),
        (
            brought,
            "departures_count_their_parcels",
            "UPDATE departure SET parcels = 2",
            "counts 2 parcels of 430 g, it has 1 of 430 g",
        ),
        (
            brought,
            "services_count_what_was_sent",
            "UPDATE parcel SET sent_day = sent_day + 1",
            "OWN counts 1 parcels, 0 were sent",
        ),
        (
            brought,
            "parcels_ship_what_is_in_them",
            "UPDATE parcel_line SET packed = 3",
            "1 units have left, 3 were packed",
        ),
        (
            packed_in_store,
            "consignments_fit_their_parcels",
            "UPDATE parcel SET lpn = 'ANOTHER'",
            "at node STORE-1 is packed in",
        ),
        (
            packed_in_store,
            "consignments_fit_their_parcels",
            "UPDATE consignment SET state = 'open'",
            "at node STORE-1 is open in",
        ),
        (
            packed_in_store,
            "nothing_oversold",
            "UPDATE available SET promised = 6 WHERE node = 'STORE-1' AND sku = 'MUG'",
            "MUG at node STORE-1: 6 units are promised, 5 sellable",
        ),
    ],
)
def test_violation_of_what_is_shipped_is_named(
    made: Callable[[], Floor], name: str, statement: str, words: str
) -> None:
    place = made()
    with place.controller.reading() as db:
        assert violations(db) == {}
    with broken(place, statement) as db:
        assert words in "\n".join(violations(db)[name])
