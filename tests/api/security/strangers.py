"""Owns what a stranger may write where text is taken: markup, formulas, SQL, label commands."""

from typing import Any, Final

import pytest

from api.openapi import METHODS

MARKUP: Final = (
    "<script>window.stolen=1</script>",
    '"><img src=x onerror=window.stolen=1>',
    "<svg/onload=window.stolen=1>",
    "{{constructor.constructor('window.stolen=1')()}}",
    "${window.stolen=1}",
    "{subject.__class__} %s %(x)s",
    "javascript:window.stolen=1",
    "=cmd|' /C calc'!A0",
)
SQL: Final = ("' OR '1'='1", "x'; DROP TABLE stock; --", '" OR ""="', "%", "_", "\\")
ZPL: Final = ("^XZ^XA^FDforged^FS", "~JR ~HS", r"\^XA\\", "^FH_5EXA", "_5EXZ ^FX")


def first_quick(all_texts: tuple[str, ...]) -> list[Any]:
    """The first of these texts in every run of the tests, the others in long ones."""
    first, *others = all_texts
    return [first, *(pytest.param(text, marks=pytest.mark.long) for text in others)]


def gets(document: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every address that is read, with its parameters, except streams, which do not end."""
    return [
        (path, methods["get"].get("parameters", []))
        for path, methods in document["paths"].items()
        if "get" in methods and "text/event-stream" not in str(methods["get"]["responses"])
    ]


def texts(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation that takes a body: method, path, the body's schema."""
    found = []
    for path, methods in document["paths"].items():
        for method in METHODS & methods.keys():
            body = methods[method].get("requestBody", {}).get("content", {})
            if schema := body.get("application/json", {}).get("schema"):
                found.append((method, path, resolved(document, schema)))
    return found


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    whole: dict[str, Any] = document["components"]["schemas"][name] if name else schema
    return whole


def filled(document: dict[str, Any], schema: dict[str, Any], text: str, number: int) -> Any:
    """A body with this text in every field that takes text."""
    schema = resolved(document, schema)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [""])[0])
    if "anyOf" in schema or "allOf" in schema:
        kinds = [*schema.get("anyOf", ()), *schema.get("allOf", ())]
        return filled(document, kinds[0], text, number)
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: filled(document, each, text, number) for name, each in fields.items()}
        case "array":
            return [filled(document, schema.get("items", {}), text, number)]
        case "string":
            pattern = schema.get("pattern", "")
            taken = text[: schema.get("maxLength", 500)]
            return "GB" if pattern == "^[A-Z]{2}$" else taken
        case "integer" | "number":
            return max(number, int(schema.get("minimum", 0)))
        case "boolean":
            return False
    return text
