"""Owns how every "no" leaves the house: RFC 9457 problem details with a code, fields and a fix.

It refuses to tell what only we may know: no stack, no statement, no path, no input, no secret.
"""

import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from controller.errors import (
    Conflict,
    ControllerError,
    LimitReached,
    NotFound,
    Stale,
    StoreOutdated,
    StoreUnavailable,
)

MEDIA_TYPE: Final = "application/problem+json"
DEFECT: Final = "defect"  # how the journal keeps a failure of ours
RETRY_S: Final = 1
ERRORS_MAX: Final = 20

log = structlog.get_logger("pickwright.http")


class Problem(Exception):
    """A "no" of the edge itself; those of the controller are ControllerErrors."""

    def __init__(self, status: int, code: str, fix: str = "", **fields: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.fix = fix
        self.fields = fields
        self.retry_s = 0
        self.errors: Sequence[Mapping[str, str]] = ()

    def response(self) -> Response:
        """Shapes: {type, title, status, detail, code, fields, fix[, errors]}."""
        document = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self._detail(),
            "code": self.code,
            "fields": self.fields,
            "fix": self.fix,
        }
        if self.errors:
            document["errors"] = self.errors
        headers = {"Cache-Control": "no-store"}
        if self.retry_s:
            headers["Retry-After"] = str(self.retry_s)
        if self.status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        return Response(msgspec.json.encode(document), self.status, headers, MEDIA_TYPE)

    def _detail(self) -> str:
        words = self.code.replace("_", " ")
        named = ", ".join(f"{name} {value}" for name, value in self.fields.items())
        sentence = f"{words} ({named})" if named else words
        return f"{sentence}: {self.fix}" if self.fix else sentence


def later(status: int, code: str, retry_s: int, fix: str) -> Problem:
    """A "not now" that says when to come again."""
    problem = Problem(status, code, fix)
    problem.retry_s = max(1, retry_s)
    return problem


def of_controller(error: ControllerError) -> Problem:
    """What an error of the core is over HTTP."""
    fields = dict(error.fields)
    fix = str(fields.pop("fix", ""))
    match error:
        case StoreUnavailable() | StoreOutdated():
            return later(503, error.code, RETRY_S, "send the same again in a moment")
        case LimitReached():
            retry_s = -(-int(fields.pop("retry_ms", 0)) // 1_000)
            status = 503 if error.code == "writer_busy" else 429
            return later(status, error.code, retry_s, fix or "send it again later")
        case NotFound():
            status = 404
        case Stale() | Conflict():
            status = 409
        case _ if error.code == DEFECT:
            return Problem(500, DEFECT, "report it with the id of the command")
        case _:
            status = 422
    return Problem(status, error.code, fix, **fields)


def of_request(error: RequestValidationError) -> Problem:
    """Every field that is wrong, by its path, and what to send instead; never what was sent."""
    found = error.errors()
    if found and found[0]["type"] == "json_invalid":
        return Problem(400, "invalid_json", "send one JSON document", position=found[0]["loc"][-1])
    problem = Problem(422, "invalid_request", "correct the fields named in errors")
    problem.errors = [
        {"field": ".".join(map(str, each["loc"])), "fix": str(each["msg"])}
        for each in found[:ERRORS_MAX]
    ]
    return problem


def of_http(error: HTTPException) -> Problem:
    """What the framework refuses: unknown routes, wrong methods, unreadable bodies."""
    match error.status_code:
        case 404:
            return Problem(404, "unknown_address", "look it up in /api/openapi.json")
        case 405:
            allowed = (error.headers or {}).get("Allow", "")
            return Problem(405, "method_not_allowed", f"use {allowed}" if allowed else "")
        case 400:
            return Problem(400, "invalid_json", "send one JSON document, not nested too deep")
        case 413:
            return Problem(413, "body_too_large", "send less at a time")
        case status:
            return Problem(status, HTTPStatus(status).phrase.lower().replace(" ", "_"))


def of_defect(error: BaseException, path: str) -> Problem:
    """A failure of ours: the caller gets an id, the log has the rest."""
    incident = uuid.uuid4().hex[:12]
    log.error("request_failed", incident=incident, path=path, exc_info=error)
    return Problem(500, "internal_error", "report it with this incident", incident=incident)


def refuse_import(problems: Sequence[str]) -> Problem:
    """What is wrong in a file, each with its line and fix; nothing of it was taken."""
    problem = Problem(422, "import_refused", "correct the lines named in errors and send it again")
    problem.errors = [{"fix": each} for each in problems]
    return problem


def install(app: FastAPI) -> None:
    """Every error of a route becomes a problem."""

    def answer(_request: Request, error: Any) -> Response:
        return as_problem(error).response()

    for kind in (Problem, ControllerError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


def as_problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case ControllerError():
            return of_controller(error)
        case RequestValidationError():
            return of_request(error)
        case HTTPException():
            return of_http(error)
    raise error
