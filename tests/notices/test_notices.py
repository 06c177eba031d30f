"""Messages to customers over a real mail server, and to shops over a real webhook, with faults."""

import hashlib
import hmac
from datetime import UTC, datetime
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from api.certificates import Authority
from api.errors import WrongInput
from api.notices.hooks import SIGNATURE, Webhook
from api.notices.mail import MailServer
from api.notices.sending import PER_HOUR_MAX, Channel, Notices, channels
from api.settings import read_site
from controller.errors import Refused
from controller.messages import (
    Recipient,
    SetNoticeRules,
    SetNoticeTemplate,
    SetUpShops,
    Shop,
    TrackingReport,
    TrackingReported,
)
from controller.outbox import DUE_MAX
from controller.units import DAY, HOUR, MINUTE
from controller.views import notices
from tests.documents.test_slips import parcel_of
from tests.notices.receivers import mail_server, webhook_receiver
from tests.workflows.floor import Clock, Floor

ADA = Recipient(
    name="Ada Ünal", street="1 Mill Lane", city="York", email="ada@example.org", language="de"
)
_OLDER = (
    "INSERT INTO outbox (id, topic, payload, created_ms, expires_ms, state, attempts, next_ms, "
    "about) SELECT :id, topic, :payload, created_ms, expires_ms, state, attempts, next_ms - 1, "
    "about FROM outbox WHERE id = :of"
)
DEAD = 9  # a port on which nobody listens


class Live(Clock):
    def seconds_until(self, at_ms: int, /) -> float:
        return max(0.0, (at_ms - self.ms) / 1000)


def told(*statuses: str, recipient: Recipient = ADA, channel: str = "mail") -> Floor:
    """A floor whose parcel had these statuses, each of which is to be told."""
    floor = parcel_of(recipient)
    rules = tuple((status, channel) for status in dict.fromkeys(statuses))
    floor.do(SetNoticeRules(id="rules", shop="shop", rules=rules))
    floor.do(SetUpShops(id="shops", shops=(Shop(code="shop", name="Mugs & Söhne"),)))
    floor.carrier_answers()
    report(floor, *statuses)
    return floor


def report(floor: Floor, *statuses: str) -> None:
    parcel = floor.parcels()[0]
    for status in statuses:
        floor.clock.ms += 1_000
        reports = (TrackingReport(status=status, at_ms=floor.clock.ms, words="left at the door"),)
        asked = TrackingReported(
            id=floor.id(), tracking=parcel.tracking, carrier="Snail", reports=reports
        )
        floor.do(asked)


def mail(floor: Floor, port: int, **more: Any) -> Channel:
    fields = {"host": "127.0.0.1", "port": port, "sender": "post@shop.example", "tls": "off"}
    server = MailServer(**fields | {"timeout_s": 2.0} | more)  # type: ignore[arg-type]
    return first(floor, Notices(mail=server))


def first(floor: Floor, asked: Notices, nth: int = 0) -> Channel:
    def failed(_thread: str, error: BaseException) -> None:
        raise error

    clock = Live()
    clock.ms = floor.clock.ms
    return tuple(channels(floor.controller, clock, asked, failed))[nth]


def states(floor: Floor) -> list[str]:
    with floor.controller.reading() as db:
        return [row.state for row in notices.recent(db, 50)]


def alarms(floor: Floor) -> list[tuple[str, str]]:
    rows = floor.all("SELECT device, fault FROM alarm WHERE state = 'open' ORDER BY device, fault")
    return [(row.device, row.fault) for row in rows]


def test_a_customer_reads_in_their_language_what_happened_and_where_to_look() -> None:
    floor = told("delivered")
    with mail_server() as inbox:
        mail(floor, inbox.port).round()
    (letter,) = inbox.letters
    assert inbox.to == ["ada@example.org"]
    assert "wurde zugestellt" in str(letter_subject(letter))
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "Guten Tag Ada Ünal" in body.decode()
    assert "/track/" in body.decode()
    assert states(floor) == ["sent"]
    assert floor.sent("notify/") == []


def letter_subject(letter: Any) -> str:
    return str(make_header(decode_header(letter["Subject"])))


def test_a_repeat_of_a_message_has_the_same_message_id() -> None:
    floor = told("delivered")
    (event,) = floor.sent("notify/mail")
    with mail_server() as inbox:
        sender = mail(floor, inbox.port)._sender
        sender.send(event)
        sender.rest()
        sender.send(event)
        sender.rest()
    assert len({letter["Message-ID"] for letter in inbox.letters}) == 1
    assert len(inbox.letters) == 2


def test_nothing_personal_waits_in_the_outbox_and_an_erased_customer_is_not_written_to() -> None:
    floor = told("delivered")
    (event,) = floor.sent("notify/mail")
    assert "ada" not in str(event.payload).lower()
    with floor.controller.store.transaction() as db:
        db.run("UPDATE personal SET data = ''")
    with mail_server() as inbox:
        mail(floor, inbox.port).round()
    assert inbox.letters == []
    assert states(floor) == ["skipped"]


@pytest.mark.parametrize("email", ["a@b.example\nBcc: x@y.example", "a@b.example, c@d.example"])
def test_an_address_that_carries_more_than_one_recipient_is_not_used(email: str) -> None:
    floor = told("delivered", recipient=Recipient(name="Ada", email=email))
    with mail_server() as inbox:
        mail(floor, inbox.port).round()
    assert inbox.letters == []
    assert states(floor) == ["skipped"]


def test_while_the_server_is_away_messages_wait_and_one_alarm_says_so() -> None:
    floor = told("delivered")
    away = mail(floor, DEAD)
    again_ms = away.round()
    assert again_ms is not None
    assert again_ms > floor.clock.ms
    away.round()
    assert alarms(floor) == [("notify/mail", "offline")]
    assert states(floor) == ["waiting"]
    floor.clock.ms += 1_000
    with mail_server() as inbox:
        mail(floor, inbox.port).round()
    assert alarms(floor) == []
    assert states(floor) == ["sent"]


def test_a_refused_recipient_is_a_bounce_that_a_person_sees_and_no_address_is_told() -> None:
    floor = told("delivered")
    with mail_server() as inbox:
        inbox.say["ada@example.org"] = "550 no such user <ada@example.org>"
        mail(floor, inbox.port).round()
    assert states(floor) == ["bounced"]
    assert alarms(floor) == [("notify/mail", "bounced")]
    detail = floor.value("SELECT detail FROM alarm WHERE fault = 'bounced'")
    assert "550" in detail
    assert "ada@" not in detail


def test_a_letter_that_is_refused_for_now_is_tried_again() -> None:
    floor = told("delivered")
    with mail_server() as inbox:
        inbox.refuse = "451 try later"
        mail(floor, inbox.port).round()
        assert states(floor) == ["waiting"]
        inbox.refuse = ""
        floor.clock.ms += 60_000
        mail(floor, inbox.port).round()
    assert states(floor) == ["sent"]


def live_through(floor: Floor, channel: Channel, ms: int) -> None:
    """Time passes from one try to the next."""
    end_ms = floor.clock.ms + ms
    while floor.clock.ms < end_ms:
        floor.clock.ms += MINUTE
        channel._clock.ms = floor.clock.ms  # type: ignore[attr-defined]
        floor.controller.tick()
        channel.round()


def test_a_letter_that_is_greylisted_for_hours_arrives_once() -> None:
    floor = told("delivered")
    with mail_server() as inbox:
        inbox.say["ada@example.org"] = "450 4.2.0 greylisted, come back"
        channel = mail(floor, inbox.port)
        live_through(floor, channel, 5 * HOUR)
        assert (states(floor), inbox.letters) == (["waiting"], [])
        inbox.say.clear()
        live_through(floor, channel, 11 * MINUTE)
    assert (states(floor), len(inbox.letters)) == (["sent"], 1)


def test_a_shop_that_is_away_hears_of_all_when_it_is_back_and_holds_up_no_other() -> None:
    floor = told("out_for_delivery", "delivered", channel="webhook")
    with webhook_receiver() as receiver:
        hook = Webhook(shop="shop", url=receiver.url, secret="s")
        channel = first(floor, Notices(webhooks={"shop": hook}), 1)
        receiver.status = 503
        channel.round()
        assert len(receiver.posts) == 1  # the second waits without another question
        live_through(floor, channel, 5 * HOUR)
        assert states(floor) == ["waiting", "waiting"]
        assert alarms(floor) == [("notify/webhook/shop", "offline")]
        receiver.status = 200
        live_through(floor, channel, 11 * MINUTE)
        assert states(floor) == ["sent", "sent"]
        assert alarms(floor) == []
        receiver.status = 503
        floor.do(SetNoticeRules(id="more", shop="shop", rules=(("exception", "webhook"),)))
        report(floor, "exception")
        live_through(floor, channel, DAY + HOUR)
    assert states(floor)[0] == "given_up"
    assert ("notify/webhook", "given_up") in alarms(floor)


def test_a_shop_that_was_away_before_a_restart_is_known_to_be_back_after_it() -> None:
    floor = told("delivered", channel="webhook")
    with webhook_receiver() as receiver:
        hook = Webhook(shop="shop", url=receiver.url, secret="s")
        receiver.status = 503
        first(floor, Notices(webhooks={"shop": hook}), 1).round()
        assert alarms(floor) == [("notify/webhook/shop", "offline")]
        receiver.status = 200
        floor.clock.ms += MINUTE
        first(floor, Notices(webhooks={"shop": hook}), 1).round()
    assert (states(floor), alarms(floor)) == (["sent"], [])


def test_what_waits_for_a_shop_that_is_away_is_put_off_at_once_with_one_line_in_the_log() -> None:
    floor = told("delivered", channel="webhook")
    (fresh,) = floor.sent("notify/webhook")
    far = str(fresh.payload | {"shop": "far"}).replace("'", '"')
    waiting = 2 * DUE_MAX
    with floor.controller.store.transaction() as db:
        for nth in range(waiting):
            db.run(_OLDER, id=fresh.id + 1_000 + nth, of=fresh.id, payload=far)
    with webhook_receiver() as near, webhook_receiver() as away, capture_logs() as logs:
        away.status = 503
        hooks = {
            "far": Webhook(shop="far", url=away.url, secret="s"),
            "shop": Webhook(shop="shop", url=near.url, secret="s"),
        }
        channel = first(floor, Notices(webhooks=hooks), 1)
        now_ms = channel._clock.now_ms()
        assert [channel.round() == now_ms for _ in range(3)] == [True, True, False]
        assert (len(near.posts), len(away.posts)) == (1, 1)
    assert floor.value("SELECT count(*) FROM outbox WHERE next_ms = :at", at=now_ms + 1_000) == (
        waiting
    )
    assert [line["event"] for line in logs] == ["notices_wait"]
    assert alarms(floor) == [("notify/webhook/far", "offline")]


def test_a_wrong_password_is_the_servers_matter_and_is_not_told(tmp_path: Path) -> None:
    floor = told("delivered")
    house = Authority(tmp_path, datetime.now(UTC))
    with mail_server(tls=house.server(["127.0.0.1"])) as inbox:
        safe = {"tls": "start", "ca": str(house.file), "user": "post"}
        mail(floor, inbox.port, password="wrong-secret", **safe).round()
        assert alarms(floor) == [("notify/mail", "offline")]
        assert "wrong-secret" not in floor.value("SELECT detail FROM alarm")
        floor.clock.ms += 1_000
        mail(floor, inbox.port, password="right", **safe).round()
    assert states(floor) == ["sent"]
    assert "right" not in repr(MailServer(host="h", sender="s", password="right"))


def test_a_server_without_tls_gets_no_letter_where_tls_is_asked_for() -> None:
    floor = told("delivered")
    with mail_server() as inbox:
        server = MailServer(host="127.0.0.1", port=inbox.port, sender="a@b.example")
        first(floor, Notices(mail=server)).round()
        assert inbox.letters == []
    assert alarms(floor) == [("notify/mail", "offline")]


def test_nobody_gets_more_than_a_few_messages_an_hour() -> None:
    floor = told("delivered")
    (event,) = floor.sent("notify/mail")
    with mail_server() as inbox:
        sender = mail(floor, inbox.port)._sender
        answers = [sender.send(event).state for _ in range(PER_HOUR_MAX + 1)]
        sender.rest()
    assert answers == ["sent"] * PER_HOUR_MAX + ["skipped"]


def test_a_status_is_told_once_and_a_failed_attempt_a_few_times() -> None:
    floor = told("delivered", *["attempted"] * 5, "delivered")
    events = [event.payload["status"] for event in floor.sent("notify/mail")]
    assert events == ["delivered", "attempted", "attempted", "attempted"]


def test_without_a_mail_server_the_fix_is_told() -> None:
    floor = told("delivered")
    first(floor, Notices()).round()
    assert states(floor) == ["bounced"]
    assert "add [mail]" in floor.value("SELECT why FROM notice")


def test_a_webhook_is_signed_and_says_nothing_of_the_customer() -> None:
    floor = told("delivered", channel="webhook")
    with webhook_receiver() as receiver:
        hook = Webhook(shop="shop", url=receiver.url, secret="s3cret")
        first(floor, Notices(webhooks={"shop": hook}), 1).round()
    ((headers, body),) = receiver.posts
    when, proof = (part.partition("=")[2] for part in headers[SIGNATURE].split(","))
    right = hmac.new(b"s3cret", f"{when}.".encode() + body, hashlib.sha256).hexdigest()
    assert proof == right
    fact = msgspec.json.decode(body)
    assert (fact["order"], fact["status"]) == ("1", "delivered")
    assert "ada" not in body.decode().lower()
    assert states(floor) == ["sent"]


@pytest.mark.parametrize(("status", "state"), [(500, "waiting"), (404, "bounced")])
def test_what_a_receiver_answers_decides(status: int, state: str) -> None:
    floor = told("delivered", channel="webhook")
    with webhook_receiver() as receiver:
        receiver.status = status
        hook = Webhook(shop="shop", url=receiver.url, secret="s")
        first(floor, Notices(webhooks={"shop": hook}), 1).round()
    assert states(floor) == [state]


def test_a_template_with_an_unknown_name_is_refused_with_those_that_there_are() -> None:
    floor = Floor()
    asked = SetNoticeTemplate(
        id="t", shop="shop", status="delivered", language="en", subject="Hi {nobody}", body="x"
    )
    with pytest.raises(Refused) as refused:
        floor.do(asked)
    assert refused.value.code == "unknown_placeholder"
    assert "{tracking_link}" in str(refused.value.fields["known"])


def test_a_shops_own_words_take_the_place_of_the_houses_until_they_are_taken_back() -> None:
    floor = told("delivered")
    own = {"shop": "shop", "status": "delivered", "language": "de"}
    floor.do(SetNoticeTemplate(id="t", subject="{{{order}}}", body="Da: {items}", **own))
    parcel = floor.parcels()[0].id

    def written() -> notices.Letter:
        with floor.controller.reading() as db:
            found = notices.letter(db, parcel, "delivered")
        assert found is not None
        return found

    assert (written().subject, written().body) == ("{1}", "Da: 2 × Mug")
    floor.do(SetNoticeTemplate(id="t2", **own))
    assert "zugestellt" in written().subject


def test_the_site_file_names_mail_server_and_webhooks_and_holds_no_secret(tmp_path: Path) -> None:
    (tmp_path / "mail.secret").write_text("hush\n")
    (tmp_path / "hook.secret").write_text("0123456789abcdef\n")
    file = tmp_path / "site.toml"
    file.write_text(
        '[mail]\nhost = "mail.example"\nsender = "post@shop.example"\nuser = "post"\n'
        'password_file = "mail.secret"\n[[webhooks]]\nshop = "web"\n'
        'url = "https://shop.example/hook"\nsecret_file = "hook.secret"\n'
    )
    read = read_site(file).notices
    assert read.mail is not None
    assert (read.mail.password, read.mail.tls) == ("hush", "start")
    assert read.webhooks["web"].secret == "0123456789abcdef"
    assert "hush" not in repr(read)
    (tmp_path / "hook.secret").write_text("short")
    file.write_text(file.read_text().replace("post@shop.example", "nobody"))
    with pytest.raises(WrongInput) as wrong:
        read_site(file)
    told = str(wrong.value)
    assert "[mail] sender" in told
    assert "secret_file holds less than 16 characters" in told
