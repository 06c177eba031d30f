"""Owns what carriers tell by themselves: a body that they have signed, and our words for it.

It refuses bodies whose signature is not theirs, or that were signed too long ago.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from api.carriers.adapter import Tracked, Unavailable
from api.carriers.rest import read_reports
from api.carriers.secrets import Secret, Source
from api.carriers.statuses import Statuses
from api.carriers.templates import at_ms, pick

SHIPMENTS_MAX: Final = 1_000
PATHS: Final = {"events": "events", "status": "status", "at": "at"}  # where none are given


class Webhook(Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed is `{at}.{body}` where `at_header` is set, else the body; HMAC-SHA256.

    `shipments` is the path of a list, "" where the body is one shipment; `answer` maps our words
    to paths in a shipment.
    """

    secret: Source
    header: str = "X-Signature"
    at_header: str = "X-Timestamp"
    window_s: int = 300
    shipments: str = ""
    tracking: str = "tracking_number"
    answer: dict[str, str] = {}


class Forged(Exception):
    """The body is not the carrier's, or not of now."""


class Teller:
    def __init__(self, webhook: Webhook, secret: Secret, statuses: Statuses) -> None:
        self._webhook = webhook
        self._secret = secret
        self._statuses = statuses

    def read(self, body: bytes, headers: Mapping[str, str], now_ms: int) -> tuple[Tracked, ...]:
        """The shipments in a signed body. Raises: Forged, Unavailable for another form."""
        self._check(body, headers, now_ms)
        hook = self._webhook
        try:
            said: Any = msgspec.json.decode(body)
        except msgspec.DecodeError as error:
            raise Unavailable("wrong_answer", f"no JSON: {error}") from None
        shipments = pick(said, hook.shipments) if hook.shipments else [said]
        if not isinstance(shipments, list) or len(shipments) > SHIPMENTS_MAX:
            raise Unavailable("wrong_answer", f"no list at {hook.shipments}")
        paths = PATHS | hook.answer
        return tuple(
            Tracked(
                tracking=str(pick(each, hook.tracking, "")),
                reports=read_reports(each, paths, self._statuses),
            )
            for each in shipments
        )

    def _check(self, body: bytes, headers: Mapping[str, str], now_ms: int) -> None:
        hook = self._webhook
        signed = body
        if hook.at_header:
            given = headers.get(hook.at_header.lower(), "")
            try:
                age_ms = now_ms - at_ms(int(given) if given.isdecimal() else given)
            except ValueError:
                raise Forged(f"{hook.at_header} is no time") from None
            if abs(age_ms) > hook.window_s * 1_000:
                raise Forged(f"signed {abs(age_ms) // 1_000} s from now")
            signed = given.encode() + b"." + body
        made = hmac.new(self._secret.reveal().encode(), signed, hashlib.sha256).digest()
        told = headers.get(hook.header.lower(), "").removeprefix("sha256=").strip().encode()
        right = (made.hex().encode(), base64.b64encode(made))
        if not any(hmac.compare_digest(told, each) for each in right):
            raise Forged(f"{hook.header} is not the signature of the body")
