"""Owns the service of the first of several pieces, which is chosen for all that are to come.

They are rated as they are planned. What is closed later is chosen as it stands then: a plan that
has changed since takes no label back. It refuses to weigh what another node packs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from controller.plan import choosing
from controller.plan.choosing import Choice, Wish
from controller.plan.rating import Book, Offer, Parcel, Refusal
from controller.plan.together import Total, led
from controller.turn import Turn
from controller.workflows import shipping
from controller.workflows.carriers import insuring, piecing

_COMING = (
    "SELECT p.id, p.carton, "
    f"{shipping.MASS_G} AS mass_g, o.shop, "
    "o.owner, o.country, o.postcode, COALESCE(MAX(i.length_mm), 1) AS length_mm, "
    "COALESCE(MAX(i.width_mm), 1) AS width_mm, COALESCE(MAX(i.height_mm), 1) AS height_mm, "
    "COALESCE(MAX(i.hazardous), 0) AS hazardous, "
    "CAST(COALESCE(SUM(DISTINCT i.danger), 0) AS BIGINT) AS dangers, "
    f"{insuring.GOODS.format(parcel='p.id')} "
    "FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN parcel_line l ON l.parcel = p.id LEFT JOIN item i ON i.sku = l.sku "
    f"WHERE {piecing.TO_COME} GROUP BY p.id, o.id ORDER BY p.id"
)


class Asks(Protocol):
    """What is known of today's services: how each answers a row of a parcel with its goods."""

    @property
    def book(self) -> Book: ...

    def answers(self, row: Any, held: Any, now_ms: int) -> list[Offer | Refusal]: ...

    def asked(self, row: Any, held: Any, now_ms: int) -> Parcel: ...

    def weight(self, shop: str, offer: Offer) -> int: ...


def coming(turn: Turn, parcel: Any) -> list[Any]:
    """The parcels of an order that are to come in this building, as they are planned."""
    insure_from = turn.site.insure_from_cents
    return turn.db.all(
        _COMING, order_id=parcel.order_id, parcel=parcel.id, insure_from=insure_from
    )


def lead(
    turn: Turn,
    today: Asks,
    pieces: Sequence[tuple[Any, Any]],
    choice: Choice,
    wish: Wish,
    full: Callable[[Offer], bool],
) -> Choice:
    """The choice of the first of these pieces (rows, what they hold), or one better for all."""
    first = pieces[0][0]
    carriers = piecing.joining(turn, first.order_id) if len(pieces) > 1 else ()
    if not carriers:
        return choice
    answers = today.answers(*pieces[0], turn.now_ms)
    totals = _totals(turn, today, pieces, _suited(answers, wish), wish, carriers)
    return choosing.lead(choice, answers, wish, totals, full, partial(today.weight, first.shop))


def joined(
    turn: Turn, today: Asks, pieces: Sequence[tuple[Any, Any]], wish: Wish
) -> tuple[int, ...]:
    """The parcels that go as one shipment with the first of these, by the service that it has."""
    first = pieces[0][0]
    answers = today.answers(*pieces[0], turn.now_ms)
    begins = [o for o in answers if isinstance(o, Offer) and o.service == first.service]
    if len(pieces) == 1 or not begins:
        return (first.id,)
    carriers = piecing.joining(turn, first.order_id)
    total = _totals(turn, today, pieces, begins, wish, carriers)[first.service]
    return tuple(pieces[nth][0].id for nth in total.pieces)


def _totals(
    turn: Turn,
    today: Asks,
    pieces: Sequence[tuple[Any, Any]],
    begins: Sequence[Offer],
    wish: Wish,
    carriers: Collection[str],
) -> Mapping[str, Total]:
    """What all pieces come to, by each service with which the first `begins`."""
    others = (today.answers(*each, turn.now_ms) for each in pieces[1:])
    offers = [begins, *(_suited(each, wish) for each in others)]
    asked = [today.asked(*each, turn.now_ms) for each in pieces]
    return led(today.book, asked, offers, partial(today.weight, pieces[0][0].shop), carriers)


def _suited(answers: Sequence[Offer | Refusal], wish: Wish) -> Sequence[Offer]:
    return choosing.suited([each for each in answers if isinstance(each, Offer)], wish)[0]
