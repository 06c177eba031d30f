"""Owns what a simulated day may be asked to do otherwise: who is missing, who stops, which card.

The day itself needs `--ships`. It refuses names, times and folders that are none, with the fix.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from api.errors import WrongInput
from api.terminal import err

if TYPE_CHECKING:
    from simulation.scenario import Scenario

DEMO: Final = "demo"
DEMO_ORDERS: Final = 3_000  # a day, for which the demo's contracts are made
MINUTE_MS: Final = 60_000
_TIME: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")

Ships = Annotated[
    str,
    typer.Option(
        metavar="demo|FOLDER",
        help="Rate cards, carriers, vans, stores: those of the demo, or of a folder "
        "with site.toml and cards/.",
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="A carrier, van or store that is not there. Repeat it."),
]
Stops = Annotated[
    list[str] | None,
    typer.Option(
        "--stop",
        metavar="NAME@10:00-12:00",
        help="A carrier does not answer, a van breaks down, a store closes. Repeat it.",
    ),
]
Cutoff = Annotated[str, typer.Option(metavar="HH:MM", help="Another cut-off of the house.")]
Cards = Annotated[
    list[Path] | None,
    typer.Option("--card", metavar="FOLDER", help="Another rate card of a carrier. Repeat it."),
]
Compare = Annotated[
    bool, typer.Option("--compare", help="Run the day as it is, too, and show the difference.")
]


class Pause(NamedTuple):
    """Who stops, from when until when of the day."""

    name: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """`ships` is where what ships is described, "" for nothing; all else changes that."""

    ships: str = ""
    without: tuple[str, ...] = ()
    stops: tuple[Pause, ...] = ()
    cutoff_ms: int | None = None
    cards: tuple[Path, ...] = ()
    compare: bool = False

    @property
    def changes(self) -> bool:
        moved = self.cutoff_ms is not None
        return bool(self.without or self.stops or moved or self.cards)


def what_if(
    ships: str,
    without: list[str] | None,
    stops: list[str] | None,
    cutoff: str,
    cards: list[Path] | None,
    compare: bool,
) -> WhatIf:
    """Raises: WrongInput naming the option and its fix."""
    asked = WhatIf(
        ships=ships,
        without=tuple(without or ()),
        stops=tuple(_pause(each) for each in stops or ()),
        cutoff_ms=_time_ms("--cutoff", cutoff) if cutoff else None,
        cards=tuple(cards or ()),
        compare=compare,
    )
    if asked.changes and not ships:
        raise WrongInput("--without, --stop, --cutoff and --card need --ships demo, or a folder")
    if compare and not asked.changes:
        raise WrongInput("--compare needs what to change: --without, --stop, --cutoff or --card")
    return asked


def with_ships(scenario: "Scenario", asked: WhatIf) -> "Scenario":
    """The day with its street, as it is. Raises: WrongInput for a folder that is none."""
    if not asked.ships:
        return scenario
    from api.demo.site import FOLDER
    from api.ships_file import ShipsFolder
    from controller.messages import PlaceOrder
    from simulation.outside.equipping import with_street
    from simulation.outside.what_if import for_volume

    folder = FOLDER if asked.ships == DEMO else Path(asked.ships)
    if not (folder / "site.toml").is_file():
        raise WrongInput(f"--ships {asked.ships}: no site.toml there; write demo, or a folder")
    ships = ShipsFolder(folder)
    setup = tuple(ships.commands())
    if asked.ships == DEMO:
        orders = sum(isinstance(each.command, PlaceOrder) for each in scenario.demand)
        daily = max(1, orders // scenario.days)
        err().print(f"the demo's contracts are sized for {daily:,} orders a day", style="dim")
        setup = tuple(for_volume(each, daily, DEMO_ORDERS) for each in setup)
    return with_street(scenario, setup, ships.address)


def changed(scenario: "Scenario", asked: WhatIf) -> "Scenario":
    """The same day with all that is asked to be otherwise. Raises: NotFound naming a name."""
    from api.ships_file import card_of
    from controller.messages import SetUpSite
    from simulation.outside import what_if as changes

    site = next(each.settings for each in scenario.setup if isinstance(each, SetUpSite))
    for card in asked.cards:
        scenario = changes.with_card(scenario, card_of(card, site.currency))
    for name in asked.without:
        scenario = changes.without(scenario, name)
    for stop in asked.stops:
        scenario = changes.stopping(scenario, *stop)
    if asked.cutoff_ms is None:
        return scenario
    return changes.with_cutoff(scenario, asked.cutoff_ms)


def _pause(text: str) -> Pause:
    name, _, span = text.rpartition("@")
    begins, _, ends = span.partition("-")
    if not name or not begins or not ends:
        raise WrongInput(f"--stop {text}: write NAME@10:00-12:00")
    pause = Pause(name, _time_ms("--stop", begins), _time_ms("--stop", ends))
    if pause.until_ms <= pause.from_ms:
        raise WrongInput(f"--stop {text}: it ends before it begins")
    return pause


def _time_ms(option: str, text: str) -> int:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise WrongInput(f"{option} {text}: no time of the day; write one like 16:30")
    return (int(found[1]) * 60 + int(found[2])) * MINUTE_MS
