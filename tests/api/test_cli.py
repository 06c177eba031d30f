"""The command line as a person and a script meet it: words, exit codes, one JSON document."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.command_line import ITEMS, PLACES, STOCK, CommandLine, Files

COMMANDS = ("demo", "simulate", "check", "replay", "bench", "import")
HEAVY = ("sqlalchemy", "simpy", "ortools", "numpy", "fastapi", "alembic", "msgspec", "controller")


def test_help_names_every_command_and_the_exit_codes(pickwright: CommandLine) -> None:
    ended = pickwright("--help")
    assert ended.code == 0
    assert [name for name in COMMANDS if f" {name} " not in ended.out] == []
    assert "Exit codes: 0 ok" in ended.out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_teaches_by_an_example(pickwright: CommandLine, command: str) -> None:
    ended = pickwright(command, "--help")
    assert ended.code == 0
    told = [line for line in ended.out.splitlines() if "Usage:" not in line]
    assert any(f"pickwright {command}" in line for line in told)


def test_start_imports_nothing_heavy() -> None:
    script = f"import api.cli, sys; print([name for name in {HEAVY} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert ended.stdout.strip() == b"[]"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "nowhere.db"), "nowhere.db does not exist: check the path of the database"),
        (("check", "."), ". is a folder: write a file like day.db"),
        (("check", "foo://x"), "'foo://x' is no database: write a file like day.db"),
        (("check", "sqlite://"), "a database in memory is empty at every start"),
        (("replay", "none/day.db"), "the folder none does not exist: create it"),
        (("simulate", "--day", "2009-12-14"), "--day needs a file: add --orders FILE.csv"),
        (("simulate", "--map", "sku=a"), "--map needs a file: add --orders FILE.csv"),
        (("simulate", "--orders", "a.csv"), "--orders a.csv needs a day: add --day 2009-12-14"),
        (("simulate", "--format", "olist"), "--format olist needs --orders olist_orders.csv"),
        (
            ("simulate", "--orders", "a.csv", "--day", "2009-12-14"),
            "a.csv does not exist: check the path",
        ),
        (
            ("simulate", "--orders", "a.csv", "--day", "14.12.2009"),
            "write 2009-12-14, or 2009-12-01..2009-12-31",
        ),
        (
            ("simulate", "--orders", "a.csv", "--day", "2009-12-14", "--map", "colour=x"),
            "write name=column with one of the names invoice, sku",
        ),
        (("simulate", "--without", "VAN-1"), "need --ships demo, or a folder"),
        (("simulate", "--ships", "none"), "--ships none: no site.toml there"),
        (("simulate", "--ships", "demo", "--compare"), "--compare needs what to change"),
        (("simulate", "--ships", "demo", "--without", "VAN-9"), "one of Albion Parcels"),
        (("simulate", "--ships", "demo", "--stop", "VAN-1"), "write NAME@10:00-12:00"),
        (("simulate", "--ships", "demo", "--stop", "VAN-1@9:00-8:00"), "it ends before"),
        (("simulate", "--ships", "demo", "--cutoff", "25"), "write one like 16:30"),
        (("simulate", "--database", "none/day.db"), "the folder none does not exist"),
        (("import", "items"), "no file is given: pickwright import items FILE.csv --database"),
        (("import", "items", "a.csv"), "no database is given: add --database warehouse.db"),
        (("import", "items", "a.csv", "--database", "w.db"), "a.csv does not exist"),
    ],
)
def test_wrong_input_is_one_sentence_with_the_fix_and_exit_code_2(
    pickwright: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = pickwright(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[-1].startswith("error: ")
    assert sentence in ended.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [("simulate", "--seed", "x"), ("nonsense",), ("check",)])
def test_wrong_usage_ends_with_exit_code_2(
    pickwright: CommandLine, arguments: tuple[str, ...]
) -> None:
    ended = pickwright(*arguments)
    assert (ended.code, ended.out) == (2, "")


def test_database_that_does_not_answer_fails_with_a_sentence(pickwright: CommandLine) -> None:
    ended = pickwright("check", "postgresql://me:secret@127.0.0.1:1/none")
    assert ended.code == 1
    assert "the database does not answer" in ended.err
    assert "secret" not in ended.err


def test_foreign_file_is_refused_and_left_as_it_is(pickwright: CommandLine, files: Files) -> None:
    path = files("notes.txt", "not a database")
    ended = pickwright("check", path)
    assert (ended.code, path.read_text()) == (2, "not a database\n")
    assert "cannot be read as a database" in ended.err


def test_import_prints_what_it_did_and_then_the_database_is_right(
    pickwright: CommandLine, files: Files
) -> None:
    for kind, lines in (("items", ITEMS), ("places", PLACES), ("stock", STOCK)):
        path = files(f"{kind}.csv", *lines)
        ended = pickwright("import", kind, path, "--database", files.database, "--json")
        assert (ended.code, ended.document["lines"]) == (0, len(lines) - 1)
    ended = pickwright("check", files.database, "--json")
    assert (ended.code, ended.document["violations"]) == (0, 0)
    assert set(ended.document["invariants"].values()) == {"ok"}
    assert pickwright("replay", files.database).code == 0


def test_import_error_leaves_no_database_behind(pickwright: CommandLine, files: Files) -> None:
    path = files("items.csv", ITEMS[0], "MUG,,1,1,1,1,")
    ended = pickwright("import", "items", path, "--database", files.database)
    assert (ended.code, ended.out) == (2, "")
    assert "items.csv line 2, column name" in ended.err
    assert not files.database.exists()


def test_template_is_printed_alone(pickwright: CommandLine) -> None:
    ended = pickwright("import", "stock", "--template")
    assert ended.code == 0
    assert ended.out.startswith("sku,place,qty,")
    assert len(ended.out.splitlines()) == 2


def test_reference_of_the_command_line_is_up_to_date(tmp_path: Path) -> None:
    written = tmp_path / "cli.md"
    command = ("typer", "api.cli", "utils", "docs", "--name", "pickwright", "--output", written)
    subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
    kept = Path(__file__).parents[2] / "docs" / "cli.md"
    assert kept.read_text() == written.read_text(), "run: make docs"


def test_serving_loads_no_planner_library() -> None:
    """The floor's process starts quickly; plans and papers load what they need."""
    heavy = "{'numba', 'ortools', 'pyvrp', 'reportlab', 'openpyxl', 'simpy'}"
    code = f"import sys, api.serving; print({heavy} & {{*sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
