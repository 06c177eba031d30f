"""Contracts of carriers from files: what is kept, what ends, and what is refused by its line."""

from pathlib import Path

import pytest

from api.csv_rows import ImportFileError
from api.importing import import_file
from api.serving import set_up
from api.settings import read_site
from controller import journal
from controller.core import Controller
from controller.messages import Contract, Preference, SetUpSite, SiteSettings
from controller.store import open_store
from controller.workflows.carriers import contracting
from controller.workflows.carriers.contracting import Terms
from tests.api.command_line import Files
from tests.house import SetClock
from tests.workflows.floor import ECO, FAST

SITE = """
[site]
[[services]]
code = "ECO"
carrier = "Snail"
countries = ["GB"]
base_cents = 300
per_kg_cents = 50
divisor_cm3_per_kg = 0
mass_max_g = 20000
girth_max_mm = 3000
transit_days = 3
[[contracts]]
carrier = "Snail"
period = "month"
tiers = [[0, 0], [5000, 650]]
pickups = [["ECO", 400]]
[[preferences]]
name = "ECO"
shop = "web"
penalty_cents = 25
"""


def terms(controller: Controller) -> Terms:
    with controller.reading() as db:
        return contracting.terms(db, 0)


@pytest.fixture
def controller() -> Controller:
    made = Controller(open_store(), SetClock())
    made.handle(SetUpSite(id="site", settings=SiteSettings(), services=(ECO, FAST)))
    return made


def test_site_file_sets_contracts_up_and_a_second_start_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(SITE)
    served = Controller(open_store(), SetClock())
    set_up(served, read_site(path))
    with served.reading() as db:
        before = journal.head(db)
    set_up(served, read_site(path))
    kept = terms(served)
    assert kept.contracts["Snail"].tiers == ((0, 0), (5000, 650))
    assert kept.preferences["web", "ECO"].penalty_cents == 25
    with served.reading() as db:
        assert journal.head(db) == before


def test_files_have_all_contracts_and_all_preferences(
    controller: Controller, files: Files
) -> None:
    first = files("a.csv", "carrier,tiers,pickups", "Snail,500:3 2000:6.55,ECO:40 FAST:9")
    import_file(controller, "contracts", first)
    assert terms(controller).contracts == {
        "Snail": Contract(
            carrier="Snail",
            tiers=((500, 300), (2000, 655)),
            pickups=(("ECO", 40), ("FAST", 9)),
        )
    }
    import_file(controller, "contracts", files("b.csv", "carrier,daily_max", "Swift,70"))
    import_file(controller, "preferences", files("p.csv", "name,shop,barred", "Swift,web,yes"))
    assert list(terms(controller).contracts) == ["Swift"]
    assert terms(controller).preferences == {
        ("web", "Swift"): Preference(name="Swift", shop="web", barred=True)
    }


def test_carrier_that_nobody_knows_is_told_with_its_line(
    controller: Controller, files: Files
) -> None:
    with pytest.raises(ImportFileError, match="line 2, column carrier: 'Nobody' is unknown"):
        import_file(controller, "contracts", files("c.csv", "carrier,tiers", "Nobody,5:1"))
