"""Owns what tests with carriers start from: a peer on the loopback, a floor that ships by it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.carriers.carriers_file import read_carriers
from api.carriers.deliverer import Carriers, Deliverer
from controller.messages import OrderLine, PlaceOrder, Recipient, SetUpSite
from controller.store import Store
from tests.carriers.peer import TOKEN, Peer, carrier_peer
from tests.until import until
from tests.workflows.floor import CARTONS, ECO, FAST, SETTINGS, SETUP, Floor, packed_floor

SNAIL = Path(__file__).with_name("snail.toml")
SIGNS = "whsec-77-also-secret"
JOIN = replace(ECO, pieces_max=3, per="shipment")
SITE = SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(JOIN, FAST))
Made = Callable[..., "Shipping"]


@pytest.fixture
def peer() -> Iterator[Peer]:
    with carrier_peer() as running:
        yield running


@pytest.fixture
def carriers(peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Carriers:
    """Snail, as its file says."""
    monkeypatch.setenv("SNAIL_TOKEN", TOKEN)
    monkeypatch.setenv("SNAIL_SIGNS", SIGNS)
    return read_carriers(write(peer, tmp_path))


def write(peer: Peer, folder: Path, change: Callable[[str], str] = lambda text: text) -> Path:
    path = folder / "carriers.toml"
    path.write_text(change(SNAIL.read_text().replace("URL", peer.url)))
    return path


class Shipping:
    """A floor whose rows for carriers are delivered; time moves while nothing is asked."""

    def __init__(
        self, carriers: Carriers, store: Store | None = None, floor: Floor | None = None
    ) -> None:
        self.floor: Floor = floor or packed_floor({"MUG": 1}, store)
        self.deliverer = Deliverer(self.floor.controller, carriers.connected, lambda: None)
        self.deliverer.resume("boot")

    def pack(self) -> None:
        self.floor.scans("TOTE-1", "BOX-S", "MUG", "430")

    def step(self) -> None:
        self.deliverer.round()
        if not any(line.asking for line in self.deliverer.lines.values()):
            self.floor.clock.ms += 500

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Works until the condition holds; time passes only while no carrier is asked."""

        def worked() -> bool:
            self.step()
            return bool(condition())

        until(worked, what)

    def settled(self) -> None:
        """Until no row for a carrier is without an answer."""
        self.until(lambda: not self.rows(), "rows for carriers")

    def rows(self) -> int:
        found = self.floor.value(
            "SELECT COUNT(*) FROM outbox WHERE topic LIKE 'carrier/%' "
            "AND state IN ('waiting', 'sent')"
        )
        return int(found)

    def purchases(self) -> list[tuple[str, str]]:
        rows = self.floor.all("SELECT carrier, state FROM purchase ORDER BY number")
        return [(row.carrier, row.state) for row in rows]


@pytest.fixture
def shipping(carriers: Carriers) -> Iterator[Shipping]:
    made = Shipping(carriers)
    yield made
    made.deliverer.stop()


@pytest.fixture
def stored_shipping(carriers: Carriers, store: Store) -> Iterator[Shipping]:
    """The same on each kind of database."""
    made = Shipping(carriers, store)
    yield made
    made.deliverer.stop()


@pytest.fixture
def made(carriers: Carriers) -> Iterator[Made]:
    """A floor with an order in so many cartons, of which the packer has the first before him."""
    running: list[Shipping] = []

    def make(
        cartons: int, totes: int = 1, store: Store | None = None, each: int = 1, **more: Any
    ) -> Shipping:
        last = more.pop("last", each)
        inside = more.pop("inside", [{"MUG": n} for n in (*[each] * (cartons - 1), last)])
        units = sum(map(Counter, inside), Counter[str]())
        floor = Floor("W1", "W2", setup=(more.pop("site", SITE), *SETUP[1:]), store=store)
        order = PlaceOrder(
            id="order",
            shop="shop",
            number="1",
            lines=tuple(
                OrderLine(line=line, sku=sku, qty=qty, price_cents=900)
                for line, (sku, qty) in enumerate(sorted(units.items()), 1)
            ),
            recipient=Recipient(name="Ada Byron", street="1 Mill Lane", city="York"),
            **more,
        )
        placed = floor.do(order)
        loads = [(placed.order, "BOX-S", dict(goods)) for goods in inside]
        floor.tour([loads[tote::totes] for tote in range(totes)])
        floor.scans("BENCH-01", "TOTE-1")
        running.append(Shipping(carriers, floor=floor))
        return running[0]

    yield make
    for each in running:
        each.deliverer.stop()


def pack(shipping: Shipping, *, label: bool = True, heavy: str = "") -> None:
    """The next carton, until its label is on; one too `heavy` for its plan is weighed twice."""
    shipping.floor.scans("BOX-S", "MUG")
    if heavy:
        shipping.floor.scan(heavy)
    shipping.floor.scans(heavy or "430")
    shipping.settled()
    if label:
        put_on(shipping)


def put_on(shipping: Shipping) -> None:
    shipping.floor.printer_answers()
    shipping.floor.scans(shipping.floor.screens["W1"].screen.target)
