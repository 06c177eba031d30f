"""Owns who is told what of a parcel under way: rules and templates of shops, and what was sent.

A message is a row of the outbox without personal data; who sends it reads name and address at
that moment, and sends nothing once they were erased. It refuses templates with placeholders that
nobody fills, and tells a customer the same thing no more often than it can happen.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller import outbox, tables, templates
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    Command,
    Done,
    NoticeAnswered,
    SetNoticeRules,
    SetNoticeTemplate,
)
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import alarming
from controller.workflows.papers import erasing

CHANNELS: Final = ("mail", "webhook")
LANGUAGES: Final = ("en", "de")
STATES: Final = ("sent", "skipped", "bounced")
GOOD_FOR_MS: Final = DAY
OFTEN: Final = {"attempted": 3, "exception": 3}
ONCE: Final = 1

_RULES = (
    "SELECT r.channel, o.shop, o.id AS order_id FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id "
    "JOIN notice_rule r ON r.shop = o.shop AND r.status = :status "
    "WHERE p.id = :parcel ORDER BY r.channel"
)
_TOLD = (
    "SELECT COUNT(*) FROM notice WHERE parcel = :parcel AND status = :status "
    "AND channel = :channel"
)
_NO_RULES = "DELETE FROM notice_rule WHERE shop = :shop"
_NO_TEMPLATE = (
    "DELETE FROM notice_template WHERE shop = :shop AND status = :status AND language = :language"
)
_ANSWER = (
    "UPDATE notice SET state = :state, answered_ms = :now, why = :why "
    "WHERE id = :id AND state = 'waiting'"
)
_NOTICE = "SELECT * FROM notice WHERE id = :id"


def on_event(turn: Turn, parcel: int, status: str) -> None:
    """Tells whom the shop wants told that a parcel has this status now."""
    for rule in turn.db.all(_RULES, parcel=parcel, status=status):
        named = {"parcel": parcel, "status": status, "channel": rule.channel}
        if turn.db.value(_TOLD, **named) >= OFTEN.get(status, ONCE):
            continue
        asked = {"shop": rule.shop, "parcel": parcel, "status": status, "at_ms": turn.now_ms}
        row = outbox.emit(
            turn, f"notify/{rule.channel}", asked, expires_ms=turn.now_ms + GOOD_FOR_MS
        )
        about = {"order_id": rule.order_id, "shop": rule.shop, "at_ms": turn.now_ms}
        turn.put(tables.notice, [{"id": row} | named | about])


def set_rules(turn: Turn, command: SetNoticeRules) -> Done:
    """Raises: Refused naming the rule that is wrong."""
    _check_shop(command.shop)
    for status, channel in command.rules:
        templates.check_status(status)
        if channel not in CHANNELS:
            raise Refused("bad_rule", channel=channel, fix=f"one of {', '.join(CHANNELS)}")
    turn.db.run(_NO_RULES, shop=command.shop)
    for status, channel in sorted(set(command.rules)):
        turn.add(tables.notice_rule, shop=command.shop, status=status, channel=channel)
    turn.event("notice_rules_set", subject=command.shop, by=command.actor)
    return Done(note=f"{len(set(command.rules))} rules")


def set_template(turn: Turn, command: SetNoticeTemplate) -> Done:
    """Raises: Refused naming what is wrong, with the placeholders that there are."""
    _check_shop(command.shop)
    templates.check_status(command.status)
    if command.language not in LANGUAGES:
        raise Refused("unknown_language", got=command.language, fix=", ".join(LANGUAGES))
    named = {"shop": command.shop, "status": command.status, "language": command.language}
    if not command.subject and not command.body:
        turn.db.run(_NO_TEMPLATE, **named)
        return Done(note="default")
    own = templates.Template(subject=command.subject, body=command.body)
    templates.check(own)
    turn.put(tables.notice_template, [named | {"subject": own.subject, "body": own.body}])
    turn.event("notice_template_set", subject=command.shop, by=command.actor)
    return Done(note="kept")


def _check_shop(shop: str) -> None:
    if not shop or "/" in shop:
        raise Refused("bad_shop", shop=shop, field="shop", fix="a name without a slash")


def answered(turn: Turn, command: NoticeAnswered) -> Done:
    """Raises: NotFound, Refused."""
    if command.state not in STATES:
        raise Refused("unknown_state", got=command.state, fix=f"one of {', '.join(STATES)}")
    notice = turn.db.one(_NOTICE, id=command.outbox)
    if notice is None:
        raise NotFound("unknown_notice", outbox=command.outbox)
    command = erasing.without_erased(turn, command, notice.order_id)
    outbox.done(turn.db, notice.id)
    why = f"{command.why}: {command.said}".removesuffix(": ")[:500]
    if not turn.db.run(_ANSWER, id=notice.id, state=command.state, now=turn.now_ms, why=why):
        return Done(note="answered_before")
    if command.state == "bounced":
        told = f"{notice.order_id} {notice.status}: {why}"
        alarming.raise_alarm(turn, f"notify/{notice.channel}", "bounced", told[:500])
    about = {"order_id": notice.order_id, "subject": notice.status}
    turn.event(f"notice_{command.state}", **about, channel=notice.channel, why=command.why)
    return Done(note=command.state)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    SetNoticeRules: handler(set_rules),
    SetNoticeTemplate: handler(set_template),
    NoticeAnswered: handler(answered),
}
