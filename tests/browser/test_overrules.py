"""Overruled cartons at the console: what packers changed, and a suggestion that a lead accepts."""

from playwright.sync_api import expect

from controller import tables
from controller.messages import CartonType, SetUpSite, SiteSettings
from controller.store import Store
from tests.browser.lead import Desk
from tests.browser.operations import Operations

BOX = CartonType(
    code="BOX-S",
    length_mm=200,
    width_mm=200,
    height_mm=200,
    tare_g=80,
    mass_max_g=9_000,
    cost_cents=40,
)


def overruled(store: Store, now_ms: int, times: int) -> None:
    rows = [
        {
            "id": 1_000 + nth,
            "at_ms": now_ms,
            "parcel": nth,
            "order_id": f"web/{nth}",
            "planned": "BOX-S",
            "taken": "BOX-L",
            "reason": "TOO_SMALL",
            "fill_percent": 80 + nth,
            "worker": "PACKER-001",
        }
        for nth in range(times)
    ]
    with store.transaction() as db:
        db.insert(tables.overrule, rows)


def test_a_lead_sees_what_packers_changed_and_accepts_a_suggestion(
    floor: Operations, desk: Desk
) -> None:
    floor.handle(SetUpSite(id="boxes", settings=SiteSettings(), cartons=(BOX,)))
    overruled(floor.runtime.controller.store, floor.runtime.clock.now_ms(), 6)
    desk.open("packing")
    cartons = desk.page.get_by_role("region", name="Cartons that packers overruled")
    expect(cartons).to_contain_text("6 × BOX-L")
    cartons.get_by_role("button", name="Fill to 80 %").click()
    cartons.get_by_role("dialog").get_by_role("button", name="Fill to 80 %").click()
    expect(cartons.get_by_role("button", name="To the lid")).to_be_visible()
    with floor.runtime.controller.reading() as db:
        assert db.value("SELECT percent FROM carton_fill WHERE carton = 'BOX-S'") == 80
    assert desk.is_clean()
