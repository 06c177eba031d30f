"""The service for one parcel by itself, among those that take it.

Owns the rule: what was planned if it still holds, else the cheapest that keeps the promise, else
the fastest. Refuses to price a parcel (`rating` does) and to know other parcels (`carriers` does).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from controller.plan.rating import Offer, Refusal
from controller.plan.together import Total, joins


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an order wants of its service; 0 and "" want nothing.

    `planned` is the service that a plan has given the parcel, `set_by` who else has set it.
    """

    arrive_by_ms: int = 0
    service: str = ""
    planned: str = ""
    set_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The offer of a parcel or None; `why` has the price or the no of every other service.

    `late_ms`: so much after the promise it arrives. `told` is what was wanted and is not to be.
    `insured_cents` is what the offer insures it for. `pieces` are the parcels that go as one
    shipment which it begins, itself among them; none where it begins none. `joins` is the shipment
    of which it is one more piece.
    """

    offer: Offer | None
    why: str
    late_ms: int = 0
    told: str = ""
    insured_cents: int = 0
    pieces: tuple[int, ...] = ()
    joins: str = ""


def suited(offers: Sequence[Offer], wish: Wish) -> tuple[Sequence[Offer], str]:
    """The offers that keep an order's promise best, and what of its wish they do not keep.

    In time and paid for, else in time, else the fastest alone.
    """
    timely = [each for each in offers if in_time(each, wish)]
    paid_for = [each for each in timely if wish.service in ("", each.service, each.carrier)]
    if paid_for:
        return paid_for, ""
    told = f"{wish.service} takes it not, or not in time" if wish.service else ""
    if timely or not offers:
        return timely, told
    fastest = min(offers, key=lambda each: (each.arrives_ms, each.cost_cents, each.service))
    return [fastest], "no service is in time"


def in_time(offer: Offer, wish: Wish) -> bool:
    """Whether an offer arrives as promised; without a promise any does."""
    return not wish.arrive_by_ms or offer.arrives_ms <= wish.arrive_by_ms


def choose(
    answers: Sequence[Offer | Refusal],
    wish: Wish,
    full: Callable[[Offer], bool] = lambda _offer: False,
    weight: Callable[[Offer], int] = lambda offer: offer.cost_cents,
) -> Choice:
    """The service of a parcel: the planned one if it still holds, else the lightest by `weight`.

    `full` says of an offer whether its pickup or its carrier has no room left; a service that a
    person has set, or a plan has room for, is not asked.
    """
    offers = [each for each in answers if isinstance(each, Offer)]
    keeping, told = suited(offers, wish)
    among = offers if wish.set_by else keeping
    best = next((each for each in among if each.service == wish.planned), None)
    if best is None and wish.planned:
        told = f"planned {wish.planned}: {_no_more(wish.planned, answers)}"
    if best is None and keeping:
        open_ = [each for each in keeping if not full(each)] or keeping
        best = min(open_, key=lambda each: (weight(each), each.service))
    late_ms = _late_ms(best, wish) if best else 0
    why = _why(answers, best, partial(_out, wish, full, best), weight)
    return Choice(offer=best, why=why, late_ms=late_ms, told=told)


def lead(
    choice: Choice,
    answers: Sequence[Offer | Refusal],
    wish: Wish,
    totals: Mapping[str, Total],
    full: Callable[[Offer], bool] = lambda _offer: False,
    weight: Callable[[Offer], int] = lambda offer: offer.cost_cents,
) -> Choice:
    """A choice for the first of several pieces: by what all of them weigh with its service.

    `totals` has that of each service that keeps the promise. What weighs no less than the choice,
    or has no room left, takes its place not.
    """
    before = choice.offer
    if before is None or before.service not in totals:
        return choice
    offers = [each for each in answers if isinstance(each, Offer) and each.service in totals]
    usual = before.service
    open_ = [each for each in offers if each.service == usual or not full(each)]
    best = min(open_, key=lambda o: (totals[o.service].cents, o.service != usual, o.service))
    told = choice.told
    if best.service != usual and wish.planned == usual:
        told = f"planned {wish.planned}: all pieces of the order cost less with {best.service}"
    sums = ", ".join(f"{totals[each.service].cents} cents by {each.service}" for each in offers)
    others = _why(answers, best, partial(_out, wish, full, best), weight)
    why = f"all pieces of the order come to {sums}; {others}"
    late_ms = _late_ms(best, wish)
    return replace(choice, offer=best, why=why, late_ms=late_ms, told=told)


def _why(
    answers: Sequence[Offer | Refusal],
    best: Offer | None,
    out: Callable[[Offer], str],
    weight: Callable[[Offer], int],
) -> str:
    """The price or the no of every other service; of a cheaper one also what keeps it out.

    Where tiers, charges or wishes weigh in, the price of the choice comes first.
    """
    told = []
    if best is not None and weight(best) != best.cost_cents:
        told.append(_price(best, weight))
    for each in sorted(answers, key=lambda each: each.service):
        if isinstance(each, Refusal):
            told.append(f"{each.service}: {each.why}")
        elif best is not None and each.service != best.service:
            why_not = out(each) if weight(each) < weight(best) else ""
            told.append(f"{each.service}: {_price(each, weight)}{why_not}")
    return "; ".join(told) or ("the only service" if best else "there is no service")


def _price(offer: Offer, weight: Callable[[Offer], int]) -> str:
    """What it costs, and what it weighs with tiers, charges and the shop's wishes."""
    weighs = weight(offer)
    also = f", weighed as {weighs} cents" if weighs != offer.cost_cents else ""
    return f"{offer.cost_cents} cents{also}"


def _out(wish: Wish, full: Callable[[Offer], bool], taken: Offer | None, offer: Offer) -> str:
    """What keeps an offer out that costs less than the one `taken`."""
    if not in_time(offer, wish):
        return ", too late"
    if wish.service not in ("", offer.service, offer.carrier):
        return f", {wish.service} is paid for"
    if full(offer):
        return ", is full"
    planned = taken is not None and taken.service == wish.planned
    return ", planned otherwise" if planned and not wish.set_by else ""


def join(
    choice: Choice,
    piece: Offer,
    wish: Wish,
    shipment: str,
    full: Callable[[Offer], bool] = lambda _offer: False,
    weight: Callable[[Offer], int] = lambda offer: offer.cost_cents,
) -> Choice:
    """A choice, or the offer as one more piece of a shipment where that does as well for no more.

    As well: it keeps the wish as the choice does, and a service not chosen has room left.
    """
    alone = choice.offer
    if alone is None or not joins(piece, weight(alone), weight):
        return choice
    keeping, told = suited((piece, alone), wish)
    if piece not in keeping or (piece.service != alone.service and full(piece)):
        return choice
    if wish.planned not in ("", alone.service, piece.service):
        told = choice.told  # what was planned is not to be had, whichever of the two it goes with
    spared = weight(alone) - weight(piece)
    by_itself = "alone " if weight(alone) != alone.cost_cents else ""  # begins with its price
    why = f"piece of shipment {shipment}, which saves {spared} cents; {by_itself}{choice.why}"
    late_ms = _late_ms(piece, wish)
    return replace(choice, offer=piece, why=why, late_ms=late_ms, told=told, joins=shipment)


def _late_ms(offer: Offer, wish: Wish) -> int:
    return 0 if in_time(offer, wish) else offer.arrives_ms - wish.arrive_by_ms


def _no_more(service: str, answers: Sequence[Offer | Refusal]) -> str:
    found = next((each for each in answers if each.service == service), None)
    if isinstance(found, Refusal):
        return found.why
    return "is not to be had" if found is None else "would be late"
