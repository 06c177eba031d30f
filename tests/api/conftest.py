"""Owns the fixtures of the edges: the command line, the files that feed it, the served house."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.command_line import CommandLine, Files
from tests.api.serving import Served, served


@pytest.fixture
def pickwright(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def house(database: str) -> Iterator[Served]:
    """The small house over HTTP, on each kind of database."""
    with served(database, {"S1": 3, "S2": 5}) as opened:
        yield opened


@pytest.fixture
def quick() -> Iterator[Served]:
    """The same in memory only, for what no database changes."""
    with served("sqlite://", {"S1": 3, "S2": 5}) as opened:
        yield opened
