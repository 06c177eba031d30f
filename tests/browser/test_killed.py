"""The server is killed and started again under the page: nothing lost, nothing doubled."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from controller.store import open_store
from tests.browser.building import SALT, open_house
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.site import BY_SKU

_PICKED: Final = "SELECT CAST(COALESCE(SUM(picked), 0) AS BIGINT) FROM order_line"
_SCANS: Final = "SELECT COUNT(*) FROM journal WHERE name = 'Scan'"
HOUSE: Final = Path(__file__).parents[2]
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A house with a tour that waits."""
    house = open_house(f"sqlite:///{tmp_path}/house.db")
    house.tour()
    house.close()
    return tmp_path / "house.db"


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def start(database: Path, port: int) -> Iterator[Start]:
    """Starts the server and waits until it answers."""
    begun: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "tests.browser.served_alone", str(database), str(port)]
        process = subprocess.Popen(program, cwd=HOUSE, stdout=subprocess.PIPE)
        begun.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"listening\n"
        return process

    yield run
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def value(database: Path, sql: str) -> Any:
    store = open_store(f"sqlite:///{database}", salt=SALT)
    with store.reading() as db:
        found = db.value(sql)
    store.close()
    return found


def test_a_scan_made_while_the_server_is_dead_is_booked_when_it_is_back(
    database: Path, port: int, start: Start, new_context: NewContext
) -> None:
    process = start()
    hand = Hand(new_context(), f"http://127.0.0.1:{port}").sign_in()
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
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        hand.wedge(raw)
        hand.lost()
        process = start()
        hand.settled()
    expect(hand.page.locator('p[data-message="picked"]')).to_be_visible()
    hand.page.close()
    process.kill()
    process.wait()
    assert value(database, _PICKED) == 2
    assert value(database, _SCANS) == 8
