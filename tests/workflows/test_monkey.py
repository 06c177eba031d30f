"""A house full of monkeys: whatever they do, answers are clean, books balance, work ends.

A failure prints the seed and the last steps; `play(seed)` plays them again.
"""

import os
from functools import cache

import pytest

from controller.store import Store, open_store
from tests.house import SALT
from tests.workflows.monkey_end import Ending

SEEDS = int(os.environ.get("MONKEY_SEEDS", "36"))
STEPS = 300
CHECK_EVERY = 15


def play(seed: int, store: Store | None = None) -> Ending:
    house = Ending(seed, store)
    try:
        for number in range(1, STEPS + 1):
            house.step()
            if number % CHECK_EVERY == 0:
                house.floor.books_balance()
        house.settle()
    except Exception as error:
        error.add_note(f"seed {seed}; the last steps:\n" + "\n".join(house.story))
        raise
    return house


@cache
def played(seed: int) -> Ending:
    return play(seed)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_monkeys_break_nothing_and_all_work_ends(seed: int) -> None:
    played(seed)


def test_a_seed_plays_the_same_on_every_database(store: Store) -> None:
    first, second = play(1, open_store(salt=SALT)), play(1, store)
    assert list(first.story) == list(second.story)
    heads = [
        house.floor.all("SELECT chain FROM journal ORDER BY seq") for house in (first, second)
    ]
    assert heads[0] == heads[1]


def test_the_play_reaches_every_flow_and_the_street() -> None:
    """A monkey that sits in a corner proves nothing."""
    houses = [played(seed) for seed in (2, 4, 5, 8, 9)]
    causes = {row.cause for house in houses for row in house.floor.all(_CAUSES)}
    assert causes >= {"pick", "pack", "ship", "put_back", "putaway", "receive", "return", "undo"}
    assert {"replenish", "short_pick", "sort", "move"} <= causes


_CAUSES = "SELECT DISTINCT cause FROM movement ORDER BY cause"
