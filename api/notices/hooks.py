"""Owns webhooks of shops: a signed fact about a parcel out over HTTP, and what the answer means.

The signature is an HMAC over time and body, so a receiver knows the sender and an old copy. It
follows no redirects, and says nothing of the customer.
"""

import hashlib
import hmac
import http.client
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import msgspec

from api.notices.mail import Refused, ServerDown
from controller.views.notices import Fact

TIMEOUT_S: Final = 5.0
SIGNATURE: Final = "Pickwright-Signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where a shop hears of its parcels; the secret comes from a file or the environment."""

    shop: str
    url: str
    secret: str = field(repr=False)
    timeout_s: float = TIMEOUT_S


def signature(secret: str, now_s: int, body: bytes) -> str:
    proof = hmac.new(secret.encode(), f"{now_s}.".encode() + body, hashlib.sha256)
    return f"t={now_s},v1={proof.hexdigest()}"


def post(hook: Webhook, fact: Fact, row: int, now_s: int) -> None:
    """Raises: ServerDown when nobody answers or the receiver is ill, Refused when it says no."""
    body = msgspec.json.encode({"id": str(row), **msgspec.to_builtins(fact)})
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": f"notice-{row}",
        SIGNATURE: signature(hook.secret, now_s, body),
    }
    status = _status(hook, body, headers)
    if 200 <= status < 300:
        return
    if status >= 500 or status in (408, 425, 429):
        raise ServerDown(f"{_host(hook)} answers {status}")
    raise Refused(f"{_host(hook)} answers {status}", lasting=True)


def _status(hook: Webhook, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(hook.url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.netloc, timeout=hook.timeout_s, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=hook.timeout_s)
    path = parts.path or "/"
    try:
        connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise ServerDown(f"{_host(hook)}: {type(error).__name__}: {error}"[:300]) from error
    finally:
        connection.close()


def _host(hook: Webhook) -> str:
    return urlsplit(hook.url).netloc
