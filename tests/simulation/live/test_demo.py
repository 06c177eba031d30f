"""`pickwright demo` as a process: for a while, killed, started again, stopped, refused."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

import pytest

from controller.store import Store, open_store
from controller.views import outcomes
from controller.views.checks import check
from simulation.building import scenario_generated
from simulation.run import run
from tests.until import WAIT_S, until

ROOT = Path(__file__).parents[3]
DEMO = (sys.executable, "-m", "api.cli", "demo", "--port", "0", "--people", "10", "--seed", "5")
READY = "Ctrl-C stops it"
SHIPPED = 3


class Demo:
    """A demo that runs as a process of its own, and what it has said so far."""

    def __init__(self, database: Path, *more: str) -> None:
        self.process = subprocess.Popen(
            [*DEMO, "--database", str(database), *more],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until_open(self) -> str:
        """What it prints until its addresses can be visited."""
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if READY in line:
                return said
        raise AssertionError(said)

    def end(self, how: signal.Signals) -> str:
        self.process.send_signal(how)
        return self.rest()

    def rest(self) -> str:
        return self.process.communicate(timeout=WAIT_S)[0]


@pytest.fixture
def database(morning: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(morning, tmp_path / "demo.db"))


@pytest.fixture
def demos() -> Iterator[list[Demo]]:
    started: list[Demo] = []
    yield started
    for each in started:
        each.process.kill()
        each.process.communicate(timeout=WAIT_S)


@contextmanager
def books(database: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{database}")
    yield store
    store.close()


def shipped(store: Store) -> int:
    with store.reading() as db:
        return outcomes.figures(db)["parcels"]


def broken(store: Store) -> list[str]:
    """What of the books does not hold."""
    with store.reading() as db:
        return [name for name, found in check(db).items() if found]


def test_demo_for_a_while_says_where_it_is_and_ends_well(
    database: Path, demos: list[Demo]
) -> None:
    demos.append(Demo(database, "--speed", "50", "--for", "2s"))
    said = demos[0].until_open() + demos[0].rest()
    assert demos[0].process.returncode == 0, said
    for words in ("/handheld", "/console", "PICKER-101", "PIN ", "parcels shipped"):
        assert words in said
    assert "Traceback" not in said
    with books(database) as store:
        assert broken(store) == []


@pytest.mark.long
def test_a_killed_demo_goes_on_where_it_was_ships_and_ctrl_c_ends_it(
    database: Path, demos: list[Demo]
) -> None:
    for nth in range(2):
        demos.append(Demo(database, "--speed", "50"))
        demos[-1].until_open()
        assert demos[-1].end(signal.SIGKILL) is not None  # its solver has ended, too
        with books(database) as store:
            assert broken(store) == [], nth
            before = shipped(store)
    demos.append(Demo(database, "--speed", "50"))
    demos[-1].until_open()
    with books(database) as store:
        until(lambda: shipped(store) >= before + SHIPPED, "shipped parcels")
    said = demos[-1].end(signal.SIGINT)
    assert demos[-1].process.returncode == 0, said
    assert "Traceback" not in said
    assert "late events" in said
    with books(database) as store:
        assert broken(store) == []


def test_a_port_that_is_taken_is_told_with_its_fix(tmp_path: Path, demos: list[Demo]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demos.append(Demo(tmp_path / "demo.db", "--port", str(port)))
        said = demos[0].rest()
    assert demos[0].process.returncode == 2
    assert f"port {port} is in use" in said
    assert f"--port {port + 1}" in said


@pytest.mark.long
def test_a_database_of_another_warehouse_is_refused(
    tmp_path: Path, planner: Executor, demos: list[Demo]
) -> None:
    database = tmp_path / "other.db"
    run(scenario_generated(1, 5), database=f"sqlite:///{database}", planner=planner)
    demos.append(Demo(database))
    said = demos[0].rest()
    assert demos[0].process.returncode == 2
    assert "holds another warehouse" in said


@pytest.mark.parametrize("text", ["soon", "0s", "5 days", "-1s"])
def test_a_duration_that_is_none_is_refused(text: str, tmp_path: Path, demos: list[Demo]) -> None:
    demos.append(Demo(tmp_path / "demo.db", f"--for={text}"))
    assert "write 60s, 2m or 1h" in demos[0].rest()
    assert demos[0].process.returncode == 2
