"""Owns how a message on the wire is shown to a person: decoded, or with what is wrong about it."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from devices.driver import BadFrame
from devices.envelope import Codec, read_topic
from devices.vocabulary import kind_of


@dataclass(frozen=True, slots=True)
class Passing:
    """One message; `wrong` says how it breaks the form, and `data` is then the raw text."""

    topic: str
    at_ms: int
    data: Any
    age_ms: int = 0
    corr: str = ""
    session: str = ""
    seq: int = 0
    deadline_ms: int = 0
    wrong: str = ""

    def line(self) -> str:
        """As one line of JSON."""
        return json.dumps(msgspec.to_builtins(self), ensure_ascii=False)


def read_message(topic: str, payload: bytes, now_ms: int) -> Passing:
    try:
        named = read_topic(topic)
        kind = kind_of(named.channel, named.name)
        if kind is None:
            raise BadFrame(f"wh/v1 has no {named.channel}/{named.name}")
        message = Codec(kind).read(payload)
    except BadFrame as wrong:
        raw = payload[:200].decode("utf-8", "replace")
        return Passing(topic, now_ms, raw, wrong=str(wrong))
    return Passing(
        topic,
        now_ms,
        msgspec.to_builtins(message.data),
        age_ms=now_ms - message.ts,
        corr=message.corr,
        session=message.session,
        seq=message.seq,
        deadline_ms=message.deadline,
    )


def words_of(passing: Passing) -> str:
    """The message on one line; control characters are escaped."""
    _, _, _site, area, *rest = passing.topic.split("/") + [""] * 4
    head = f"{area + '/' + '/'.join(part for part in rest if part):<40}"
    if passing.wrong:
        return f"{head} WRONG {passing.wrong}: {passing.data!r}"
    fields = " ".join(f"{name}={value!r}" for name, value in passing.data.items())
    corr = f" for {passing.corr}" if passing.corr else ""
    left = f" within {passing.deadline_ms - passing.at_ms} ms" if passing.deadline_ms else ""
    return f"{head} {fields}{corr}{left}  ({passing.session} {passing.seq}, {passing.age_ms} ms)"
