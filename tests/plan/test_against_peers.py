"""Tours against LKH on random floors, where the group `peers` is installed; the table of peers."""

import argparse
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest

from benchmarks.picking import tours
from benchmarks.picking.tours import KINDS, Case
from controller.plan import Effort
from controller.plan.walking import Problem, solve


@pytest.mark.parametrize("kind", KINDS)
def test_tours_are_as_short_as_those_of_lkh(kind: str) -> None:
    pytest.importorskip("elkai", reason="no LKH here: uv sync --group peers")
    from benchmarks.picking.peers import lkh

    for seed in range(3):
        case = tours.a_case(Random(seed), kind, 30)
        ours = solve(Problem(layout=case.shape, stops=case.stops), Effort(work=60_000))
        theirs = _length(case, lkh.tour(case.matrix, 0))
        assert ours.length_mm <= theirs * (1.01 if kind == "graph" else 1)
        assert ours.bound_mm <= theirs


def _length(case: Case, sequence: Sequence[int]) -> int:
    walk = [0, *(index + 1 for index in sequence), 0]
    return sum(case.matrix[a][b] for a, b in pairwise(walk))


def test_the_table_names_every_method_and_peers_that_are_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    parser = argparse.ArgumentParser()
    tours.add_arguments(parser)
    asked = ["--lists", "1", "--stops", "6", "--seconds", "0.02"]
    assert tours.run(parser.parse_args(asked)) == 0
    told = capsys.readouterr().out
    assert "| S-shape |" in told
    assert "| Pickwright | 1.0000 (1.000)" in told
    assert ("| LKH (elkai) |" in told) != ("elkai is missing: uv sync --group peers" in told)
