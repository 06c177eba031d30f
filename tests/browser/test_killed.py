"""The server is killed and started again under the page: nothing lost, nothing doubled."""

from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from controller.store import open_store
from devices.mosquitto import free_port
from tests.browser.building import SALT, open_house
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.served_alone import serve
from tests.browser.site import BY_SKU
from tests.forks import FORKS

_PICKED: Final = "SELECT CAST(COALESCE(SUM(picked), 0) AS BIGINT) FROM order_line"
_SCANS: Final = "SELECT COUNT(*) FROM journal WHERE name = 'Scan'"
Start = Callable[[], tuple[BaseProcess, str]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A house with a tour that waits."""
    house = open_house(f"sqlite:///{tmp_path}/house.db")
    house.tour()
    house.close()
    return tmp_path / "house.db"


@pytest.fixture
def start(database: Path) -> Iterator[Start]:
    """Starts the server and waits until it answers; always at the same port."""
    begun: list[BaseProcess] = []
    port = free_port()

    def run() -> tuple[BaseProcess, str]:
        ours, theirs = FORKS.Pipe()
        process = FORKS.Process(target=serve, args=(f"sqlite:///{database}", port, theirs))
        begun.append(process)
        process.start()
        theirs.close()
        assert ours.recv()
        return process, f"http://127.0.0.1:{port}"

    yield run
    for process in begun:
        process.kill()
        process.join()


def value(database: Path, sql: str) -> Any:
    store = open_store(f"sqlite:///{database}", salt=SALT)
    with store.reading() as db:
        found = db.value(sql)
    store.close()
    return found


def test_a_scan_made_while_the_server_is_dead_is_booked_when_it_is_back(
    database: Path, start: Start, new_context: NewContext
) -> None:
    process, url = start()
    hand = Hand(new_context(), url).sign_in()
    hand.scan("CART-1", "scan_tote")
    for tote, said in (
        ("TOTE-01", "scan_tote"),
        ("TOTE-02", "scan_tote"),
        ("TOTE-03", "pick_next"),
    ):
        hand.scan(tote, said)
    expect(hand.page.locator("progress")).to_be_visible()
    hand.scan("A01-03-2", "place_ok")
    for raw in (BY_SKU["MUG-RED"].gtin, BY_SKU["MUG-RED"].gtin, "TOTE-01"):
        process.kill()
        process.join()
        hand.wedge(raw)
        hand.lost()
        process, _ = start()
        hand.settled()
    expect(hand.page.locator('p[data-message="picked"]')).to_be_visible()
    hand.page.close()
    process.kill()
    process.join()
    assert value(database, _PICKED) == 2
    assert value(database, _SCANS) == 8
