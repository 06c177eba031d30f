"""One order as it comes in: the cheapest nodes for it, at once and without a solver.

Owns the search over single nodes, pairs of them, and more where that pays. Refuses to weigh other
orders against it: that is done for the pool, later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

PAIRS_MAX = 20_000
"""Lines that are looked at in pairs of nodes; orders of more lines add one node at a time."""

Shares = dict[str, dict[str, int]]
"""Units by node and SKU."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a node asks for a parcel and a unit, and what it has of the SKUs."""

    node: str
    parcel_cents: int
    unit_cents: int
    stock: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who ships what, at which cost."""

    shares: Shares
    cost_cents: int


@dataclass(frozen=True, slots=True)
class Penalties:
    """Cents of each parcel beyond the first, and of each unit that nobody ships."""

    split_cents: int
    unfilled_cents: int


def cheapest(wants: Mapping[str, int], offers: Sequence[Offer], penalties: Penalties) -> Chosen:
    """The cheapest single node or pair, and what further nodes still save; the first of equals."""
    best = Chosen({}, sum(wants.values()) * penalties.unfilled_cents)
    picked: tuple[Offer, ...] = ()
    pairs = len(offers) * len(offers) * len(wants) <= PAIRS_MAX
    for some in [(each,) for each in offers] + [*(combinations(offers, 2) if pairs else ())]:
        if sum(each.parcel_cents for each in some) < best.cost_cents:
            found = together(wants, some, penalties)
            if found.cost_cents < best.cost_cents:
                best, picked = found, some
    while picked:
        further = [(*picked, each) for each in offers if each not in picked]
        found, some = min(
            ((together(wants, some, penalties), some) for some in further),
            key=lambda each: each[0].cost_cents,
            default=(best, picked),
        )
        if found.cost_cents >= best.cost_cents:
            break
        best, picked = found, some
    return best


def nearest(wants: Mapping[str, int], offers: Sequence[Offer], penalties: Penalties) -> Chosen:
    """What comes from the node of the cheapest parcel, the rest from the next one, and so on."""
    in_turn = sorted(offers, key=lambda each: (each.parcel_cents, each.node))
    return _filled(wants, in_turn, penalties)


def together(wants: Mapping[str, int], offers: Sequence[Offer], penalties: Penalties) -> Chosen:
    """Each unit from whoever asks least for it."""
    return _filled(wants, sorted(offers, key=lambda each: each.unit_cents), penalties)


def _filled(wants: Mapping[str, int], offers: Sequence[Offer], penalties: Penalties) -> Chosen:
    shares: Shares = {}
    cost_cents, parcels = 0, 0
    missing = dict(wants)
    for offer in offers:
        units = {}
        for sku, qty in missing.items():
            have = min(qty, offer.stock.get(sku, 0))
            if have > 0:
                units[sku] = have
        if units:
            shares[offer.node] = units
            cost_cents += offer.parcel_cents + offer.unit_cents * sum(units.values())
            parcels += 1
            for sku, have in units.items():
                missing[sku] -= have
    cost_cents += max(0, parcels - 1) * penalties.split_cents
    return Chosen(shares, cost_cents + sum(missing.values()) * penalties.unfilled_cents)
