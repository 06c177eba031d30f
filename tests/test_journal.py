"""The journal: what was asked and answered, complete, chained and free of personal data."""

import json
from collections.abc import Callable

import pytest

from controller import journal
from controller.core import Controller
from controller.errors import Refused, Stale
from controller.messages import ImportWorkers, PayOrder, PlaceOrder, Recipient, Worker
from controller.store import open_store
from controller.views import digests
from tests.house import SALT, House, SetClock, wanted

Given = Callable[..., House]
ANN = Recipient(name="Ann Archer", street="1 High Street", email="ann@example.org")


def order(number: str = "1", recipient: Recipient = ANN) -> PlaceOrder:
    return PlaceOrder(
        id=f"shop/{number}/0",
        shop="shop",
        number=number,
        lines=wanted({"S1": 1}),
        recipient=recipient,
    )


def broken(house: House) -> int:
    with house.store.reading() as db:
        return journal.broken_link(db)


def edit(house: House, statement: str, **params: object) -> None:
    """Somebody with access to the database changes it behind our back."""
    with house.store.transaction() as db:
        assert db.run(statement, **params) == 1


def test_journal_holds_a_digest_in_place_of_personal_data(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.handle(order())
    rows = house.all("SELECT payload, reply FROM journal ORDER BY seq")
    assert not any("Archer" in row.payload + row.reply for row in rows)
    personal = house.one("SELECT personal FROM customer_order").personal
    assert f'"recipient":"{personal}"' in rows[-1].payload
    assert (
        "Ann Archer" in house.one("SELECT data FROM personal WHERE key = :key", key=personal).data
    )


def test_erasing_personal_data_leaves_the_chain_whole_and_the_command_known(
    given: Given,
) -> None:
    house = given(stock={"S1": 3})
    placed = house.handle(order())
    key = house.one("SELECT personal FROM customer_order").personal
    edit(house, "UPDATE personal SET data = '' WHERE key = :key", key=key)
    assert broken(house) == 0
    assert house.handle(order()) == placed
    with house.store.reading() as db:
        restored = [command for _, command, _ in journal.commands(db)][-1]
    assert restored == order(recipient=Recipient())


def test_a_command_that_was_filed_before_a_field_was_personal_is_read(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.handle(order())
    filed = house.all("SELECT payload FROM journal ORDER BY seq")[-1].payload
    content = json.loads(filed)
    del content["recipient"]
    edit(
        house,
        "UPDATE journal SET payload = :new WHERE payload = :old",
        old=filed,
        new=json.dumps(content),
    )
    with house.store.reading() as db:
        restored = [command for _, command, _ in journal.commands(db)][-1]
    assert restored == order(recipient=Recipient())


def test_equal_personal_data_of_two_orders_has_two_digests(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.handle(order("1"))
    house.handle(order("2"))
    keys = {row.personal for row in house.all("SELECT personal FROM customer_order")}
    assert len(keys) == 2


def test_refused_command_leaves_no_personal_data_behind(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.handle(order())
    before = house.all("SELECT key FROM personal ORDER BY key")
    with pytest.raises(Refused, match="order exists"):
        house.handle(
            PlaceOrder(id="again", shop="shop", number="1", lines=wanted({"S1": 1}), recipient=ANN)
        )
    assert house.all("SELECT key FROM personal ORDER BY key") == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", "{}"),
        ("reply", "{}"),
        ("name", "PayOrder"),
        ("now_ms", 7),
        ("refused", 1),
        ("command_id", "another"),
        ("chain", "0" * 64),
    ],
)
def test_chain_finds_an_edit_of_any_column(given: Given, column: str, value: object) -> None:
    house = given(stock={"S1": 3})
    house.handle(order())
    assert broken(house) == 0
    edit(house, f"UPDATE journal SET {column} = :value WHERE seq = 3", value=value)
    assert broken(house) == 3


def test_chain_finds_a_row_that_was_taken_out(given: Given) -> None:
    house = given(stock={"S1": 3})
    edit(house, "DELETE FROM journal WHERE seq = 2")
    assert broken(house) == 3


def test_chain_spans_batches_and_restarts(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.controller.handle_all([order("1"), order("2")])
    Controller(house.store, SetClock()).handle(order("3"))
    assert [row.seq for row in house.all("SELECT seq FROM journal ORDER BY seq")] == [
        *range(1, 10)
    ]
    assert broken(house) == 0


def test_chain_of_an_empty_journal_is_whole(given: Given) -> None:
    house = given(stock={"S1": 3})
    edit_all = "DELETE FROM journal"
    with house.store.transaction() as db:
        db.run(edit_all)
    assert broken(house) == 0


def test_chain_is_read_page_by_page(given: Given) -> None:
    house = given(stock={"S1": 1})
    house.controller.handle_all(PayOrder(id=f"pay/{n}", order="?") for n in range(1_200))
    assert broken(house) == 0
    edit(house, "UPDATE journal SET reply = '' WHERE seq = 1150")
    assert broken(house) == 1150


def test_refusal_comes_back_as_what_it_was() -> None:
    kept = journal.kept_refusal(journal.refusal(Stale("screen_is_old", version=3)))
    assert isinstance(kept, Stale)
    assert (kept.code, kept.fields) == ("screen_is_old", {"version": 3})


def test_refusal_of_an_unknown_kind_comes_back_as_a_refusal() -> None:
    kept = journal.kept_refusal('{"kind":"OfNextYear","code":"no","fields":{}}')
    assert type(kept) is Refused


def test_replay_of_the_journal_makes_the_same_warehouse(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.handle(ImportWorkers(id="w", workers=(Worker(badge="BEN"),), names=("Ben Bow",)))
    house.handle(order("1"))
    house.clock.now += 5_000
    house.order("2", {"S1": 2}, hold_ms=1_000)
    house.clock.now += 5_000
    house.controller.tick()
    clock = SetClock()
    again = Controller(open_store(salt=SALT), clock)
    with house.store.reading() as db:
        for now_ms, command, _row in journal.commands(db):
            clock.now = now_ms
            again.handle(command)
    with house.store.reading() as first, again.store.reading() as second:
        assert digests.ledger_digest(first) == digests.ledger_digest(second)
        assert digests.event_digest(first) == digests.event_digest(second)
        assert journal.head(first) == journal.head(second)
