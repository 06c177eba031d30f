"""Owns the folder that says what ships from a house: `site.toml`, and a rate card per folder.

It is given as commands, after racks and goods, before the first order. It refuses nothing: a
wrong file is told as it is for everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from api.rate_cards import reading
from api.rate_cards.importing import command_of
from api.settings import SiteFile, read_site
from controller.messages import (
    Command,
    ImportRateCard,
    SetUpContracts,
    SetUpNodes,
    SetUpPreferences,
    SetUpVans,
    SiteSettings,
)

ADDRESS: Final = ("country", "postcode", "company", "street", "city")


@dataclass(frozen=True)
class ShipsFolder:
    folder: Path

    @cached_property
    def file(self) -> SiteFile:
        return read_site(self.folder / "site.toml")

    @property
    def address(self) -> dict[str, Any]:
        """Where the house is."""
        told = self.file.site or SiteSettings()
        return {name: getattr(told, name) for name in ADDRESS}

    def commands(self) -> Iterator[Command[Any]]:
        """Rate cards, contracts, preferences, nodes and vans."""
        file = self.file
        cards = self.folder / "cards"
        currency = (file.site or SiteSettings()).currency
        for folder in sorted(cards.iterdir()) if cards.is_dir() else ():
            yield card_of(folder, currency)
        yield SetUpContracts(id="setup/terms", contracts=file.contracts)
        yield SetUpPreferences(id="setup/preferences", preferences=file.preferences)
        if file.nodes:
            yield SetUpNodes(id="setup/nodes", nodes=file.nodes)
        if file.vans:
            yield SetUpVans(
                id="setup/vans", settings=file.delivering, depots=file.van_depots, vans=file.vans
            )


def card_of(folder: Path, currency: str) -> ImportRateCard:
    """The rate card of a folder or file."""
    found = reading.read(folder)
    found.stop()
    return replace(command_of(found, currency), id=f"setup/card/{folder.name}")
