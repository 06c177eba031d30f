"""Owns the short way of the addresses asked most often: body, model, command, answer as bytes.

These are ordinary routes, described and tested as such. A request that is plainly right passes
none of the framework's layers on its way; whatever is unusual in one (another type of content, a
field that is wrong) goes the ordinary way from its first byte, which says what is to be done.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge import BODY_MAX
from api.guard import Guard
from api.problems import Problem, of_controller, of_defect
from controller.errors import ControllerError

JSON: Final = "application/json"


class App(FastAPI):
    """A FastAPI that knows the short way of some of its routes."""

    short: Mapping[tuple[str, str], ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        way = self.short.get((scope.get("method", ""), scope.get("path", "")), super().__call__)
        await way(scope, receive, send)

    def shorten(self, endpoints: Iterable[Callable[..., Any]], guard: Guard) -> None:
        """The routes of these endpoints take the short way; each has one body and one caller."""
        wanted, ordinary = frozenset(endpoints), super().__call__
        routes = [each for each in self.routes if isinstance(each, APIRoute)]
        self.short = {
            (method, route.path): _Way(self, ordinary, guard, route)
            for route in routes
            if route.endpoint in wanted
            for method in route.methods or ()
        }


class _Way:
    """One route, as its signature tells: `given` (a model), who calls, the request if wanted."""

    def __init__(self, app: App, ordinary: ASGIApp, guard: Guard, route: APIRoute) -> None:
        (body,) = route.dependant.body_params
        (caller,) = route.dependant.dependencies
        self._app = app
        self._ordinary = ordinary
        self._guard = guard
        self._endpoint = route.endpoint
        self._status = route.status_code or 200
        self._body_name = body.name
        self._model = body.field_info.annotation
        self._caller_name = caller.name or ""
        self._caller = caller.call
        self._headers = caller.header_params
        self._request_name = route.dependant.request_param_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self._app
        body = _Body(receive)
        given = None
        request = Request(scope, body.again)
        if self._guard.refusal(scope) is None and _is_json(request):
            given = self._read(await body.whole())
        headers = self._read_headers(request)
        if given is None or headers is None:
            await self._ordinary(scope, body.again, send)
            return
        response = await self._answer(request, given, headers)
        await response(scope, receive, self._guard.dressing(scope, send))

    def _read(self, body: bytes | None) -> Any:
        """The body as a model; None for one that the ordinary way has to judge."""
        if not body:
            return None
        try:
            return self._model.model_validate_json(body)  # type: ignore[union-attr]
        except ValidationError:
            return None

    def _read_headers(self, request: Request) -> dict[str, Any] | None:
        """The headers that the caller's dependency takes; None if one is wrong."""
        found: dict[str, Any] = {}
        for each in self._headers:
            text = request.headers.get(each.alias)
            if text is not None:
                found[each.name], wrong = each.validate(text, {}, loc=("header", each.alias))
                if wrong:
                    return None
        return found

    async def _answer(self, request: Request, given: Any, headers: dict[str, Any]) -> Response:
        try:
            named = {
                self._body_name: given,
                self._caller_name: await self._caller(request, **headers),  # type: ignore[misc]
            }
            if self._request_name:
                named[self._request_name] = request
            answer = await self._endpoint(**named)
        except Problem as problem:
            return problem.response()
        except ControllerError as error:
            return of_controller(error).response()
        except Exception as error:
            return of_defect(error, request.url.path).response()
        if isinstance(answer, Response):
            return answer
        return Response(msgspec.json.encode(answer), self._status, media_type=JSON)


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON


@dataclass(slots=True)
class _Body:
    """The body of a request, which can be taken once more from its first byte."""

    receive: Receive
    taken: deque[Message] = field(default_factory=deque)

    async def whole(self) -> bytes | None:
        """None when it is larger than it may be, or its sender has gone."""
        pieces, size, more = [], 0, True
        while more and size <= BODY_MAX:
            message = await self.receive()
            self.taken.append(message)
            if message["type"] != "http.request":
                return None
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            more = message.get("more_body", False)
        return b"".join(pieces) if size <= BODY_MAX else None

    async def again(self) -> Message:
        return self.taken.popleft() if self.taken else await self.receive()
