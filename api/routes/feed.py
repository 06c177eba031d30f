"""Owns the feed of a shop: what it must hear of stock and parcels, in order, from a cursor."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import Caller, Most, needs, only
from api.edge import PAGE_MAX
from api.fields import Text, Told
from controller.views import traffic

router = APIRouter(prefix="/api/feed", tags=["shops"])
Shop = Annotated[Caller, needs("lead", "feed", by=("shop",))]
Cursor = Annotated[int, Query(ge=0, lt=1 << 62, description="`next` of the answer before.")]


class Feed(Told):
    events: list[traffic.FeedEvent]
    next: int


@router.get("")
async def feed(caller: Shop, shop: Text = None, after: Cursor = 0, most: Most = PAGE_MAX) -> Feed:
    """Read what happened after a cursor: units free to sell, parcels that left.

    Ask again with `next`; the same cursor gives the same events, so nothing is lost in between.
    """
    own = only(caller.who, "shop", shop) or ""
    events, last = await caller.read(traffic.feed, own, after, most)
    return Feed(events=events, next=last)
