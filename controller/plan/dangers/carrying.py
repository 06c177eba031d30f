"""Which dangerous goods a service takes: kinds of danger as bits, and the words for them.

Owns what a service may say that it takes: `LQ` (limited quantities of any class), a class (fully
regulated goods of it), `UN3481` (small lithium batteries of that number) or `UN3481-full` (larger
ones); `*` is all. It refuses words that mean nothing.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from controller.plan.dangers.goods import ALONE, CLASSES, LITHIUM, PACKAGE_MAX_G, Danger

ALL: Final = "*"
_LIMITED: Final = tuple(f"{each} in limited quantities" for each in CLASSES)
_FULL: Final = tuple(f"UN class {each}" for each in CLASSES)
_SMALL: Final = tuple(f"small lithium batteries {each}" for each in LITHIUM)
_LARGE: Final = tuple(f"lithium batteries {each}, fully regulated" for each in LITHIUM)
_NAMES: Final = (*(f"UN class {each}" for each in _LIMITED), *_FULL, *_SMALL, *_LARGE)
_BITS: Final[Mapping[str, int]] = MappingProxyType(
    {name: 1 << nth for nth, name in enumerate(_NAMES)}
)
LIMITED: Final = (1 << len(CLASSES)) - 1
_WORDS: Final[Mapping[str, int]] = MappingProxyType(
    {
        ALL: (1 << len(_NAMES)) - 1,
        "LQ": LIMITED,
        **{each: _BITS[name] for each, name in zip(CLASSES, _FULL, strict=True)},
        **{each: _BITS[name] for each, name in zip(LITHIUM, _SMALL, strict=True)},
        **{f"{each}-full": _BITS[name] for each, name in zip(LITHIUM, _LARGE, strict=True)},
    }
)
WORDS: Final = tuple(_WORDS)
LIGHT: Final = LIMITED | sum(_WORDS[each] for each in ALONE)
"""What goes in packages of 30 kg at most."""

EXPLOSIVES: Final = sum(_WORDS[each] for each in CLASSES if each[0] == "1" and each != "1.4S")
"""What shares no vehicle with other dangerous goods. Source: ADR 7.5.2.1."""


def bit(danger: Danger) -> int:
    """The bit of a kind of danger; 0 of none."""
    number, of_class = danger.un_number, danger.danger_class
    if not number:
        return 0
    if number in LITHIUM:
        return _WORDS[number if danger.is_small else f"{number}-full"]
    return _BITS[f"UN class {of_class}" + (" in limited quantities" * danger.limited_quantity)]


def taken(words: Iterable[str]) -> int:
    """The bits of all that these words name."""
    found = 0
    for word in words:
        found |= _WORDS[word]
    return found


def unknown(words: Iterable[str]) -> str:
    """The first word that means nothing, or ""."""
    return next((word for word in words if word not in _WORDS), "")


def named(bits: int, inside: Iterable[tuple[str, int]] = ()) -> str:
    """What these bits are, with the SKUs of what is inside as far as they are known."""
    of: dict[int, list[str]] = {}
    for sku, each in inside:
        of.setdefault(each, []).append(sku)
    found = []
    for name, each in _BITS.items():
        if each & bits:
            skus = f" ({', '.join(of[each])})" if each in of else ""
            found.append(name + skus)
    return ", ".join(found)


def too_heavy(bits: int, mass_g: int) -> str:
    """Why a package may not weigh so much, or ""."""
    if mass_g > PACKAGE_MAX_G and bits & LIGHT:
        most = f"{PACKAGE_MAX_G // 1_000} kg"
        return f"{named(bits & LIGHT)} go in packages of {most} at most, not {mass_g} g"
    return ""
