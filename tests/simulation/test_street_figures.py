"""What the street of a day comes to, and the chance outside the house, without running a day."""

from datetime import date
from typing import Any

from controller import tables
from controller.messages import Contract
from controller.store import Db, open_store
from controller.views import carriers as views
from controller.views import street
from controller.workflows.carriers.contracting import EPOCH, Terms

CARRIER, SERVICE = "Snail", "ECO"
TIERS = ((0, 0), (10, 250))
SUNDAY = date(2026, 3, 1).toordinal() - EPOCH


def kept(table: Any, row: dict[str, Any]) -> dict[str, Any]:
    """A row with what is not said left empty."""
    empty = {each.name: "" if each.type.python_type is str else 0 for each in table.columns}
    return empty | row


def put(db: Db, table: Any, **row: Any) -> None:
    db.insert(table, [kept(table, row)])


def tier(days: dict[int, int], contract: Contract | None) -> int:
    """That of a carrier whose parcels left for the departures of these days."""
    with open_store().transaction() as db:
        put(db, tables.shipping_service, code=SERVICE, carrier=CARRIER)
        put(db, tables.parcel, id=1, order_id="A")
        put(db, tables.journey, parcel=1, carrier=CARRIER, left_ms=1)
        for day, parcels in days.items():
            put(db, tables.service_day, service=SERVICE, day=day, parcels=parcels)
        known = {CARRIER: contract} if contract else {}
        none = Terms(contracts=known, preferences={}, barred=frozenset())
        cards = none.with_tiers({CARRIER: ((0, 0), (10, 10_000))})
        return street.carriers(db, cards)[0].tier


def test_a_tier_is_reached_within_a_day_a_calendar_week_or_a_month() -> None:
    over_sunday, over_monday = {SUNDAY - 1: 5, SUNDAY: 5}, {SUNDAY: 5, SUNDAY + 1: 5}

    def reached(period: str, days: dict[int, int]) -> int:
        return tier(days, Contract(carrier=CARRIER, period=period, tiers=TIERS))

    assert reached("day", over_monday) == 0
    assert reached("day", {SUNDAY: 10}) == 250
    assert (reached("week", over_monday), reached("month", over_monday)) == (0, 250)
    assert reached("month", over_sunday) == 0


def test_tiers_of_a_card_hold_where_there_is_no_contract() -> None:
    assert tier({SUNDAY: 10}, None) == 100


def test_a_stop_that_failed_counts_and_may_be_late() -> None:
    with open_store().transaction() as db:
        put(db, tables.van_tour, id=1, van="VAN-1", left_ms=1)
        for nth, (state, at_ms) in enumerate(
            (("done", 5), ("failed", 20), ("cancelled", 20), ("done", 20)), 1
        ):
            put(db, tables.van_stop, id=nth, tour=1, state=state, at_ms=at_ms, closes_ms=10)
        (van,) = street.vans(db)
    assert (van.stops, van.done, van.late) == (3, 2, 2)


def test_a_purchase_is_known_by_its_order_whatever_its_plate() -> None:
    def second(first_id: int) -> views.Bought:
        with open_store().transaction() as db:
            for nth in range(2):
                put(db, tables.parcel, id=first_id + nth, order_id="A")
            put(db, tables.purchase, id=1, parcel=first_id + 1, number=3, reference=f"R{first_id}")
            return views.bought(db, f"R{first_id}")

    assert second(7) == second(70) == views.Bought(order_id="A", nth=2, number=3)


def test_a_parcel_under_way_is_known_by_its_order() -> None:
    with open_store().transaction() as db:
        put(db, tables.parcel, id=4, order_id="A", lpn="P4")
        put(db, tables.parcel, id=9, order_id="A", lpn="P9")
        put(db, tables.journey, parcel=9, carrier=CARRIER, left_ms=1)
        (found,) = views.under_way(db)
    assert (found.order_id, found.nth) == ("A", 2)
