"""Killing a real controller loses nothing, and a broken controller does not pass that test."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.proof.kill import Campaign

if TYPE_CHECKING:
    from tests.conftest import PostgresServer

pytestmark = pytest.mark.long


def test_two_hundred_kills_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    verdict = Campaign(f"sqlite:///{tmp_path / 'kill.db'}", seed=1).run(200)
    assert verdict.findings == []
    assert verdict.kills == 200
    assert verdict.answers > 1_000
    assert verdict.resent > 200


def test_kills_lose_nothing_on_postgresql(postgres: "PostgresServer") -> None:
    verdict = Campaign(postgres.new_database(), seed=2).run(40)
    assert verdict.findings == []
    assert verdict.kills == 40
    assert verdict.resent > 20


@pytest.mark.parametrize("variant", ["two_transactions", "answers_before_commit"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_broken_controller_is_found(tmp_path: Path, variant: str, seed: int) -> None:
    verdict = Campaign(f"sqlite:///{tmp_path / 'kill.db'}", seed, variant).run(100)
    assert verdict.findings != []
