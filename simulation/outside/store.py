"""Owns what the store of the living warehouse has on its shelves, and how it is filled up.

Its code is that of the site file. It has the goods that sell best, and a delivery fills them up
every morning before it opens.
"""

from collections.abc import Sequence
from typing import Final

from controller.messages import CountNode, NodeStock
from controller.units import HOUR, MINUTE

CODE: Final = "MANCHESTER"
SKUS: Final = 60
UNITS: Final = 24
FILLED_MS: Final = 5 * HOUR + 30 * MINUTE
COLLECT_PERCENT: Final = 1.5


def delivery(skus: Sequence[str], date: str) -> CountNode:
    """The shelves are full again with the first of these SKUs."""
    return CountNode(
        id=f"store/{CODE}/{date}",
        actor=CODE,
        node=CODE,
        lines=tuple(NodeStock(sku=sku, qty=UNITS) for sku in skus[:SKUS]),
        reason="delivery",
    )
