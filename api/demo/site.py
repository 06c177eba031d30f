"""Owns the files of the demo's site: read as those of any site, and given as commands.

Carriers, rate cards, contracts, nodes and vans stand in `api/demo/site`; racks, goods and people
are simulated. It refuses nothing: a wrong file is told as it is for everybody.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from api.ships_file import ShipsFolder
from controller.messages import (
    Command,
    ImportPostcodes,
    SetNoticeRules,
    SetUpShops,
    SetUpSite,
    Shop,
    SiteSettings,
)
from simulation.live import site
from simulation.live.wants import Wants
from simulation.outside import store
from simulation.outside.customers import postcodes

FOLDER: Final = Path(__file__).with_name("site")
SHIPS: Final = ShipsFolder(FOLDER)
TOLD_BY_MAIL: Final = ("out_for_delivery", "attempted", "delivered")
SHOPS: Final = (("web", "Hearth & Haven"), ("market", "Market Square"), ("trade", "Trade Counter"))


def settings() -> SiteSettings:
    """The figures of the simulated house at the address of the site file."""
    return replace(site.settings(), **SHIPS.address)


def commands(wants: Wants) -> Iterator[Command[Any]]:
    """What ships from the house, after its racks and goods and before its first order."""
    yield SetUpSite(id="setup/address", settings=settings())
    yield from SHIPS.commands()
    yield store.delivery(wants.skus, "setup")
    yield ImportPostcodes(id="setup/postcodes", postcodes=postcodes())
    yield SetUpShops(id="setup/shops", shops=tuple(_shop(code, name) for code, name in SHOPS))
    rules = tuple((status, "mail") for status in TOLD_BY_MAIL)
    yield SetNoticeRules(id="setup/notices", shop=SHOPS[0][0], rules=rules)


def _shop(code: str, name: str) -> Shop:
    told = settings()
    address = {part: getattr(told, part) for part in ("street", "postcode", "city", "country")}
    email = f"{code}@shops.example"
    return Shop(code=code, name=name, email=email, returns="link", **address)
