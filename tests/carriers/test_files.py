"""A carrier that exchanges files: consignments out, news in, numbers from its range."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.carriers.adapter import Unavailable
from api.carriers.carriers_file import read_carriers
from api.carriers.files import Numbers
from api.errors import WrongInput
from controller.units import HOUR
from tests.carriers.conftest import Shipping
from tests.workflows.floor import FIRST, confirm, seen

LORRY = """
[carriers.Snail]
kind = "files"
statuses = { "90" = "delivered", "10" = "accepted" }
[carriers.Snail.exchange]
out = "out"
read = "in"
numbers = { first = 4712, last = 4713, prefix = "SN", suffix = "GB", check = "mod11" }
columns = { No = "{tracking}", Kg = "{mass_kg}", Name = "{to.name}", Place = "{to.city}" }
news = { tracking = "No", status = "Code", at = "When", words = "Text" }
"""


@pytest.fixture
def lorry(tmp_path: Path) -> Iterator[Shipping]:
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "carriers.toml").write_text(LORRY)
    made = Shipping(read_carriers(tmp_path / "carriers.toml"))
    yield made
    made.deliverer.stop()


def ship(lorry: Shipping) -> None:
    floor = lorry.floor
    lorry.pack()
    lorry.settled()
    floor.printer_answers()
    floor.scans(FIRST)
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    floor.scans("HOME", "LANE-01", FIRST)
    floor.clock.ms = floor.value("SELECT MAX(leaves_ms) FROM departure")
    floor.controller.tick()
    lorry.settled()


def test_parcels_leave_in_a_file_and_news_come_back_in_others(
    lorry: Shipping, tmp_path: Path
) -> None:
    floor = lorry.floor
    ship(lorry)
    number = floor.parcels()[0].tracking
    assert number == "SN000047127GB"
    (out,) = (tmp_path / "out").iterdir()
    assert out.read_text().splitlines() == [
        "No;Kg;Name;Place",
        f"{number};0.43;Ada Byron;York",
    ]
    told = f"No;Code;When;Text\n{number};10;2024-10-05T10:00:00+01:00;\n{number};77;2024-10-05;?\n"
    (tmp_path / "in" / "a.csv").write_text(told)
    (tmp_path / "in" / "b.csv").write_text(f"No;Code;When;Text\n{number};90;soon;\n")
    (tmp_path / "in" / "c.csv.part").write_text("half a file")
    for _ in range(2):
        floor.clock.ms += 5 * HOUR
        floor.controller.tick()
        lorry.settled()
    events = floor.all("SELECT status, words FROM tracking_event ORDER BY at_ms")
    assert [(row.status, row.words) for row in events] == [
        ("in_transit", "77 ?"),
        ("accepted", "10"),
    ]
    assert (tmp_path / "in" / "done" / "a.csv").is_file()
    reason = (tmp_path / "in" / "failed" / "b.csv.reason.txt").read_text()
    assert reason == "line 2: 'soon' is no time\n"
    assert (tmp_path / "in" / "c.csv.part").is_file()


def test_news_read_before_a_folder_fails_are_read_again(lorry: Shipping, tmp_path: Path) -> None:
    files = lorry.deliverer.lines["Snail"].adapter
    (tmp_path / "in" / "a.csv").write_text("No;Code;When;Text\nSN1;10;2024-10-05;\n")
    (tmp_path / "in" / "b.csv").write_text("no news\n")
    (tmp_path / "in" / "failed").write_text("a file where the folder should be")
    with pytest.raises(Unavailable):
        files.track(("SN1",))
    (tmp_path / "in" / "failed").unlink()
    assert [each.tracking for each in files.track(("SN1",))] == ["SN1"]
    assert (tmp_path / "in" / "a.csv").is_file()


def test_a_range_that_is_used_up_is_told_and_the_bench_goes_on(lorry: Shipping) -> None:
    floor = lorry.floor
    with floor.controller.store.transaction() as db:
        db.run("INSERT INTO counter (name, value) VALUES ('number/Snail/4712', 2)")
    lorry.pack()
    lorry.settled()
    assert lorry.purchases() == [("Snail", "refused"), ("Swift", "bought")]
    alarm = floor.value("SELECT detail FROM alarm WHERE fault = 'no_label'")
    assert alarm.startswith("range_used_up")


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (Numbers(first=1, last=2, check="mod11", prefix="RR", suffix="DE"), "RR473124829DE"),
        (Numbers(first=1, last=2, digits=11, check="mod10"), "000473124821"),
    ],
)
def test_check_digits_are_as_published(numbers: Numbers, text: str) -> None:
    assert numbers.text(47312482) == text


def test_a_range_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "carriers.toml"
    path.write_text(LORRY.replace("last = 4713", "last = 1").replace('"mod11"', '"mod7"'))
    with pytest.raises(WrongInput) as told:
        read_carriers(path)
    assert "first to last is no range" in str(told.value)
    assert "numbers.check is none of none, mod10, mod11" in str(told.value)
    assert "is no folder: make it" in str(told.value)
