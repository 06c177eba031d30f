"""Owns the way between our words and a carrier's: bodies with placeholders, paths into answers.

A template is data of the carriers file: it can name and repeat what there is, and compute nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote

_HOLE: Final = re.compile(r"\{([a-z_0-9.]+)\}")
_MISSING: Final = object()
_WORTHS: Final = ("value_cents", "goods_value_cents")  # that a consignment knows of its goods
_EPOCH_MS: Final = 100_000_000_000  # a number beyond is in milliseconds, not seconds


def facts(thing: Any) -> dict[str, Any]:
    """The fields of a consignment, address or announcement, with masses and sides also in the
    units that carriers like.
    """
    found: dict[str, Any] = {}
    names = [each.name for each in fields(thing)]
    names += [name for name in _WORTHS if hasattr(thing, name) and name not in names]
    for name in names:
        value = getattr(thing, name)
        if is_dataclass(value):
            value = facts(value)
        elif isinstance(value, tuple):
            value = [facts(each) if is_dataclass(each) else each for each in value]
        found[name] = value
        if name.endswith("mass_g"):
            found[name.removesuffix("g") + "kg"] = _in_units(value, 1_000)
        elif name.endswith("_mm"):
            found[name.removesuffix("mm") + "cm"] = _in_units(value, 10)
        elif name.endswith("_cents"):
            found[name.removesuffix("_cents")] = _in_units(value, 100)
        elif name.endswith("_ms"):
            at = datetime.fromtimestamp(value / 1_000, UTC)
            found[name.removesuffix("_ms") + "_at"] = at.isoformat(timespec="seconds")
    return found


def _in_units(value: int, per: int) -> float | int:
    whole, rest = divmod(value, per)
    return value / per if rest else whole


def fill(template: Any, known: Mapping[str, Any]) -> Any:
    """The template with what is known in its holes. Raises: KeyError naming an unknown hole.

    A text that is one hole alone becomes the value itself; `{ each = "contents", as = ... }`
    becomes a list.
    """
    if isinstance(template, str):
        whole = _HOLE.fullmatch(template)
        if whole:
            return look_up(known, whole[1])
        return _HOLE.sub(lambda hole: str(look_up(known, hole[1])), template).strip()
    if isinstance(template, Mapping):
        if template.keys() == {"each", "as"}:
            rows = look_up(known, str(template["each"]))
            return [fill(template["as"], {**known, **row}) for row in rows]
        return {name: fill(value, known) for name, value in template.items()}
    if isinstance(template, list | tuple):
        return [fill(value, known) for value in template]
    return template


def quoted(known: Any) -> Any:
    """What is known with every text in it as an address may hold it, however deep it stands."""
    if isinstance(known, str):
        return quote(known, safe="")
    if isinstance(known, Mapping):
        return {name: quoted(value) for name, value in known.items()}
    return [quoted(value) for value in known] if isinstance(known, list) else known


def holes(template: Any) -> list[str]:
    """Every placeholder of a template."""
    if isinstance(template, str):
        return _HOLE.findall(template)
    if isinstance(template, Mapping):
        return [name for value in template.values() for name in holes(value)]
    if isinstance(template, list | tuple):
        return [name for value in template for name in holes(value)]
    return []


def look_up(known: Mapping[str, Any], path: str) -> Any:
    found = pick(known, path, _MISSING)
    if found is _MISSING:
        raise KeyError(path)
    return found


def pick(answer: Any, path: str, otherwise: Any = None) -> Any:
    """What stands at a path such as `shipment.labels.0.data`; "" is the answer itself."""
    for step in path.split(".") if path else ():
        if isinstance(answer, Mapping) and step in answer:
            answer = answer[step]
        elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return otherwise
    return answer


def cents(value: Any) -> int:
    """An amount in whole units of money as cents. Raises: ValueError."""
    try:
        exact = Decimal(str(value)).scaleb(2)
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise ValueError(f"{str(value)[:40]!r} is no amount of money") from error


def at_ms(value: Any) -> int:
    """A time as ISO 8601 (UTC where it names no zone), or as seconds or milliseconds since 1970.

    Raises: ValueError.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value if value > _EPOCH_MS else value * 1_000)
    try:
        at = datetime.fromisoformat(str(value))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0, int(at.timestamp() * 1_000))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{str(value)[:40]!r} is no time") from error
