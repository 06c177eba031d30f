"""Owns what the demo prints: where to go and how to sign in, how it goes, what came of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from api.demo.visitors import PIN
from api.demo.warehouse import Warehouse
from simulation.live.crew import VISITORS

FIGURES = {
    "shipped": "orders shipped",
    "open": "orders open",
    "tours": "tours picked",
    "picks": "picks",
    "parcels": "parcels shipped",
    "replenishments": "replenishments",
    "putaways": "putaways",
    "returns_received": "returns received",
    "receipts_received": "deliveries received",
}


def welcome(console: Console, address: str, speed: float, letters: Path) -> None:
    """The addresses, and a badge for each kind of work; `letters` to customers are files."""
    console.print(f"\n[bold]The warehouse is open[/], at {speed:g} times real time.")
    console.print(f"  handheld  [cyan]{address}/handheld[/]")
    console.print(f"  console   [cyan]{address}/console[/]")
    console.print(f"  letters   [cyan]{letters}[/], with links to tracking pages")
    table = Table(box=None, show_header=False, padding=(0, 2))
    for visitor in VISITORS:
        begin = f"on the handheld, begin with {visitor.begins_at}" if visitor.begins_at else ""
        table.add_row(visitor.badge, f"PIN {PIN}", visitor.role, f"[dim]{begin}[/]")
    console.print("Sign in with one of these badges (type a code and Enter to scan it):")
    console.print(table)
    console.print("[dim]Ctrl-C stops it; the next start goes on where it was.[/]")


def status(warehouse: Warehouse) -> str:
    """How it goes, in one line."""
    figures = warehouse.figures()
    now = datetime.fromtimestamp(warehouse.clock.now_ms() / 1_000, UTC)
    house = warehouse.house
    return (
        f"{now:%a %H:%M:%S}  {len(house.days.at_work)} at work  "
        f"{figures.get('open', 0)} orders open  {figures['tours']} tours  "
        f"{figures['picks']} picks  {figures['parcels']} parcels shipped  "
        f"{house.floor.plant.riding} on the belt"
    )


def outcome(console: Console, warehouse: Warehouse, before: Mapping[str, int]) -> None:
    """What was done since the start, and how well the computer kept pace."""
    after, loop = warehouse.figures(), warehouse.house.loop
    table = Table(box=None, show_header=False, padding=(0, 2))
    for name, words in FIGURES.items():
        now, was = after.get(name, 0), before.get(name, 0)
        table.add_row(words, f"{now:,}", f"{now - was:+,}" if name != "open" else "")
    failures = sum(warehouse.house.failures.values()) + warehouse.runtime.failures
    table.add_row(
        "late events", f"{loop.late:,} of {loop.events:,}", f"at most {loop.latest_ms} ms"
    )
    table.add_row("failures", f"{failures:,}")
    console.print(table)
