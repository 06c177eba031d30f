"""What makes a SKU dangerous to carry, and how far the rules of carriage reach.

Owns the record and the line between goods in limited quantities, small lithium batteries, and
goods that are fully regulated. It refuses combinations that no regulation knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

LITHIUM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "UN3480": "LITHIUM ION BATTERIES",
        "UN3481": "LITHIUM ION BATTERIES",
        "UN3090": "LITHIUM METAL BATTERIES",
        "UN3091": "LITHIUM METAL BATTERIES",
    }
)
_WAYS: Final[Mapping[str, str]] = MappingProxyType(
    {"packed_with": " PACKED WITH EQUIPMENT", "contained_in": " CONTAINED IN EQUIPMENT"}
)
ALONE: Final = ("UN3480", "UN3090")
EXPLOSIVES: Final = ("1.1", "1.2", "1.3", "1.4", "1.4S", "1.5", "1.6")
CLASSES: Final = (
    *EXPLOSIVES,
    *("2.1", "2.2", "2.3", "3", "4.1", "4.2", "4.3", "5.1", "5.2", "6.1", "6.2", "7", "8", "9"),
)
GROUPED: Final = ("3", "4.1", "4.2", "4.3", "5.1", "6.1", "8", "9")
"""The classes whose entries have packing groups."""

NEVER_LIMITED: Final = (*(each for each in EXPLOSIVES if each != "1.4S"), "2.3", "4.2", "6.2", "7")
INNER_MAX: Final = 5_000
"""Grams or millilitres: no entry allows more for an inner packaging of a limited quantity."""

PACKAGE_MAX_G: Final = 30_000
"""Of a package with limited quantities, or with small lithium batteries alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """What a unit of a SKU is to a carrier; without a UN number it is no danger.

    `watt_hours` are of its largest lithium ion battery, `lithium_mg` of its largest metal one;
    with `lithium_cell` they are of a single cell. `inner_max` is in the unit of the net quantity.
    Source: ADR 3.4.2 and 3.4.3 (limited quantities), special provision 188 (small batteries: cells
    to 20 Wh or 1 g, batteries to 100 Wh or 2 g), 5.2.1.9 (their mark).
    """

    un_number: str = ""
    danger_class: str = ""
    packing_group: str = ""
    shipping_name: str = ""
    lithium: str = ""
    lithium_cell: bool = False
    watt_hours: int = 0
    lithium_mg: int = 0
    limited_quantity: bool = False
    inner_max: int = 0
    net_g: int = 0
    net_ml: int = 0

    @property
    def is_small(self) -> bool:
        """Lithium batteries so small that special provision 188 frees them."""
        if self.un_number not in LITHIUM:
            return False
        ion = self.un_number in ("UN3480", "UN3481")
        size = self.watt_hours if ion else self.lithium_mg
        most = (20, 100) if ion else (1_000, 2_000)
        return 0 < size <= most[0 if self.lithium_cell else 1]

    @property
    def is_full(self) -> bool:
        """Fully regulated: it leaves with a declaration that a person makes."""
        return bool(self.un_number) and not self.limited_quantity and not self.is_small

    @property
    def name(self) -> str:
        """The proper shipping name."""
        known = LITHIUM.get(self.un_number, "") + _WAYS.get(self.lithium, "")
        return self.shipping_name or known


FIELDS: Final = tuple(Danger.__slots__)
WORDS: Final = ("un_number", "danger_class", "packing_group", "shipping_name", "lithium")
FLAGS: Final = ("lithium_cell", "limited_quantity")
FIGURES: Final = ("watt_hours", "lithium_mg", "inner_max", "net_g", "net_ml")


def of(item: Any) -> Danger:
    """What is dangerous in a message or a row that describes an item."""
    said: dict[str, Any] = {name: getattr(item, name) for name in FIELDS}
    said |= {name: bool(said[name]) for name in FLAGS}
    if said["un_number"] in LITHIUM and not said["danger_class"]:
        said["danger_class"] = "9"
    return Danger(**said)


def fault(danger: Danger) -> tuple[str, Any, str] | None:
    """The field that cannot be so, what it says, and what to write instead; None where all can."""
    if not danger.un_number:
        named = (name for name in FIELDS if getattr(danger, name))
        field = next(named, "")
        fix = "give the un_number, such as UN1950, or leave it empty"
        return (field, getattr(danger, field), fix) if field else None
    if danger.danger_class not in CLASSES:
        return "danger_class", danger.danger_class, f"one of {' '.join(CLASSES)}"
    if danger.packing_group not in ("", "I", "II", "III"):
        return "packing_group", danger.packing_group, "I, II or III"
    if danger.packing_group and danger.danger_class not in GROUPED:
        fix = f"leave it empty: class {danger.danger_class} has no packing groups"
        return "packing_group", danger.packing_group, fix
    if danger.net_g and danger.net_ml:
        return "net_ml", danger.net_ml, "one of net_g and net_ml, the net quantity of a unit"
    return _lithium_fault(danger) or _limited_fault(danger) or _unnamed(danger)


def _lithium_fault(danger: Danger) -> tuple[str, Any, str] | None:
    number = danger.un_number
    if number not in LITHIUM:
        for field in ("lithium", "lithium_cell", "watt_hours", "lithium_mg"):
            if getattr(danger, field):
                fix = f"{number} is no lithium battery: those are {', '.join(LITHIUM)}"
                return field, getattr(danger, field), fix
        return None
    if danger.danger_class != "9":
        return "danger_class", danger.danger_class, f"9, or nothing: {number} is of class 9"
    ways = ("", "alone") if number in ALONE else tuple(_WAYS)
    if danger.lithium not in ways:
        return "lithium", danger.lithium, f"{' or '.join(filter(None, ways))} with {number}"
    wrong = "lithium_mg" if number in ("UN3480", "UN3481") else "watt_hours"
    if getattr(danger, wrong):
        other = "watt_hours" if wrong == "lithium_mg" else "lithium_mg"
        fix = f"{other} instead: {number} are {LITHIUM[number].lower()}"
        return wrong, getattr(danger, wrong), fix
    if danger.limited_quantity:
        return "limited_quantity", "yes", "no: lithium batteries go in no limited quantities"
    return None


def _limited_fault(danger: Danger) -> tuple[str, Any, str] | None:
    net = danger.net_g or danger.net_ml
    if not danger.limited_quantity:
        return None
    if danger.danger_class in NEVER_LIMITED or danger.packing_group == "I":
        group = ", packing group I," if danger.packing_group == "I" else ""
        fix = f"no: class {danger.danger_class}{group} goes in no limited quantities"
        return "limited_quantity", "yes", fix
    if not net:
        return "net_g", 0, "net_g or net_ml: what a unit holds decides about limited quantities"
    most = danger.inner_max or INNER_MAX
    if most > INNER_MAX:
        return "inner_max", most, f"at most {INNER_MAX} g or ml"
    if net > most:
        fix = f"no: a unit holds {net}, an inner packaging may hold {most}"
        return "limited_quantity", "yes", fix
    return None


def _unnamed(danger: Danger) -> tuple[str, Any, str] | None:
    if danger.is_full and not danger.name:
        return "shipping_name", "", f"the proper shipping name of {danger.un_number}"
    return None
