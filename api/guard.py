"""Owns what holds for every request and answer: headers, origins, sizes, and no leaking failure.

It stands around the whole app, also around pages and errors.
"""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge import BODY_MAX, IMPORT_MAX, Edge
from api.problems import Problem, of_defect

SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), serial=(self)"),
)
TLS_ONLY: Final = (("Strict-Transport-Security", "max-age=31536000"),)
_IMPORTS: Final = "/api/import/"
_CACHE: Final = b"cache-control"


class Guard:
    """`answered` hears the method and status of every answer."""

    def __init__(
        self, app: ASGIApp, edge: Edge, answered: Callable[[str, int], None] = lambda _m, _s: None
    ) -> None:
        self._app = app
        self._answered = answered
        self._headers = [
            (name.lower().encode(), value.encode())
            for name, value in (*HEADERS, *(TLS_ONLY if edge.secure else ()))
        ]
        self._origins = frozenset(edge.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        dressed = self.dressing(scope, send)
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            started = True
            await dressed(message)

        try:
            refusal = self.refusal(scope)
            if refusal is None:
                await self._app(scope, _limited(scope, receive), guarded)
                return
        except Exception as error:
            refusal = of_defect(error, scope["path"])
        if not started:
            await refusal.response()(scope, receive, guarded)

    def refusal(self, scope: Scope) -> Problem | None:
        """Why a request is not let in, as far as its headers tell."""
        headers = dict(reversed(scope["headers"]))  # the first of a name is the one that counts
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > _most(scope):
            return _too_large(scope)
        if scope["method"] not in SAFE and not self._same_origin(headers):
            return Problem(403, "foreign_origin", "send it from the pages of this controller")
        return None

    def _same_origin(self, headers: Mapping[bytes, bytes]) -> bool:
        """A browser says where a request comes from; a program that says nothing is no browser."""
        origin = headers.get(b"origin")
        if origin is None:
            return headers.get(b"sec-fetch-site", b"none") in (b"same-origin", b"none")
        named = origin.decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        return named in self._origins or urlsplit(named).netloc == host

    def dressing(self, scope: Scope, send: Send) -> Send:
        """How answers go out: with the headers of every one, and counted.

        JSON is never kept by a cache unless the route says so.
        """

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answered(scope["method"], message["status"])
                raw = message["headers"] = [*message.get("headers", ()), *self._headers]
                if scope["path"].startswith("/api/") and not any(n == _CACHE for n, _ in raw):
                    raw.append((_CACHE, b"no-store"))
            await send(message)

        return dressed


def _most(scope: Scope) -> int:
    return IMPORT_MAX if scope["path"].startswith(_IMPORTS) else BODY_MAX


def _too_large(scope: Scope) -> Problem:
    return Problem(413, "body_too_large", "send less at a time", bytes_max=_most(scope))


def _limited(scope: Scope, receive: Receive) -> Receive:
    """The body as it comes, up to the limit: what it says of its length may be untrue."""
    left = _most(scope)

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return counted
