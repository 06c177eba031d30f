"""Owns the files of the demo's site: read as those of any site, and given as commands.

Carriers, rate cards, contracts, nodes and vans stand in `api/demo/site`; racks, goods and people
are simulated. It refuses nothing: a wrong file is told as it is for everybody.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from api.rate_cards import reading
from api.rate_cards.importing import command_of
from api.settings import SiteFile, read_site
from controller.messages import (
    Command,
    ImportPostcodes,
    ImportRateCard,
    SetNoticeRules,
    SetUpContracts,
    SetUpNodes,
    SetUpPreferences,
    SetUpShops,
    SetUpSite,
    SetUpVans,
    Shop,
    SiteSettings,
)
from simulation.live import site
from simulation.live.wants import Wants
from simulation.outside import store
from simulation.outside.customers import postcodes

FOLDER: Final = Path(__file__).with_name("site")
ADDRESS: Final = ("country", "postcode", "company", "street", "city")
TOLD_BY_MAIL: Final = ("out_for_delivery", "attempted", "delivered")
SHOPS: Final = (("web", "Hearth & Haven"), ("market", "Market Square"), ("trade", "Trade Counter"))


@cache
def site_file() -> SiteFile:
    return read_site(FOLDER / "site.toml")


def settings() -> SiteSettings:
    """The figures of the simulated house at the address of the site file."""
    told = site_file().site
    return replace(site.settings(), **{name: getattr(told, name) for name in ADDRESS})


def commands(wants: Wants) -> Iterator[Command[Any]]:
    """What ships from the house, after its racks and goods and before its first order."""
    file = site_file()
    yield SetUpSite(id="setup/address", settings=settings())
    for folder in sorted((FOLDER / "cards").iterdir()):
        yield _card(folder)
    yield SetUpContracts(id="setup/contracts", contracts=file.contracts)
    yield SetUpPreferences(id="setup/preferences", preferences=file.preferences)
    yield SetUpNodes(id="setup/nodes", nodes=file.nodes)
    yield store.delivery(wants.skus, "setup")
    yield SetUpVans(
        id="setup/vans", settings=file.delivering, depots=file.van_depots, vans=file.vans
    )
    yield ImportPostcodes(id="setup/postcodes", postcodes=postcodes())
    yield SetUpShops(id="setup/shops", shops=tuple(_shop(code, name) for code, name in SHOPS))
    rules = tuple((status, "mail") for status in TOLD_BY_MAIL)
    yield SetNoticeRules(id="setup/notices", shop=SHOPS[0][0], rules=rules)


def _card(folder: Path) -> ImportRateCard:
    found = reading.read(folder)
    found.stop()
    return replace(command_of(found, settings().currency), id=f"setup/card/{folder.name}")


def _shop(code: str, name: str) -> Shop:
    told = settings()
    address = {part: getattr(told, part) for part in ("street", "postcode", "city", "country")}
    email = f"{code}@shops.example"
    return Shop(code=code, name=name, email=email, returns="link", **address)
