"""Owns what suppliers bring: deliveries follow what was sold, so the house never runs out.

Every two hours it looks at the books and announces what is missing up to the stock level of each
item. It refuses more lines than the receivers can take at a time: the most wanted come first.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Final

from controller.messages import AnnounceReceipt, OrderLine
from controller.units import HOUR, MINUTE
from controller.views.supply import Supply
from simulation.live.wants import Wants

TRUCKS_MS: Final = tuple(hour * HOUR + 30 * MINUTE for hour in range(6, 20, 2))  # after midnight
ON_ITS_WAY_MS: Final = 20 * MINUTE
LOW_PERCENT: Final = 50  # of the stock level; a delivery fills it up again
LINES_MAX: Final = 50  # for each receiver
SUPPLIER: Final = "supplier"


def delivery(
    wants: Wants, books: Mapping[str, Supply], at_ms: int, receivers: int = 1
) -> AnnounceReceipt | None:
    """The notice of the truck that is loaded at this time, or None when nothing is missing."""
    missing = sorted(_missing(wants, books), reverse=True)[: LINES_MAX * receivers]
    if not missing:
        return None
    asn = f"ASN-{datetime.fromtimestamp(at_ms / 1_000, UTC):%y%m%d-%H%M}"
    return AnnounceReceipt(
        id=f"{SUPPLIER}/{asn}/0",
        actor=SUPPLIER,
        asn=asn,
        lines=tuple(
            OrderLine(line=line, sku=sku, qty=qty) for line, (_, sku, qty) in enumerate(missing, 1)
        ),
        expected_ms=at_ms + ON_ITS_WAY_MS,
    )


def _missing(wants: Wants, books: Mapping[str, Supply]) -> list[tuple[float, str, int]]:
    """How urgent, which item, how many units."""
    found = []
    for each, level in zip(wants.goods, wants.levels, strict=True):
        have = books[each.item.sku]
        net = have.free + have.coming - have.owed
        if net * 100 < level * LOW_PERCENT:
            found.append((1 - net / level, each.item.sku, ceil(level - net)))
    return found
