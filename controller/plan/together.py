"""What a service asks for several parcels that go together: to one place, on one day.

Owns sums over parcels, and what is spared where a carrier takes them as pieces of one shipment.
Refuses a service that does not take each of them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from controller.plan.rates.parcels import Offer, Parcel, Refusal
from controller.plan.rating import Book


@dataclass(frozen=True, slots=True)
class Total:
    """What parcels weigh together, and which of them, by place, go as one shipment."""

    cents: int
    pieces: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """The offers of one service for all parcels, in their sequence.

    `saved_cents`: so much more they would cost, each by itself.
    """

    service: str
    carrier: str
    cost_cents: int
    saved_cents: int
    leaves_ms: int
    arrives_ms: int
    offers: tuple[Offer, ...]


def ship(
    book: Book, parcels: Sequence[Parcel], joining: Collection[str] = ()
) -> tuple[tuple[Shipment, ...], tuple[Refusal, ...]]:
    """Shipments from the cheapest on, and why each other service takes not all parcels.

    `joining` are the carriers that take several parcels as pieces of one shipment.
    """
    shipments, refusals = [], []
    for answers in zip(*(book.offers(each) for each in parcels), strict=True):
        no = next((n for n, each in enumerate(answers) if isinstance(each, Refusal)), None)
        if no is not None:
            refusals.append(_refusal(answers[no], no + 1, len(parcels)))
            continue
        alone = [each for each in answers if isinstance(each, Offer)]
        together = alone[0].carrier in joining
        shipments.append(_shipment(alone, _joined(book, parcels, alone) if together else alone))
    shipments.sort(key=lambda each: (each.cost_cents, each.service))
    return tuple(shipments), tuple(refusals)


def _shipment(alone: Sequence[Offer], offers: Sequence[Offer]) -> Shipment:
    cost_cents = sum(each.cost_cents for each in offers)
    return Shipment(
        service=offers[0].service,
        carrier=offers[0].carrier,
        cost_cents=cost_cents,
        saved_cents=sum(each.cost_cents for each in alone) - cost_cents,
        leaves_ms=max(each.leaves_ms for each in offers),
        arrives_ms=max(each.arrives_ms for each in offers),
        offers=tuple(offers),
    )


def _joined(book: Book, parcels: Sequence[Parcel], alone: Sequence[Offer]) -> list[Offer]:
    """Each parcel as one more piece of the shipment of those before, while it takes more."""
    service = book.services[alone[0].service]
    found: list[Offer] = []
    pieces = billed = 0
    for parcel, offer in zip(parcels, alone, strict=True):
        further = book.further(parcel, service.code, billed)
        if not pieces or pieces >= service.pieces_max or isinstance(further, Refusal):
            further, pieces, billed = offer, 0, 0
        found.append(further)
        pieces, billed = pieces + 1, billed + offer.billed
    return found


def _refusal(answer: Offer | Refusal, nth: int, of: int) -> Refusal:
    why = answer.why if isinstance(answer, Refusal) else ""
    return Refusal(answer.service, f"parcel {nth}: {why}" if of > 1 else why)


def joins(further: Offer, alone: int, weight: Callable[[Offer], int]) -> bool:
    """Whether a parcel goes as one more piece: if that weighs no more than it does by itself."""
    return weight(further) <= alone


def led(
    book: Book,
    parcels: Sequence[Parcel],
    offers: Sequence[Sequence[Offer]],
    weight: Callable[[Offer], int],
    joining: Collection[str],
) -> dict[str, Total]:
    """What all parcels come to, by the service that the first of them takes.

    Each has its `offers`. Those behind the first join its shipment where that weighs no more than
    what they would take by themselves; where it begins none, the second may begin one.
    """
    alone = [min(map(weight, each), default=0) for each in offers]

    def joined(first: int, begins: Offer) -> Total:
        service = book.services[begins.service]
        total, pieces, billed = weight(begins), [first], begins.billed
        for nth in range(first + 1, len(parcels)):
            cents = alone[nth]
            if len(pieces) < service.pieces_max and any(
                o.service == service.code for o in offers[nth]
            ):
                further = book.further(parcels[nth], service.code, billed)
                if isinstance(further, Offer) and joins(further, cents, weight):
                    cents, billed = weight(further), billed + further.billed
                    pieces.append(nth)
            total += cents
        return Total(total, tuple(pieces))

    rest = sum(alone[1:])
    if len(offers) > 2:
        begun = (joined(1, each).cents for each in offers[1] if each.carrier in joining)
        rest = min([rest, *begun])
    return {
        each.service: joined(0, each)
        if each.carrier in joining
        else Total(weight(each) + rest, (0,))
        for each in offers[0]
    }
