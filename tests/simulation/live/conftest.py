"""Owns living warehouses in tests: one first morning for all, a copy of it for each."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.demo.warehouse import Warehouse, open_books
from controller.messages import Scan, ScanReply, Screen, SignIn
from controller.store import open_store
from controller.views import outcomes
from controller.views.screens import screen_of
from devices.mosquitto import Mosquitto
from simulation.live.plan import Plan

PLAN = Plan(seed=5, people=10)
SPEED = 50.0
PATIENCE_S = 120.0


class Living:
    """A living warehouse, a visitor in it, and the patience of a test."""

    def __init__(self, path: Path, speed: float = SPEED, broker: Mosquitto | None = None) -> None:
        self.store = open_store(f"sqlite:///{path}", durable=False, salt="test")
        now_ms = open_books(self.store, PLAN)
        self.warehouse = Warehouse(self.store, PLAN, now_ms, speed, broker)
        self._news = threading.Event()
        self._scans = 0
        self.warehouse.runtime.subscribe(lambda _topics: self._news.set())

    def close(self) -> None:
        self.warehouse.stop()
        self.store.close()

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Raises: AssertionError when patience is over."""
        assert self.within(PATIENCE_S, condition), f"{what} has not come: {self.state()}"

    def within(self, seconds: float, condition: Callable[[], bool]) -> bool:
        """Whether it comes about in this time; looks again after every commit."""
        ends_s = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > ends_s:
                return False
            self._news.wait(0.5)
            self._news.clear()
        return True

    def state(self) -> dict[str, int]:
        return self.warehouse.figures()

    def shipped(self) -> int:
        with self.store.reading() as db:
            return outcomes.figures(db)["parcels"]

    # --- a visitor -------------------------------------------------------------------------------

    def sign_in(self, badge: str) -> Screen:
        return self._handle(SignIn(id=self._id(badge), actor=badge, badge=badge)).screen

    def scan(self, badge: str, raw: str) -> ScanReply:
        screen = self.screen(badge)
        return self._handle(
            Scan(id=self._id(badge), actor=badge, worker=badge, version=screen.version, raw=raw)
        )

    def screen(self, badge: str) -> Screen:
        with self.store.reading() as db:
            screen = screen_of(db, badge)
        assert screen is not None, badge
        return screen

    def _handle(self, command: SignIn | Scan) -> ScanReply:
        return self.warehouse.runtime.controller.handle(command)

    def _id(self, badge: str) -> str:
        self._scans += 1
        return f"visitor/{badge}/{self._scans}"


@pytest.fixture(scope="session")
def first_morning(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A database with the warehouse's first morning; how large its log was then, in bytes."""
    path = tmp_path_factory.mktemp("living") / "morning.db"
    store = open_store(f"sqlite:///{path}", durable=False, salt="test")
    open_books(store, PLAN)
    log_bytes = path.with_name("morning.db-wal").stat().st_size
    store.close()
    return path, log_bytes


@pytest.fixture(scope="session")
def morning(first_morning: tuple[Path, int]) -> Path:
    return first_morning[0]


@pytest.fixture
def living(morning: Path, tmp_path: Path) -> Iterator[Living]:
    """A warehouse that has just opened at fifty times real time."""
    house = Living(Path(shutil.copy(morning, tmp_path / "demo.db")))
    house.warehouse.start()
    yield house
    house.close()
