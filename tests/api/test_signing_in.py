"""Signing in: PINs, locks, sessions that end, cookies that scripts cannot read."""

from typing import Any

import pytest

from api.access import COOKIE
from api.edge import Edge
from controller.errors import Refused
from controller.messages import CloseSession, DeactivateWorker, SetPin
from controller.messages.access import IDLE_MS, LIFE_MS, MINUTE_MS
from controller.views.screens import screen_of
from tests.api.serving import BADGES, PIN, PIN_HASH, Served, served

PICKER = BADGES["picker"]
WRONG = "739164"


def test_badge_and_pin_open_a_session(house: Served) -> None:
    client, answer = house.sign_in(PICKER)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "badge": PICKER,
        "role": "picker",
        "name": "picker of the tests",
        "floor": False,
    }
    assert client.get("/api/me").json()["badge"] == PICKER


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(quick: Served) -> None:
    _, answer = quick.sign_in(PICKER)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie


def test_over_tls_the_cookie_is_secure_and_the_browser_stays_there() -> None:
    with served("sqlite://", {}, Edge(secure=True)) as house:
        _, answer = house.sign_in(PICKER)
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


def test_unknown_badge_and_wrong_pin_get_the_same_answer(quick: Served) -> None:
    answers = [
        quick.sign_in(PICKER, WRONG)[1],
        quick.sign_in("NOBODY", WRONG)[1],
        quick.sign_in("ANN", WRONG)[1],  # known, but without a PIN
    ]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert len({answer.text for answer in answers}) == 1
    assert {answer.json()["code"] for answer in answers} == {"wrong_badge_or_pin"}


@pytest.mark.parametrize("badge", [PICKER, "NOBODY"])
def test_five_failures_lock_a_badge_for_a_growing_time(house: Served, badge: str) -> None:
    for _ in range(5):
        assert house.sign_in(badge, WRONG)[1].status_code == 401
    locked = house.sign_in(badge, PIN)[1]
    assert (locked.status_code, locked.json()["code"]) == (429, "badge_locked")
    assert int(locked.headers["retry-after"]) == 60
    house.set_ahead(MINUTE_MS)
    assert house.sign_in(badge, WRONG)[1].status_code == 401
    assert int(house.sign_in(badge, WRONG)[1].headers["retry-after"]) == 120


def test_the_right_pin_forgets_the_failures_before(quick: Served) -> None:
    for _ in range(2):
        for _ in range(4):
            quick.sign_in(PICKER, WRONG)
        assert quick.sign_in(PICKER)[1].status_code == 200


def test_an_address_that_tries_too_often_is_told_when_to_come_again() -> None:
    with served("sqlite://", {}, Edge(sign_ins_at_once=2, sign_ins_per_minute=6)) as house:
        answers = [house.sign_in(f"B{n}", WRONG)[1] for n in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert 5 < int(answers[-1].headers["retry-after"]) <= 10


def test_one_caller_gets_only_so_many_answers() -> None:
    with served("sqlite://", {}, Edge(requests_at_once=3, requests_per_s=0.5)) as house:
        client = house.as_("picker")
        answers = [client.get("/api/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "2"


def test_signing_out_ends_the_session(quick: Served) -> None:
    client, _ = quick.sign_in(PICKER)
    token = client.cookies[COOKIE]
    assert client.post("/api/sign-out").status_code == 204
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, token)
    assert client.get("/api/me").status_code == 401


def test_the_cookie_is_cleared_as_it_was_set() -> None:
    with served("sqlite://", {}, Edge(secure=True)) as house:
        client = house.as_("picker")
        cleared = client.post("/api/sign-out").headers["set-cookie"].lower()
    for attribute in ("httponly", "samesite=strict", "secure", "path=/", "max-age=0"):
        assert attribute in cleared


def test_a_new_sign_in_ends_the_session_that_this_browser_had(quick: Served) -> None:
    client, _ = quick.sign_in(PICKER)
    before = client.cookies[COOKIE]
    client.post("/api/sign-in", json={"badge": PICKER, "pin": PIN})
    assert client.cookies[COOKIE] != before
    assert quick.client(cookie=f"{COOKIE}={before}").get("/api/me").status_code == 401


def test_a_session_that_is_closed_elsewhere_is_over_at_once(house: Served) -> None:
    client = house.as_("picker")
    assert client.get("/api/me").status_code == 200
    row = sessions(house)[0]
    house.handle(CloseSession(id="close", token_hash=row.token_hash))
    assert client.get("/api/me").status_code == 401


def test_a_worker_who_is_deactivated_is_out_at_once_and_cannot_come_back(house: Served) -> None:
    client = house.as_("picker")
    assert client.get("/api/me").status_code == 200
    house.handle(DeactivateWorker(id="out", actor=BADGES["admin"], badge=PICKER))
    assert client.get("/api/me").status_code == 401
    assert house.sign_in(PICKER)[1].status_code == 401


def test_a_session_ends_when_nobody_uses_it(quick: Served) -> None:
    client = quick.as_("picker")
    quick.set_ahead(IDLE_MS)
    assert client.get("/api/me").status_code == 401


def test_a_session_that_is_used_lives_on_until_its_absolute_end(quick: Served) -> None:
    client = quick.as_("picker")
    answers = []
    for _ in range(LIFE_MS // (IDLE_MS // 2)):
        answers.append(client.get("/api/me").status_code)
        quick.runtime.controller.watch({"access"})  # forgets what it believes for a second
        quick.set_ahead(IDLE_MS // 2)
    assert set(answers) == {200}
    assert client.get("/api/me").status_code == 401


def test_signing_in_at_a_handheld_opens_the_floor_session(house: Served) -> None:
    client, answer = house.sign_in(PICKER, floor=True)
    assert answer.json()["floor"] is True
    assert screen(house) is not None
    assert client.post("/api/sign-out").status_code == 204
    assert screen(house) is None


def test_a_worker_changes_the_own_pin_and_signs_in_anew(quick: Served) -> None:
    client, _ = quick.sign_in(PICKER)
    wrong = client.post("/api/pin", json={"pin": WRONG, "new_pin": "628405"})
    assert wrong.status_code == 401
    assert client.post("/api/pin", json={"pin": PIN, "new_pin": "628405"}).status_code == 200
    assert client.get("/api/me").status_code == 401
    assert quick.sign_in(PICKER)[1].status_code == 401
    assert quick.sign_in(PICKER, "628405")[1].status_code == 200


def test_a_pin_that_others_have_read_opens_nothing_until_it_is_changed(house: Served) -> None:
    house.handle(SetPin(id="once", badge=PICKER, pin_hash=PIN_HASH, once=True))
    for floor in (False, True):
        client, answer = house.sign_in(PICKER, floor=floor)
        assert (answer.status_code, answer.json()["code"]) == (422, "pin_must_change")
        assert "set-cookie" not in answer.headers
        assert client.get("/api/me").status_code == 401
    assert house.sign_in(PICKER, WRONG, new_pin="628405")[1].status_code == 401
    for new in (PIN, "111111"):
        assert house.sign_in(PICKER, new_pin=new)[1].json()["code"] == "pin_too_simple"
    client, answer = house.sign_in(PICKER, new_pin="628405")
    assert answer.status_code == 200, answer.text
    assert client.get("/api/me").json()["badge"] == PICKER
    assert house.sign_in(PICKER)[1].status_code == 401
    assert house.sign_in(PICKER, "628405")[1].status_code == 200


def test_the_core_itself_opens_no_session_on_a_pin_that_others_have_read(house: Served) -> None:
    house.handle(SetPin(id="once", badge=PICKER, pin_hash=PIN_HASH, once=True))
    with pytest.raises(Refused, match="pin must change"):
        house.as_("picker")


@pytest.mark.parametrize("pin", ["48291", "abcdef", "111111", "123456", "987654", "121212"])
def test_a_pin_that_anybody_would_try_is_refused(quick: Served, pin: str) -> None:
    client, _ = quick.sign_in(PICKER)
    answer = client.post("/api/pin", json={"pin": PIN, "new_pin": pin})
    assert answer.status_code == 422
    assert answer.json()["code"] in ("bad_pin", "pin_too_simple")


def test_no_pin_or_token_stands_in_the_database_in_clear(quick: Served) -> None:
    client, _ = quick.sign_in(PICKER)
    token = client.cookies[COOKIE]
    told = [
        str(row) for table in ("journal", "event", "access_session") for row in rows(quick, table)
    ]
    assert not [row for row in told if PIN in row or token in row or "$argon2" in row]
    hashes = [row.pin_hash for row in rows(quick, "credential")]
    assert all(each.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for each in hashes)


def rows(house: Served, table: str) -> list[Any]:
    with house.runtime.controller.reading() as db:
        return db.all(f"SELECT * FROM {table}")


def sessions(house: Served) -> list[Any]:
    return rows(house, "access_session")


def screen(house: Served) -> object:
    with house.runtime.controller.reading() as db:
        return screen_of(db, PICKER)
