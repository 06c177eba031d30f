"""Owns the fixtures of the command line: `pickwright(...)` runs it, `files(...)` feeds it."""

from pathlib import Path

import pytest

from tests.api.command_line import CommandLine, Files


@pytest.fixture
def pickwright(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)
