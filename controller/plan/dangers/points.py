"""What dangerous goods count in a van: the 1,000 points up to which few rules of carriage hold.

Owns transport categories and what a unit counts. A category follows from class, packing group
and UN number; where an item leaves the packing group open, it is the strictest of the class.

Source: ADR 1.1.3.6.3 and 1.1.3.6.4. Limited quantities and small lithium batteries count nothing
(3.4.1, special provision 188).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from controller.plan.dangers.goods import Danger

VEHICLE_MAX: Final = 1_000_000
"""Thousandths of a point: grams or millilitres times the factor of their category."""

EQUIPPED: Final = "ADR"
"""The skill of a van whose driver and equipment may carry more."""

_FACTORS: Final = (VEHICLE_MAX + 1, 50, 3, 1, 0)
_AS_TWENTY: Final = ("UN1005", "UN1017")

_NUMBERED: Final[tuple[tuple[str, int], ...]] = (
    ("3343", 0),
    ("1183 1242 1295 1340 1390 1403 1928 2813 2965 2968 2988 3129 3130 3131 3132 3134 3148", 0),
    ("3396 3398 3399 2426 1051 1600 1613 1614 2312 3250 3294 2215 2315 3151 3152 3432", 0),
    ("3221 3222 3223 3224 3231 3232 3233 3234 3235 3236 3237 3238 3239 3240 3533 3534", 1),
    ("3101 3102 3103 3104 3111 3112 3113 3114 3115 3116 3117 3118 3119 3120", 1),
    ("3502 3503 3504 3505", 1),
    ("3225 3226 3227 3228 3229 3230 3531 3532 3292 3356 3105 3106 3107 3108 3109 3110", 2),
    ("1700 2016 2017 3291 3501 3090 3091 3245 3480 3481 3536", 2),
    ("3473 3476 2794 2795 2800 3028 3477 3506 2990 3072 3500", 3),
    ("3537 3538 3539 3540 1331 1345 1944 1945 2254 2623 3541 3542 3543 3544 3545", 4),
    ("1361-III 1362-III", 4),
    ("3546 3547 3268 3499 3508 3509 3548 3373 2908 2909 2910 2911", 4),
)
_OF_NUMBER: Final[Mapping[str, int]] = MappingProxyType(
    {f"UN{each}": category for numbers, category in _NUMBERED for each in numbers.split()}
)
_OF_CLASS: Final[Mapping[str, int]] = MappingProxyType(
    {"1.4S": 4, "2.1": 2, "2.2": 3, "2.3": 1, "4.2-I": 0, "5.2": 1, "6.1-III": 2, "9": 2}
)
_OF_GROUP: Final[Mapping[str, int]] = MappingProxyType({"": 1, "I": 1, "II": 2, "III": 3})
_STRICTEST: Final = ("6.2", "7")


def category(danger: Danger) -> int:
    """The transport category, 0 to 4: of 0 no quantity is free."""
    of_class, group = danger.danger_class, danger.packing_group
    for number in (danger.un_number, f"{danger.un_number}-{group}"):
        if number in _OF_NUMBER:
            return _OF_NUMBER[number]
    if of_class in _STRICTEST or (of_class[0] == "1" and of_class != "1.4S"):
        return 0
    if not group and of_class in _OF_CLASS:
        return _OF_CLASS[of_class]
    return _OF_CLASS.get(f"{of_class}-{group or 'I'}", _OF_GROUP[group])


def of_unit(danger: Danger, mass_g: int) -> int:
    """Thousandths of a point; without a net quantity the mass of the unit counts."""
    if not danger.is_full:
        return 0
    factor = 20 if danger.un_number in _AS_TWENTY else _FACTORS[category(danger)]
    return (danger.net_g or danger.net_ml or mass_g) * factor
