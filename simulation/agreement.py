"""Owns the comparison of building and books after a run: invariant I7.

What faults have hidden and nobody has found yet may differ, by exactly that; nothing else may.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from controller.store import Db
from controller.views import whereabouts
from simulation.world import World

SHOWN_MAX = 100
BELT = "the belt or nowhere"


def disagreements(db: Db, world: World) -> dict[str, list[str]]:
    """Sentences for whatever is not where the books say, by invariant."""
    return {
        "bins_hold_what_the_books_say": goods_apart(whereabouts.goods(db), world)[:SHOWN_MAX],
        "parcels_lie_where_the_books_say": parcels_apart(whereabouts.parcels(db), world)[
            :SHOWN_MAX
        ],
    }


def goods_apart(books: Mapping[tuple[str, str], int], world: World) -> list[str]:
    """What lies elsewhere than booked, beyond what faults hide; `books` by place and SKU."""
    lies = {(at, sku): n for at, goods in world.goods.items() for sku, n in goods.items()}
    return [
        f"{sku} at {at}: the books have {books.get((at, sku), 0)} units, {lies.get((at, sku), 0)} "
        f"lie there, and faults hide {world.hidden[at, sku]}."
        for at, sku in sorted(books.keys() | lies.keys() | world.hidden.keys())
        if books.get((at, sku), 0) - lies.get((at, sku), 0) != world.hidden[at, sku]
        or lies.get((at, sku), 0) < 0
    ]


def parcels_apart(books: Iterable[Any], world: World) -> list[str]:
    """The parcels in lanes that do not lie in the lane of the books, either way round."""
    places = {row.lpn: row.place for row in books}
    lying = {parcel: lane for lane, parcels in world.lanes.items() for parcel in parcels}
    booked = {parcel: place for parcel, place in places.items() if place in world.lanes}
    return [
        f"parcel {parcel} lies at {lying.get(parcel, BELT)}, the books have it at "
        f"{places.get(parcel, 'no place')}."
        for parcel in sorted(lying.keys() | booked.keys())
        if lying.get(parcel) != places.get(parcel)
    ]
