"""Which label of its class a package bears for the dangerous goods in it.

Owns the choice of a model (ADR 5.2.2.2.2). Explosives but 1.4S and radioactive matter have none
here: theirs hang on compatibility groups and categories, so whoever declares has them in stock.
"""

from typing import Final

from controller.plan.dangers.goods import CLASSES, EXPLOSIVES, LITHIUM

BATTERIES: Final = "9A"
MODELS: Final = (
    *(each for each in CLASSES if each not in EXPLOSIVES and each != "7"),
    *("1.4S", BATTERIES),
)


def model(un_number: str, danger_class: str) -> str:
    """The label of fully regulated goods; "" where it is not drawn."""
    if un_number in LITHIUM:
        return BATTERIES
    return danger_class if danger_class in MODELS else ""
