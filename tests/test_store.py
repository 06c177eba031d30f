"""The store: one writer, all or nothing, and an outage that is told as one."""

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pysqlite3
import pytest

from controller import tables
from controller.errors import StoreUnavailable
from controller.store import Store, open_store
from tests.until import WAIT_S

_PUT = "INSERT INTO counter (name, value) VALUES (:name, :value)"
_ALL = "SELECT name, value FROM counter ORDER BY name"


def counters(store: Store) -> dict[str, int]:
    with store.reading() as db:
        return {row.name: row.value for row in db.all(_ALL)}


@pytest.fixture
def file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'house.db'}"


@pytest.fixture
def store_file(file: str) -> Iterator[Store]:
    store = open_store(file)
    with store.transaction() as db:
        db.run(_PUT, name="a", value=1)
    yield store
    store.close()


def test_a_new_file_that_another_process_writes_is_opened_once_that_is_done(file: str) -> None:
    path = file.removeprefix("sqlite:///")
    other = pysqlite3.connect(path, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    over = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    over.start()
    store = open_store(file)
    over.join(WAIT_S)
    assert counters(store) == {}
    store.close()
    other.close()


def test_transaction_is_kept_whole(store: Store) -> None:
    with store.transaction() as db:
        assert db.run(_PUT, name="a", value=1) == 1
        db.insert(tables.counter, [{"name": name, "value": 2} for name in ("b", "c")])
    assert counters(store) == {"a": 1, "b": 2, "c": 2}


def test_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as db:
            db.run(_PUT, name="a", value=1)
            raise ValueError("our mistake")

    with pytest.raises(ValueError, match="our mistake"):
        fail()
    assert counters(store) == {}


def test_integrity_error_is_no_outage(store: Store) -> None:
    def twice() -> None:
        with store.transaction() as db:
            for _ in range(2):
                db.run(_PUT, name="a", value=1)

    with pytest.raises(store.integrity_error):
        twice()
    assert counters(store) == {}


def test_upsert_overwrites_rows_with_the_same_key(store: Store) -> None:
    with store.transaction() as db:
        db.upsert(tables.counter, [{"name": "a", "value": 1}, {"name": "b", "value": 1}])
        db.upsert(tables.counter, [{"name": "a", "value": 9}])
        db.upsert(tables.counter, [])
    assert counters(store) == {"a": 9, "b": 1}


def test_rows_are_named_and_a_missing_one_is_none(store: Store) -> None:
    with store.transaction() as db:
        db.run(_PUT, name="a", value=7)
        assert db.the("SELECT * FROM counter").value == 7
        assert db.one("SELECT * FROM counter WHERE name = :name", name="b") is None
        assert db.value("SELECT value FROM counter WHERE name = :name", name="b") is None
        with pytest.raises(AssertionError, match="no such name"):
            db.the("SELECT value AS no_such FROM counter WHERE name = 'no such name'")


def test_percent_sign_in_a_statement_is_only_that(store: Store) -> None:
    with store.transaction() as db:
        db.run(_PUT, name="a%b", value=1)
        assert db.value("SELECT value FROM counter WHERE name LIKE 'a%b'") == 1


def test_text_sorts_by_bytes(store: Store) -> None:
    with store.transaction() as db:
        for name in ("b", "B", "ä", "a", "A1", "A"):
            db.run(_PUT, name=name, value=1)
    assert list(counters(store)) == ["A", "A1", "B", "a", "b", "ä"]


def test_reader_cannot_write_and_sees_committed_rows_only(file: str) -> None:
    store = open_store(file)
    with store.transaction() as db:
        db.run(_PUT, name="a", value=1)
        assert counters(store) == {}
    assert counters(store) == {"a": 1}
    with pytest.raises(StoreUnavailable, match="readonly"), store.reading() as db:
        db.run(_PUT, name="b", value=1)
    assert counters(store) == {"a": 1}
    store.close()


def test_readers_of_many_threads_share_connections_without_harm(store_file: Store) -> None:
    """Threads change over as often as they can, so that they meet at the idle connections."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            seen = list(threads.map(lambda _n: counters(store_file), range(2_000)))
    finally:
        sys.setswitchinterval(usual)
    assert seen == [{"a": 1}] * 2_000


def test_two_processes_take_turns_at_writing(file: str) -> None:
    first, second = open_store(file), open_store(file)
    entered = threading.Event()

    def write_second() -> None:
        entered.set()
        with second.transaction() as db:
            seen = db.value("SELECT value FROM counter WHERE name = 'a'")
            db.run(_PUT, name="b", value=seen + 1)

    thread = threading.Thread(target=write_second)
    with first.transaction() as db:
        thread.start()
        assert entered.wait(WAIT_S)
        db.run(_PUT, name="a", value=1)
    thread.join(10)
    assert counters(first) == {"a": 1, "b": 2}
    first.close()
    second.close()


def test_store_works_again_after_an_outage(file: str) -> None:
    store = open_store(file)

    def break_down() -> None:
        with store.transaction() as db:
            db.run(_PUT, name="a", value=1)
            raise store.outages()[0]("disk I/O error\nand more")

    with pytest.raises(StoreUnavailable, match="disk I/O error") as error:
        break_down()
    assert error.value.fields == {"detail": "disk I/O error"}
    with store.transaction() as db:
        db.run(_PUT, name="b", value=1)
    assert counters(store) == {"b": 1}
    store.close()


def test_unknown_kind_of_database_is_named_with_the_fix() -> None:
    with pytest.raises(StoreUnavailable, match=r"mysql://x.*sqlite:///file.db"):
        open_store("mysql://x")


def test_place_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        open_store(f"sqlite:///{tmp_path / 'no such folder' / 'house.db'}")


def test_server_that_is_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        open_store(f"postgresql://nobody@/nothing?host={tmp_path}")


def test_a_large_transaction_leaves_no_large_log(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    store, log = open_store(f"sqlite:///{path}"), path.with_name("house.db-wal")
    with store.transaction() as db:
        for nth in range(20_000):
            db.run(_PUT, name=f"{nth:06}{'x' * 1_000}", value=nth)
    assert log.stat().st_size > 20_000_000
    for name in "ab":
        with store.transaction() as db:
            db.run(_PUT, name=name, value=1)
    assert log.stat().st_size <= 16_777_216
    store.close()


def test_file_is_durable_at_every_commit(file: str) -> None:
    store = open_store(file)
    with store.transaction() as db:
        assert db.value("PRAGMA synchronous") == 2
        assert db.value("PRAGMA journal_mode") == "wal"
    store.close()
