"""`simulate` and `demo` from order lines to the result, and what can be done with it after."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.api.command_line import CommandLine, Files
from tests.conftest import PostgresServer
from tests.until import WAIT_S

LINES = (
    "order_no;sku;qty;ts;price_gbp;customer;country",
    "100;MUG;3;2024-05-06T09:00;2.55;7;United Kingdom",
    "100;CUP;1;2024-05-06T09:00;1.25;7;United Kingdom",
    "101;MUG;1;2024-05-06T10:30;2.55;8;France",
    "102;POST;1;2024-05-06T10:40;9.00;8;France",
    "103;CLOCK;none;2024-05-06T10:50;9.00;8;France",
)
RESULT = {
    *("orders", "lines", "units", "parcels", "tours", "travel_m", "ledger_digest"),
    *("event_digest", "invariants", "simulated_s", "wall_s", "commands", "kpis", "input"),
}


def simulated(pickwright: CommandLine, files: Files, *more: object) -> Any:
    path = files("lines.csv", *LINES)
    ended = pickwright(
        *("simulate", "--orders", path, "--day", "2024-05-06", "--map", "invoice=order_no"),
        *("--seed", 7, "--json", *more),
    )
    assert ended.code == 0, ended.err
    return ended.document


@pytest.mark.long
def test_simulate_tells_the_whole_day_and_its_database_can_be_checked_and_replayed(
    pickwright: CommandLine, files: Files
) -> None:
    result = simulated(pickwright, files, "--database", files.database)
    assert set(result) >= RESULT
    assert result["orders"]["received"] == 3
    assert result["orders"]["reasons"] == {"no_line_to_pick": 1}
    assert set(result["invariants"].values()) == {"ok"}
    assert result["input"]["refused"] == {"bad_quantity": 1, "not_goods": 1}
    assert pickwright("check", files.database).code == 0
    replayed = pickwright("replay", files.database, "--json")
    assert replayed.document["difference"] is None
    assert replayed.code == 0
    again = pickwright("simulate", "--database", files.database)
    assert again.code == 2
    assert "commands already: give a new file" in again.err


@pytest.mark.long
def test_same_seed_gives_the_same_digests_in_memory_in_a_file_and_on_postgresql(
    pickwright: CommandLine, files: Files, postgres: PostgresServer
) -> None:
    in_memory = simulated(pickwright, files)
    for database in (f"sqlite:///{files.database}", postgres.new_database()):
        elsewhere = simulated(pickwright, files, "--database", database)
        for digest in ("ledger_digest", "event_digest"):
            assert in_memory[digest] == elsewhere[digest]


@pytest.mark.long
def test_ctrl_c_in_the_first_of_two_days_says_that_the_other_was_not_run() -> None:
    asked = ("--ships", "demo", "--orders-per-day", "2", "--without", "VAN-1", "--compare")
    with subprocess.Popen(
        [sys.executable, "-m", "api.cli", "simulate", *asked, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if "%" in line)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=5 * WAIT_S)
    assert process.returncode == 130
    assert "the day that was asked for was not run, this one is as it is" in err
    assert set(json.loads(out)) == {"as_it_is"}


def test_file_without_that_day_is_told_which_days_it_has(
    pickwright: CommandLine, files: Files, tmp_path: Path
) -> None:
    files("lines.csv", *LINES)
    ended = pickwright(
        *("simulate", "--orders", tmp_path / "lines.csv", "--day", "2024-05-07"),
        *("--map", "invoice=order_no"),
    )
    assert ended.code == 2
    assert "it covers 2024-05-06..2024-05-06; choose a day" in ended.err
