"""The tracking page: found by its link alone, without a sign-in, a name or a script."""

from datetime import UTC, datetime

import httpx
import pytest

from api.public import router
from api.public.tracking_page import _WORDS
from controller import links
from controller.messages import (
    ApplyTour,
    OrderLine,
    PlaceOrder,
    PlannedLoad,
    PlannedParcel,
    PlannedPick,
    Recipient,
    SetUpShops,
    Shop,
    VoidDocument,
)
from controller.store import open_store
from controller.units import DAY
from controller.views.public_parcel import public_parcel
from controller.workflows.carriers import tracking
from tests.api.serving import Served
from tests.documents.reading import codes
from tests.house import SALT

Seen = tuple[Served, httpx.Client, str]
JOURNEY = (
    "INSERT INTO journey (parcel, carrier, service, country, postcode, status, at_ms, left_ms, "
    "promised_ms, delivered_ms, ask_ms, asks)"
)
ADA = Recipient(name="Ada Example", street="1 Mill Lane", city="York", email="ada@example.org")


def parcel_of(house: Served) -> int:
    """A parcel of an order that has left, in the books of the served house."""
    line = OrderLine(line=1, sku="S1", qty=1)
    house.handle(PlaceOrder(id="o", shop="web", number="7", lines=(line,), recipient=ADA))
    planned = PlannedParcel(order="web/7", carton="", contents=((1, 1),), mass_g=300)
    pick = PlannedPick(order="web/7", line=1, sku="S1", place="P-S1", qty=1, load=0)
    load = PlannedLoad(container="tote", parcels=(planned,))
    house.handle(ApplyTour(id="t", kind="cluster", loads=(load,), picks=(pick,), length_mm=1))
    with house.runtime.controller.store.transaction() as db:
        db.run("UPDATE parcel SET state = 'shipped', tracking = 'TRK7', lpn = 'LP000000007'")
        db.run("UPDATE parcel_line SET packed = 1")
        return int(db.value("SELECT id FROM parcel"))


def link_of(house: Served, parcel: int) -> str:
    with house.runtime.controller.reading() as db:
        return links.link_of(db, parcel)


@pytest.fixture
def seen(quick: Served) -> Seen:
    shop = Shop(code="web", name="Mugs <& more>", returns="link", return_days=30)
    quick.handle(SetUpShops(id="shops", shops=(shop,)))
    link = link_of(quick, parcel_of(quick))
    return quick, quick.client(), f"/track/{link}"


def test_the_page_tells_where_the_parcel_is_and_nothing_that_others_need_not_know(
    seen: Seen,
) -> None:
    _house, client, address = seen
    answer = client.get(address)
    assert answer.status_code == 200
    page = answer.text
    for text in ("Has left us", "7", "York (GB)", "TRK7", "Mugs &lt;&amp; more&gt;"):
        assert text in page
    for secret in ("Ada", "Mill Lane", "ada@", "S1", "<script", "<img"):
        assert secret not in page
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"
    assert 'name="robots" content="noindex' in page
    assert client.get("/track/look.css").headers["content-type"].startswith("text/css")


def test_what_is_out_for_delivery_arrives_today_whatever_was_promised(seen: Seen) -> None:
    house, client, address = seen
    now_ms = house.runtime.clock.now_ms()
    with house.runtime.controller.store.transaction() as db:
        db.run(
            f"{JOURNEY} SELECT id, '', '', 'GB', '', 'out_for_delivery', :now, :now, :later, 0, "
            "0, 0 FROM parcel",
            now=now_ms,
            later=now_ms + 3 * DAY,
        )
        db.run(
            "INSERT INTO tracking_event (id, parcel, at_ms, status, place, words, source) "
            "SELECT 1, id, :now, 'out_for_delivery', '', '', '' FROM parcel",
            now=now_ms,
        )
        parcel = public_parcel(db, address.rpartition("/")[2], now_ms)
    assert parcel is not None
    today = datetime.fromtimestamp((now_ms + parcel.utc_offset_ms) / 1000, UTC)
    assert f"Arrives on <b>{today:%a}, {today.day} {today:%b %Y}</b>" in client.get(address).text


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("de-DE,de;q=0.9,en;q=0.5", "Hat unser Haus verlassen"),
        ("fr,en;q=0.4,de;q=0.3", "Has left us"),
        ("", "Has left us"),
        ("x;q=nonsense, de", "Hat unser Haus verlassen"),
    ],
)
def test_the_page_speaks_the_language_of_the_browser(
    accepted: str, words: str, seen: Seen
) -> None:
    _house, client, address = seen
    assert words in client.get(address, headers={"Accept-Language": accepted}).text


def test_every_link_that_means_no_parcel_gets_the_same_plain_answer(
    seen: Seen,
) -> None:
    _house, client, address = seen
    wrong = [f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}", f"/track/{'A' * 32}"]
    wrong += ["/track/x", f"/track/{'é' * 32}", f"/track/{'_' * 500}", "/track/1"]
    answers = {
        (answer.status_code, answer.text, answer.headers["content-type"])
        for answer in map(client.get, wrong)
    }
    assert answers == {(404, "There is no such page.", "text/plain; charset=utf-8")}


def test_a_link_says_nothing_of_the_parcels_number_and_holds_in_its_own_house_only() -> None:
    with open_store("sqlite://", salt=SALT).reading() as db:
        names = [links.link_of(db, parcel) for parcel in (1, 2, 3 << 20)]
        assert [links.parcel_of(db, name) for name in names] == [1, 2, 3 << 20]
        assert len({name[:8] for name in names}) == len({name[-8:] for name in names}) == 3
    with open_store("sqlite://", salt="another").reading() as db:
        assert [links.parcel_of(db, name) for name in names] == [0, 0, 0]


def test_who_asks_too_often_is_told_to_wait(seen: Seen) -> None:
    _house, client, address = seen
    answers = [client.get(address).status_code for _ in range(router.AT_ONCE + 5)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_a_customer_gets_a_returns_label_once_where_the_shop_allows_it(
    seen: Seen,
) -> None:
    house, client, address = seen
    assert client.post(f"{address}/return").status_code == 404  # it has not left yet
    parcel = house.runtime.controller.store
    with parcel.transaction() as db:
        row = db.the("SELECT id FROM parcel")
        db.run(
            f"{JOURNEY} VALUES (:id, '', '', 'GB', '', 'delivered', :now, :now, 0, :now, 0, 0)",
            id=row.id,
            now=house.runtime.clock.now_ms(),
        )
    assert "Get a returns label" in client.get(address).text
    for _ in range(2):
        asked = client.post(f"{address}/return")
        assert (asked.status_code, asked.headers["location"]) == (303, address)
    assert "Your returns label" in client.get(address).text
    label = client.get(f"{address}/return.pdf")
    assert codes(label.content) == {"]C0RLP000000007"}
    returns = house.as_("lead").get("/api/returns").json()["rows"]
    assert [row["rma"] for row in returns] == ["RLP000000007"]
    void_returns_label(house)
    assert "Get a returns label" in client.get(address).text
    assert client.get(f"{address}/return.pdf").status_code == 404
    assert client.post(f"{address}/return").status_code == 303
    assert codes(client.get(f"{address}/return.pdf").content) == {"]C0RLP000000007"}


def void_returns_label(house: Served) -> None:
    with house.runtime.controller.reading() as db:
        document = db.value("SELECT id FROM document WHERE kind = 'returns_label' ORDER BY id")
    house.handle(VoidDocument(id=house.new_id(), document=document, why="wrong goods"))


def test_every_status_has_words_in_both_languages() -> None:

    assert set(tracking.STATUSES) <= set(_WORDS)
