"""Owns the service of a piece: the first of an order is chosen for all to come, each next joins.

Pieces to come are rated as they are planned. What is closed later is chosen as it stands then: a
plan that has changed since takes no label back. It refuses to weigh what another node packs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from msgspec import structs

from controller.plan import choosing
from controller.plan.choosing import Choice, Wish
from controller.plan.rating import Offer, Refusal
from controller.plan.together import Total, led
from controller.turn import Turn
from controller.workflows import shipping
from controller.workflows.carriers import markets, piecing
from controller.workflows.carriers.markets import Held, Market

_COMING = (
    f"SELECT p.id, p.order_id, p.carton, {shipping.MASS_G} AS mass_g, o.shop, o.owner, "
    "o.country, o.postcode FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    f"WHERE {piecing.UNLABELLED} AND NOT {piecing.KEPT} ORDER BY p.id"
)
Full = Callable[[Offer], bool]


class Piece(NamedTuple):
    """A row of a parcel, what it holds, and what each service says to it."""

    row: Any
    held: Held
    answers: Sequence[Offer | Refusal]


def lead(
    turn: Turn, today: Market, first: Piece, choice: Choice, wish: Wish, full: Full
) -> Choice:
    """The choice of the first piece, or one better for all, with the parcels that it begins.

    A service that a person has set stays.
    """
    if choice.offer is None:
        return choice
    begins = [choice.offer] if wish.set_by else _suited(first.answers, wish)
    pieces = _pieces(turn, today, first)
    totals = _totals(turn, today, pieces, begins, wish)
    if totals and not wish.set_by:
        weight = partial(today.weight, first.row.shop)
        choice = choosing.lead(choice, first.answers, wish, totals, full, weight)
    return replace(choice, pieces=_joined(pieces, totals, choice.offer))


def gathers(today: Market, piece: Piece) -> bool:
    """Whether a parcel may be one of several; what another node packs goes by itself."""
    return today.book.joins and not piece.held.node


def again(turn: Turn, today: Market, piece: Piece, wish: Wish, promised_ms: int) -> Choice | None:
    """The service that a parcel has, at its price of now; None where it takes it no more.

    As a further piece of the shipment that is promised for then, or for when it arrives now, else
    as the first of those to come.
    """
    row, answers = piece.row, piece.answers
    offers = (each for each in answers if isinstance(each, Offer))
    alone = next((each for each in offers if each.service == row.service), None)
    if alone is None:
        return None
    choice = Choice(offer=alone, why=row.why, insured_cents=row.insured_cents)
    if not gathers(today, piece):
        return choice
    to = piecing.open_of(turn, row.order_id, row.id)
    if to is not None and to.service == row.service:
        offer = _further(today, piece, to)
        if isinstance(offer, Offer) and to.promised_ms in (promised_ms, offer.arrives_ms):
            offer = structs.replace(offer, arrives_ms=to.promised_ms)
            return replace(choice, offer=offer, joins=to.reference)
    pieces = _pieces(turn, today, piece)
    totals = _totals(turn, today, pieces, [alone], wish)
    return replace(choice, pieces=_joined(pieces, totals, alone))


def join(
    today: Market, piece: Piece, choice: Choice, wish: Wish, full: Full, to: Any
) -> Choice | None:
    """The choice of a parcel, or the shipment `to` where it joins that; None if that is missed."""
    alone = choice.offer
    if alone is None or (wish.set_by and alone.service != to.service):
        return choice
    offer = _further(today, piece, to)
    if isinstance(offer, Refusal):
        return choice
    if offer.arrives_ms != to.promised_ms:
        return None
    weight = partial(today.weight, piece.row.shop)
    return choosing.join(choice, offer, wish, to.reference, full, weight)


def _further(today: Market, piece: Piece, to: Any) -> Offer | Refusal:
    asked = today.asked(piece.row, piece.held, today.now_ms)
    return today.further(asked, piece.row, piece.held.goods, to)


def _pieces(turn: Turn, today: Market, first: Piece) -> list[Piece]:
    """With the first piece those that are to come in this building, as they are planned."""
    order_id, parcel = first.row.order_id, first.row.id
    pieces = [first]
    for row in turn.db.all(_COMING, order_id=order_id, parcel=parcel):
        held = markets.held(turn.db, today.site, row)
        pieces.append(Piece(row, held, today.answers(row, held, today.now_ms)))
    return pieces


def _totals(
    turn: Turn, today: Market, pieces: Sequence[Piece], begins: Sequence[Offer], wish: Wish
) -> Mapping[str, Total]:
    """What all pieces come to, by each service with which the first `begins`."""
    if len(pieces) < 2:
        return {}
    first = pieces[0].row
    carriers = piecing.joining(turn, first.order_id)
    offers = [begins, *(_suited(each.answers, wish) for each in pieces[1:])]
    asked = [today.asked(each.row, each.held, today.now_ms) for each in pieces]
    weight = partial(today.weight, first.shop)
    return led(today.book, asked, offers, weight, carriers) if carriers else {}


def _joined(
    pieces: Sequence[Piece], totals: Mapping[str, Total], offer: Offer | None
) -> tuple[int, ...]:
    """The parcels that go as one shipment with the offer that begins it; none with one alone."""
    total = totals.get(offer.service) if offer else None
    places = total.pieces if total else ()
    return tuple(pieces[nth].row.id for nth in places) if len(places) > 1 else ()


def _suited(answers: Sequence[Offer | Refusal], wish: Wish) -> Sequence[Offer]:
    return choosing.suited([each for each in answers if isinstance(each, Offer)], wish)[0]
