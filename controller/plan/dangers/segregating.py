"""Which dangerous goods share no carton, as pairs of kinds beside those that a site names.

Owns the table. The kinds of a SKU are the goods that the site calls it, its class, and what sets
it apart within the class. It refuses to know substances: what reacts within one class (an acid
with a bleach) is for the site to say, by goods of its own.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, Final

from controller.plan import apart
from controller.plan.apart import Pairs
from controller.plan.dangers import goods
from controller.plan.dangers.goods import Danger

_EVERY: Final = "2.1 2.2 2.3 3 4.1 4.2 4.3 5.1 5.2 6.1 6.2 7 8 9"
CARTON: Final[tuple[tuple[str, str], ...]] = (
    ("1", f"1.4S {_EVERY}"),
    ("1.4S", _EVERY),
    ("6.2", "2.1 2.2 2.3 3 4.1 4.2 4.3 5.1 5.2 6.1 7 8 9"),
    ("7", "2.1 2.2 2.3 3 4.1 4.2 4.3 5.1 5.2 6.1 8 9"),
    ("2.3", "2.1 3 4.1 4.2 4.3 5.1 5.2 6.1-I 8"),
    ("6.1-I", "2.1 3 4.1 4.2 4.3 5.1 5.2 8"),
    ("3", "5.1"),
    ("4.2", "5.1"),
    ("8", "4.1 4.2 4.3 5.1 5.2"),
    ("lithium", "2.1 3 4.1 5.1"),
)
"""What a kind shares no carton with; the pairs hold both ways round.

ADR 4.1.1.6 forbids a carton to goods that react dangerously with each other, limited quantities
too (3.4.1), and names no classes. Those named here are of the table in 49 CFR 177.848(d), X and O
alike, as nothing parts goods within a carton; 4.2 and 5.1 of IATA table 9.3.A; lithium batteries
alone of IATA packing instructions 965 and 968. Explosives, infectious and radioactive matter share
with nothing dangerous. 6.1-I is packing group I, 1 any explosive but 1.4S.
"""

PAIRS: Final[Pairs] = frozenset(
    frozenset((one, other)) for one, others in CARTON for other in others.split()
)


def kinds(called: str, danger: Danger) -> frozenset[str]:
    """The kinds of a SKU that a site calls `called`."""
    found = {called, danger.danger_class} - {""}
    if danger.danger_class in goods.EXPLOSIVES and danger.danger_class != "1.4S":
        found.add("1")
    if danger.danger_class == "6.1" and danger.packing_group == "I":
        found.add("6.1-I")
    if danger.un_number in goods.ALONE:
        found.add("lithium")
    return frozenset(found)


def of(item: Any) -> frozenset[str]:
    """The kinds of an item, by its message or row."""
    if not item.un_number:
        return frozenset((item.goods,)) if item.goods else frozenset()
    return kinds(item.goods, goods.of(item))


@lru_cache(maxsize=16)
def pairs(said: tuple[tuple[str, str], ...]) -> Pairs:
    """All that is kept apart: by the table, and by what a site says."""
    return PAIRS | apart.pairs_of(said)


def clashing(held: Iterable[Collection[str]], said: tuple[tuple[str, str], ...]) -> str:
    """Two kinds of these goods that share no carton, as words; "" where all may."""
    every = sorted({kind for each in held for kind in each})
    known = pairs(said)
    found = (f"{a} and {b}" for a in every for b in every if frozenset((a, b)) in known and a < b)
    return next(found, "")
