"""Whatever fails, and whenever: nothing is lost, nothing is done twice, the day ends the same."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from controller.core import Controller
from controller.store import Store, open_store
from controller.views.checks import check
from tests.house import SALT, SetClock
from tests.proof.faulty import Deliverer, Faults, FaultyStore, live

NewStore = Callable[[], Store]


@pytest.fixture(params=["memory", "file"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> NewStore:
    numbers = count(1)
    if request.param == "memory":
        return lambda: open_store(salt=SALT)
    return lambda: open_store(f"sqlite:///{tmp_path}/{next(numbers)}.db", salt=SALT)


def violations(store: Store) -> list[str]:
    with store.reading() as db:
        return [sentence for found in check(db).values() for sentence in found]


def is_commit(sql: str) -> bool:
    return sql == "COMMIT"


def is_any(_sql: str) -> bool:
    return True


def is_write(sql: str) -> bool:
    return sql.startswith(("INSERT", "UPDATE", "DELETE"))


@pytest.mark.parametrize(
    ("kind", "after"), [(is_commit, False), (is_commit, True), (is_any, False), (is_write, True)]
)
def test_day_ends_the_same_whichever_statement_fails(
    new_store: NewStore, kind: Callable[[str], bool], after: bool
) -> None:
    clean = new_store()
    expected = live(clean, Deliverer())
    assert violations(clean) == []
    every = 1 if clean.in_memory or kind is is_commit else 7
    for nth in count(1, every):
        opened = new_store()
        store = FaultyStore(opened.engine)
        faults = store.faults = Faults(kind, nth, after=after)
        assert live(store, Deliverer()) == expected, f"statement {nth}"
        store.faults = Faults(kind, 0)
        assert violations(store) == [], f"statement {nth}"
        store.close()
        if not faults.struck:
            break
    assert nth > 10


def test_every_row_reaches_its_receiver_whichever_send_fails(new_store: NewStore) -> None:
    everything = Deliverer()
    expected = live(new_store(), everything)
    assert len(everything.got) == 6
    for nth in count(1):
        deliverer = Deliverer(nth)
        store = new_store()
        assert live(store, deliverer) == expected
        assert sorted(deliverer.got) == sorted(everything.got)
        assert violations(store) == []
        if deliverer.sends < nth:
            break
    assert nth == len(everything.got) + 1


def test_row_that_never_gets_out_waits_and_is_told_when_it_expires(new_store: NewStore) -> None:
    class Deaf(Deliverer):
        def send(self, row_id: int) -> bool:
            return row_id < 0

    store = new_store()
    live(store, Deaf())
    with store.transaction() as db:
        assert {row.state for row in db.all("SELECT state FROM outbox")} == {"waiting"}
        db.run("UPDATE outbox SET expires_ms = 1")
    Controller(store, SetClock()).tick()
    with store.reading() as db:
        assert {row.state for row in db.all("SELECT state FROM outbox")} == {"failed"}
        assert {row.detail for row in db.all("SELECT detail FROM alarm")} == {"expired"}
    assert violations(store) == []
