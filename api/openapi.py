"""Owns the description of the API: who may call each route, and which problems each may answer.

What a route declares by `needs` is told here as `x-role`, `x-scope` and `x-bound-by`, so that
tests and readers can walk over it.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from api.access import COOKIE, Rule, Who, needs

METHODS: Final = frozenset(("get", "put", "post", "patch", "delete"))
_TEXT: Final = {"type": "string"}
PROBLEM: Final = {
    "title": "Problem",
    "description": "RFC 9457; `code` is for programs, `fix` for people.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "fields", "fix"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
        "fields": {"type": "object"},
        "fix": _TEXT,
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "example": {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "unknown order (order web/1001)",
        "code": "unknown_order",
        "fields": {"order": "web/1001"},
        "fix": "",
    },
}
SCHEMES: Final = {
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    "key": {"type": "http", "scheme": "bearer"},
}
ALL: Final = {
    "400": "The request cannot be read.",
    "401": "Nobody is signed in, or the key is not valid.",
    "403": "This role or key may not do this.",
    "404": "What is named does not exist here.",
    "409": "The id was used with another content, or something changed meanwhile.",
    "413": "The body is too large.",
    "422": "A field is wrong, or the warehouse refuses; `errors`, `fields` and `fix` say what.",
    "429": "Too often; `Retry-After` says when.",
    "500": "A defect of ours; `incident` finds it in the log.",
    "503": "Not now; `Retry-After` says when.",
}

router = APIRouter(prefix="/api", tags=["about"])


class Operation(NamedTuple):
    """`rule` is the role of a person and the scope of a program; None: open to all."""

    method: str
    path: str
    rule: Rule | None


@router.get("/openapi.json")
async def description(request: Request, _who: Annotated[Who, needs("picker")]) -> dict[str, Any]:
    """This description."""
    document: dict[str, Any] = request.app.openapi()
    return document


def describe(app: FastAPI) -> None:
    """Makes `app.openapi()` tell roles, scopes and problems."""
    app.include_router(router)
    kept: list[dict[str, Any]] = []

    def openapi() -> dict[str, Any]:
        if not kept:
            kept.append(_document(app))
        return kept[0]

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version="1",
        description="One controller for the warehouse. Times are UTC epoch milliseconds.",
        routes=app.routes,
    )
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    parts["securitySchemes"] = SCHEMES
    for each in operations(app):
        _complete(document["paths"][each.path][each.method], each.rule)
    return document


def _complete(operation: dict[str, Any], rule: Rule | None) -> None:
    if rule is not None:
        operation["x-role"], operation["x-scope"] = rule.role, rule.scope
        operation["security"] = [{"session": []}] + ([{"key": []}] if rule.scope else [])
        if rule.scope:
            operation["x-bound-by"] = list(rule.by)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = operation["responses"]
    for status, words in ALL.items():
        responses[status] = {"description": words, "content": content}
    operation["responses"] = dict(sorted(responses.items()))


def operations(app: FastAPI) -> Iterator[Operation]:
    """Every method and address of the API, in the order of the routers."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema:
            for method in sorted(context.methods or ()):
                path = str(context.path_format)
                yield Operation(method.lower(), path, _rule_of(context.dependant))


def _rule_of(dependant: Dependant) -> Rule | None:
    for dependency in dependant.dependencies:
        rule: Rule | None = getattr(dependency.call, "rule", None)
        if rule is not None:
            return rule
    return None
