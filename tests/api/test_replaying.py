"""Replay: the same journal gives the same answers and digests, and what was changed is found."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.clock import WallClock
from api.importing import import_file
from api.replaying import replay
from controller.core import Controller
from controller.messages import CancelOrder, OrderLine, PlaceOrder
from controller.store import Store, open_store
from tests.api.command_line import ITEMS, PLACES, STOCK, CommandLine, Files

ORDER = PlaceOrder(
    id="web/1/0", shop="web", number="1", lines=(OrderLine(line=1, sku="MUG", qty=2),)
)


@pytest.fixture
def lived(files: Files) -> Iterator[Store]:
    """A database with a small history: imports, orders, a refusal, a cancellation."""
    store = open_store(f"sqlite:///{files.database}")
    controller = Controller(store, WallClock())
    for kind, lines in (("items", ITEMS), ("places", PLACES), ("stock", STOCK)):
        import_file(controller, kind, files(f"{kind}.csv", *lines))
    unknown = replace(
        ORDER, id="web/2/0", number="2", lines=(OrderLine(line=1, sku="JUG", qty=2),)
    )
    cancelled = CancelOrder(id="c1", order="web/1")
    controller.handle_all([ORDER, unknown, cancelled])
    yield store
    store.close()


def edit(path: Path, statement: str) -> None:
    """What nobody should do: change the history behind the controller's back."""
    with closing(sqlite3.connect(path)) as raw, raw:
        assert raw.execute(statement).rowcount


def test_replay_of_a_true_journal_is_the_same(lived: Store) -> None:
    replayed = replay(lived)
    assert replayed.same
    assert replayed.commands == 7
    assert replayed.as_fields()["difference"] is None


def test_replay_names_the_first_command_that_is_answered_otherwise(
    lived: Store, files: Files
) -> None:
    lived.close()
    edit(
        files.database,
        "UPDATE journal SET payload = replace(payload, '\"qty\":2', '\"qty\":50') "
        "WHERE command_id = 'web/1/0'",
    )
    replayed = replay(lived)
    assert not replayed.same
    assert replayed.difference is not None
    assert replayed.difference.command == "web/1/0"
    assert '"promised_units":2' in replayed.difference.then
    assert '"promised_units":48' in replayed.difference.now
    assert replayed.broken_link == replayed.difference.seq


def test_balance_changed_by_hand_is_found_by_replay_and_by_check(
    lived: Store, files: Files, pickwright: CommandLine
) -> None:
    lived.close()
    edit(files.database, "UPDATE stock SET qty = qty + 1 WHERE place = 'A-1'")
    ended = pickwright("replay", files.database, "--json")
    assert (ended.code, ended.document["same"]) == (1, False)
    ledger = ended.document["ledger_digest"]
    assert ledger["stored"] != ledger["replayed"]
    ended = pickwright("check", files.database)
    assert ended.code == 1
    assert "movements_make_stock: 1 violations" in ended.out
    assert "MUG" in ended.out
