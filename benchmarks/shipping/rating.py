"""Price parcels with every service of generated rate cards, against the plain way of doing it.

Owns the sub-command. Refuses to tell a speed where the two ways disagree on a price.
"""

import argparse
import sys
import time
from random import Random

from benchmarks import Figure, tell
from benchmarks.shipping import plain_rating, rate_cards
from controller.messages import ShippingService
from controller.messages.rates import RateCard
from controller.plan.rating import Book, Offer, Parcel
from controller.units import DAY

SEED = 20260504
PARCELS = 3_000
PLAIN_PARCELS = 20
FASTER_LEAST = 15
Cards = tuple[RateCard, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parcels", type=int, default=PARCELS, help="how many are priced")


def run(arguments: argparse.Namespace) -> int:
    return tell(measure(arguments.parcels))


def measure(count: int = PARCELS) -> list[Figure]:
    """Option prices per CPU second: each offer of a service is one, with its arrival.

    Parcels are all different. The first ones ask a book that was never asked before.
    """
    rng = Random(SEED)
    services = rate_cards.services(rng)
    cards = rate_cards.cards(rng, services)
    parcels, others = (rate_cards.parcels(rng, count) for _ in range(2))
    start = time.process_time()
    book = Book(services, rate_cards.ORIGIN, cards)
    compiled_s = time.process_time() - start
    offers, first = _ours(book, parcels)
    _, later = _ours(book, others)
    plain = _plain(book, cards, services, parcels[:PLAIN_PARCELS])
    zones = sum(len({row.zone for row in card.zones}) for card in cards)
    return [
        Figure(name=f"rating: zones of {len(cards)} cards", value=zones, unit="zones"),
        Figure(name="rating: a book is compiled", value=1e3 * compiled_s, unit="ms"),
        Figure(name="rating: offers of a parcel", value=offers / count, unit="offers"),
        Figure(name="rating: option prices per CPU second, at first", value=first, unit="1/s"),
        Figure(name="rating: option prices per CPU second, later", value=later, unit="1/s"),
        Figure(
            name="rating: against each rule looked up in the card",
            value=first / plain,
            unit="ratio",
            least=FASTER_LEAST,
        ),
    ]


def _ours(book: Book, parcels: list[Parcel]) -> tuple[int, float]:
    """How many offers, and how many of them per CPU second."""
    start = time.process_time()
    offers = sum(sum(isinstance(e, Offer) for e in book.offers(each)) for each in parcels)
    return offers, offers / (time.process_time() - start)


def _plain(
    book: Book, cards: Cards, services: tuple[ShippingService, ...], parcels: list[Parcel]
) -> float:
    """Prices per CPU second of the plain way, each as the engine says."""
    by_carrier = {card.carrier: card for card in cards}
    by_code = {each.code: each for each in services}
    spent, prices = 0.0, 0
    for parcel in parcels:
        for offer in book.offers(parcel):
            if not isinstance(offer, Offer):
                continue
            card, service = by_carrier[offer.carrier], by_code[offer.service]
            day = (offer.leaves_ms + book.origin.utc_offset_ms) // DAY
            start = time.process_time()
            cents = plain_rating.price(card, service, parcel, day, book.origin)
            spent += time.process_time() - start
            prices += 1
            if cents != offer.cost_cents:
                sys.exit(f"{offer.service}: {offer.cost_cents} cents, by the card {cents}")
    return prices / spent
