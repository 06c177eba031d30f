"""Owns the three spellings of GS1 elements: element string, bracketed text and Digital Link.

Refuses a fault with a ValueError that says "code:thing", which `read` hands on as the warning.
"""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from controller.barcodes.check_digits import GTIN_LENGTHS
from controller.barcodes.rules import FORMATS, LINK_KEYS, Rule, ai_at, rule_of

Elements = tuple[tuple[str, str], ...]
_Way = tuple[int, int, Elements]  # parts that prove themselves, -(separators missing), elements

GS = "\x1d"
_GUESS_MAX = 128  # characters; trying lengths costs their square, and no linear symbol holds more
_BRACKETED_AI = re.compile(r"\((\d{2,4})\)")


def from_string(text: str) -> tuple[Elements, bool]:
    """The elements of an element string, and whether the scanner dropped the separators in it.

    Where separators are missing, the reading with most dates and check digits that fit wins, then
    the one that misses fewest; of equal readings only what they share is returned.
    Raises: ValueError with the warning.
    """
    if GS in text or len(text) > _GUESS_MAX:
        return _separated(text), False
    start = _end_of_predefined(text)
    head = _separated(text[:start])
    way = _best_way(text[start:], frozenset(ai for ai, _ in head))
    if way is None:
        return head + _separated(text[start:]), False
    return head + way[2], way[1] < 0


def from_brackets(text: str) -> Elements:
    """The elements of "(01)...(10)..." as printed below a symbol.

    Raises: ValueError with the warning.
    """
    parts = _BRACKETED_AI.split(text)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return _consistent([_checked(ai, value.strip()) for ai, value in pairs])


def from_link(uri: str) -> Elements:
    """The elements of a GS1 Digital Link URI at any domain; () for a URI that is none.

    Raises: ValueError with the warning.
    """
    try:
        split = urlsplit(uri)
    except ValueError:
        return ()
    path = [unquote(part) for part in split.path.rstrip("/").split("/")]
    for place in range(len(path) - 1):
        pairs = _link_pairs(path[place:])
        if pairs:
            known = [pair for pair in parse_qsl(split.query) if pair[0] in FORMATS]
            return _consistent([_checked(ai, value) for ai, value in pairs + known])
    return ()


def starts_bracketed(text: str) -> bool:
    """Whether `text` begins with a known AI in brackets."""
    match = _BRACKETED_AI.match(text)
    return match is not None and match[1] in FORMATS


def _link_pairs(path: list[str]) -> list[tuple[str, str]]:
    """AI and value in turn from a primary key on; [] where the path does not go on like that."""
    ais, values = path[::2], path[1::2]
    if path[0] not in LINK_KEYS or len(ais) != len(values) or not FORMATS.keys() >= set(ais):
        return []
    if path[0] == "01" and len(values[0]) in GTIN_LENGTHS:
        values[0] = values[0].zfill(14)
    return list(zip(ais, values, strict=True)) if _has_form(path[0], values[0]) else []


def _has_form(ai: str, value: str) -> bool:
    return rule_of(ai).pattern.fullmatch(value) is not None


def _end_of_predefined(text: str) -> int:
    end = 0
    while (ai := ai_at(text, end)) and rule_of(ai).predefined:
        end += len(ai) + rule_of(ai).length_max
    return end


def _separated(text: str) -> Elements:
    elements = []
    start = 0
    while start < len(text):
        if text[start] == GS:
            start += 1
            continue
        ai = ai_at(text, start)
        if not ai:
            raise ValueError(f"unknown_ai:{text[start : start + 4]}")
        start += len(ai)
        end = _end_of_value(text, start, rule_of(ai))
        elements.append(_checked(ai, text[start:end]))
        start = end
    return _consistent(elements)


def _end_of_value(text: str, start: int, rule: Rule) -> int:
    if rule.predefined:
        return start + rule.length_max
    end = text.find(GS, start)
    return len(text) if end < 0 else end


def _checked(ai: str, value: str) -> tuple[str, str]:
    if ai not in FORMATS:
        raise ValueError(f"unknown_ai:{ai}")
    fault = rule_of(ai).fault(value)
    if fault:
        raise ValueError(f"{fault}:({ai}){value}")
    return ai, value


def _consistent(elements: list[tuple[str, str]]) -> Elements:
    values: dict[str, str] = {}
    for ai, value in elements:
        if values.setdefault(ai, value) != value:
            raise ValueError(f"two_values:({ai}){values[ai]} and {value}")
    return tuple(values.items())


def _best_way(text: str, taken: frozenset[str]) -> _Way | None:
    """The best reading of `text` from its end backwards: each place knows the best way on."""
    ways: list[_Way | None] = [None] * len(text)
    ways.append((0, 0, ()))
    for start in range(len(text) - 1, -1, -1):
        ai = ai_at(text, start)
        if ai and ai not in taken:
            ways[start] = _best_value(text, start + len(ai), ai, ways)
    return ways[0]


def _best_value(text: str, start: int, ai: str, ways: list[_Way | None]) -> _Way | None:
    rule = rule_of(ai)
    best: _Way | None = None
    for end in range(start + rule.length_min, min(start + rule.length_max, len(text)) + 1):
        way, value = ways[end], text[start:end]
        if way is None or rule.fault(value) or any(ai == later for later, _ in way[2]):
            continue
        missing = not rule.predefined and end < len(text)
        found = (way[0] + len(rule.checks), way[1] - missing, ((ai, value), *way[2]))
        best = _better(best, found)
    return best


def _better(best: _Way | None, found: _Way) -> _Way:
    if best is None or found[:2] > best[:2]:
        return found
    if found[:2] < best[:2]:
        return best
    return (*best[:2], tuple(element for element in best[2] if element in found[2]))
