"""Owns HTTP calls to a carrier: time-outs, sign-in, and what each kind of failure means.

It refuses to follow redirects, to read answers without end, and to put a secret into an error.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import msgspec

from api.carriers.adapter import Declined, Unavailable
from api.carriers.secrets import HIDDEN, Secret

ANSWER_MAX: Final = 8 << 20
EARLY_S: Final = 30.0  # a token is fetched anew so long before it ends
RETRY_AFTER_MAX_S: Final = 600.0
ILL: Final = "server_error"
KEPT: Final = ("content-type", "retry-after")
NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class SignIn:
    """How each request says who we are. `auth`: none, basic, bearer, key, oauth."""

    def __init__(self, auth: str, names: Mapping[str, str], secret: Secret) -> None:
        self.auth = auth
        self._names = names
        self._secret = secret
        self._token = Secret("")
        self._ends_s = 0.0
        self._lock = threading.Lock()

    def headers(self, client: httpx.Client) -> dict[str, str]:
        """Raises: Unavailable when no token is to be had."""
        if self.auth == "bearer":
            return {"Authorization": f"Bearer {self._secret.reveal()}"}
        if self.auth == "key":
            return {self._names.get("header", "X-Api-Key"): self._secret.reveal()}
        if self.auth == "oauth":
            return {"Authorization": f"Bearer {self._fresh(client).reveal()}"}
        return {}

    def basic(self) -> httpx.Auth | None:
        if self.auth != "basic":
            return None
        return httpx.BasicAuth(self._names.get("user", ""), self._secret.reveal())

    def forget(self) -> bool:
        """The carrier knows the token no more; whether another can be had."""
        with self._lock:
            self._token, self._ends_s = Secret(""), 0.0
        return self.auth == "oauth"

    def hide(self, text: str) -> str:
        """A text of the carrier without what it repeats of our secrets."""
        for secret in (self._secret.reveal(), self._token.reveal()):
            text = text.replace(secret, HIDDEN) if secret else text
        return text

    def _fresh(self, client: httpx.Client) -> Secret:
        with self._lock:
            if not self._token or time.monotonic() > self._ends_s - EARLY_S:
                self._fetch(client)
            return self._token

    def _fetch(self, client: httpx.Client) -> None:
        form = {"grant_type": "client_credentials", "client_id": self._names.get("client", "")}
        if self._names.get("scope"):
            form["scope"] = self._names["scope"]
        form["client_secret"] = self._secret.reveal()
        try:
            answer = client.post(self._names["token_url"], data=form)
            told = msgspec.json.decode(answer.content, type=dict[str, Any])
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            raise Unavailable("no_token", type(error).__name__, unclear=False) from None
        token = told.get("access_token")
        if answer.status_code != httpx.codes.OK or not isinstance(token, str):
            raise Unavailable("credentials", f"HTTP {answer.status_code}", unclear=False)
        self._token = Secret(token)
        self._ends_s = time.monotonic() + float(told.get("expires_in", 3_600))


class Calls:
    """The connections to one carrier."""

    def __init__(self, url: str, sign_in: SignIn, connections: int) -> None:
        self._sign_in = sign_in
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.Client(
            base_url=url, limits=limits, follow_redirects=False, trust_env=False, timeout=10.0
        )

    def call(
        self,
        method: str,
        path: str,
        timeout_s: float,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON that the carrier answers; None for an answer without a body.

        Raises: Declined (4xx, `why` is `http_` and the code), Unavailable.
        """
        answer = self._send(method, path, timeout_s, body, headers or {})
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._sign_in.forget():
            answer = self._send(method, path, timeout_s, body, headers or {})
        return _read(answer, self._sign_in.hide)

    def close(self) -> None:
        self._client.close()

    def _send(
        self, method: str, path: str, timeout_s: float, body: Any, headers: Mapping[str, str]
    ) -> httpx.Response:
        given = {**self._sign_in.headers(self._client), **headers, "Accept": "application/json"}
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            given["Content-Type"] = "application/json"
        try:
            with self._client.stream(
                method,
                path,
                headers=given,
                content=content,
                auth=self._sign_in.basic(),
                timeout=timeout_s,
            ) as answer:
                return _whole(answer, time.monotonic() + timeout_s)
        except NEVER_SENT as error:
            raise Unavailable("not_reached", type(error).__name__, unclear=False) from None
        except httpx.TimeoutException as error:
            raise Unavailable("no_answer", type(error).__name__) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable("connection_lost", type(error).__name__) from None


def _whole(answer: httpx.Response, end_s: float) -> httpx.Response:
    """The answer with its body; one that drips on beyond the time-out is none."""
    got = bytearray()
    for part in answer.iter_bytes():
        got += part
        if len(got) > ANSWER_MAX:
            raise Unavailable("wrong_answer", f"more than {ANSWER_MAX} bytes")
        if time.monotonic() > end_s:
            raise Unavailable("no_answer", "the answer has no end")
    kept = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    return httpx.Response(answer.status_code, headers=kept, content=bytes(got))


def _read(answer: httpx.Response, hide: Callable[[str], str]) -> Any:
    code = answer.status_code
    if code in (401, 403):
        raise Unavailable("credentials", f"HTTP {code}", unclear=False)
    if code == httpx.codes.TOO_MANY_REQUESTS:
        raise Unavailable(
            "too_many_requests", "HTTP 429", unclear=False, retry_after_s=_retry_after_s(answer)
        )
    if code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unavailable(ILL, f"HTTP {code}", retry_after_s=_retry_after_s(answer))
    if code >= httpx.codes.BAD_REQUEST:
        raise Declined(f"http_{code}", hide(" ".join(answer.text.split()))[:200])
    if code >= httpx.codes.MULTIPLE_CHOICES:
        raise Unavailable("wrong_answer", f"HTTP {code}")
    if not answer.content:
        return None
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Unavailable("wrong_answer", f"content type {kind[:60] or 'missing'}")
    try:
        return msgspec.json.decode(answer.content)
    except msgspec.DecodeError as error:
        raise Unavailable("wrong_answer", f"no JSON: {error}") from None


def _retry_after_s(answer: httpx.Response) -> float:
    """Seconds as the header says; a date is as good as none."""
    given = answer.headers.get("retry-after", "").strip()
    return min(float(given), RETRY_AFTER_MAX_S) if given.isdecimal() else 0.0
