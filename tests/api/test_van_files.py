"""Fleets in a site file, and files that say where customers are and when they are at home."""

from pathlib import Path

import pytest

from api.csv_rows import ImportFileError
from api.errors import WrongInput
from api.importing import import_file
from api.serving import set_up
from api.settings import read_site
from controller.store import open_store
from tests.house import House

SITE = """
[site]
[delivering]
speed_kmh = 30
[[van_depots]]
code = "HUB"
lat_e6 = 53950000
lon_e6 = -1050000
[[vans]]
code = "VAN-1"
depot = "HUB"
parcels_max = 60
area = ["YO1", "YO3"]
"""


@pytest.fixture
def house() -> House:
    house = House(open_store(), {"MUG": 5})
    house.order("1", {"MUG": 1}, postcode="YO1 1AA")
    return house


def take(house: House, folder: Path, kind: str, *lines: str) -> int:
    file = folder / f"{kind}.csv"
    file.write_text("\n".join(lines))
    return import_file(house.controller, kind, file).lines


def test_a_site_file_makes_a_fleet_and_keeps_a_van_down_that_is(
    house: House, tmp_path: Path
) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    for _ in range(2):
        set_up(house.controller, read_site(file))
        (van,) = house.all("SELECT * FROM van ORDER BY code")
        assert (van.code, van.parcels_max, van.area) == ("VAN-1", 60, "YO1,YO3")
    file.write_text(SITE.replace("parcels_max", "parcel_max"))
    with pytest.raises(WrongInput, match="did you mean parcels_max"):
        read_site(file)


def test_files_say_where_customers_are_and_when(house: House, tmp_path: Path) -> None:
    lines = ("country,code,latitude,longitude", "GB,YO1,53.96,-1.08", "GB,YO2 2BB,53.99,-1.1")
    assert take(house, tmp_path, "postcodes", *lines) == 2
    codes = house.all("SELECT code, lat_e6 FROM postcode ORDER BY code")
    assert [tuple(row) for row in codes] == [("YO1", 53_960_000), ("YO22BB", 53_990_000)]
    take(house, tmp_path, "van-ways", "origin,target,distance_m,duration_s", "HUB,YO1,4200,540")
    head = "order,latitude,longitude,from,until,note"
    visit = "shop/1,53.9601,-1.0801,2026-01-05 09:00,2026-01-05 12:00,ring twice"
    take(house, tmp_path, "deliveries", head, visit)
    wish = house.one("SELECT opens_ms, closes_ms FROM delivery_wish")
    assert wish.closes_ms - wish.opens_ms == 3 * 3_600_000


@pytest.mark.parametrize(
    ("kind", "head", "line", "told"),
    [
        ("postcodes", "country,code,latitude,longitude", "GB,YO1,95,0", "is out of range"),
        ("postcodes", "country,code,latitude,longitude", "GB,YO1,north,0", "is no position"),
        ("deliveries", "order,from", "shop/1,tomorrow", "is no time"),
        ("deliveries", "order", "shop/9", "is no order here"),
    ],
)
def test_wrong_cells_are_told(
    house: House, tmp_path: Path, kind: str, head: str, line: str, told: str
) -> None:
    with pytest.raises(ImportFileError, match=told):
        take(house, tmp_path, kind, head, line)
