"""What a service asks for several parcels that go together: to one place, on one day.

Owns sums over parcels. Refuses a service that does not take each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan.rates.parcels import Offer, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """The offers of one service for all parcels, in their sequence."""

    service: str
    carrier: str
    cost_cents: int
    leaves_ms: int
    arrives_ms: int
    offers: tuple[Offer, ...]


def ship(
    rounds: Sequence[Sequence[Offer | Refusal]],
) -> tuple[tuple[Shipment, ...], tuple[Refusal, ...]]:
    """Shipments from the cheapest on, and why each other service takes not all parcels.

    Shapes: a round is what a book answers of one parcel.
    """
    shipments, refusals = [], []
    for answers in zip(*rounds, strict=True):
        no = next((n for n, each in enumerate(answers) if isinstance(each, Refusal)), None)
        if no is not None:
            refusals.append(_refusal(answers[no], no + 1, len(rounds)))
            continue
        offers = tuple(each for each in answers if isinstance(each, Offer))
        shipments.append(
            Shipment(
                service=offers[0].service,
                carrier=offers[0].carrier,
                cost_cents=sum(each.cost_cents for each in offers),
                leaves_ms=max(each.leaves_ms for each in offers),
                arrives_ms=max(each.arrives_ms for each in offers),
                offers=offers,
            )
        )
    shipments.sort(key=lambda each: (each.cost_cents, each.service))
    return tuple(shipments), tuple(refusals)


def _refusal(answer: Offer | Refusal, nth: int, of: int) -> Refusal:
    why = answer.why if isinstance(answer, Refusal) else ""
    return Refusal(answer.service, f"parcel {nth}: {why}" if of > 1 else why)
