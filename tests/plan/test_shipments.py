"""Several parcels as pieces of one shipment: what is spared, and where each goes by itself."""

from dataclasses import replace

from controller.messages.rates import FuelRow, RateCard, RateRow, Surcharge, ZoneRow
from controller.plan.choosing import Choice, Wish, choose, join, lead
from controller.plan.rating import Book, Offer, Refusal
from controller.plan.together import Shipment, Total, led, ship
from tests.plan.test_rating import BOX, ECO

JOIN = replace(ECO, pieces_max=3, per="shipment")
HEAVY = replace(BOX, mass_g=6_000)
CARD = RateCard(
    code="CARD",
    carrier="Post",
    currency="GBP",
    from_day=1,
    zones=(ZoneRow(zone="1", country="DE"),),
    rates=(
        RateRow(service="ECO", zone="1", price_cents=900, mass_to=5_000),
        RateRow(
            service="ECO", zone="1", price_cents=900, mass_over=5_000, step=1_000, step_cents=70
        ),
    ),
    surcharges=(Surcharge(code="HEAVY", cents=250, mass_over_g=5_000),),
    fuel=(FuelRow(from_day=1, ppm=100_000),),
)


def shipped(book: Book, *masses_g: int, joining: tuple[str, ...] = ("Post",)) -> Shipment:
    parcels = [replace(BOX, mass_g=mass_g) for mass_g in masses_g]
    (found,), refused = ship(book, parcels, joining)
    assert not refused
    assert [sum(c for _, c in each.lines) for each in found.offers] == [
        each.cost_cents for each in found.offers
    ]
    return found


def test_further_pieces_pay_no_base_where_the_price_is_per_shipment() -> None:
    found = shipped(Book((JOIN,)), 6_000, 6_000)
    assert (found.cost_cents, found.saved_cents) == (300 + 300 + 300, 300)


def test_a_card_prices_the_mass_of_all_pieces_and_surcharges_each() -> None:
    found = shipped(Book((JOIN,), cards=(CARD,)), 6_000, 4_000, 3_000)
    mass_of_all = 900 + 8 * 70
    assert found.cost_cents == round((mass_of_all) * 1.1 + 250)
    alone = (970 * 1.1 + 250) + 900 * 1.1 + 900 * 1.1
    assert found.saved_cents == round(alone) - found.cost_cents


def test_a_shipment_takes_no_more_pieces_than_its_service_says() -> None:
    assert shipped(Book((JOIN,)), *[6_000] * 4).saved_cents == 2 * 300


def test_a_piece_that_is_too_heavy_with_the_others_begins_another_shipment() -> None:
    rates = (RateRow(service="ECO", zone="1", price_cents=900, mass_to=10_000),)
    book = Book((JOIN,), cards=(replace(CARD, rates=rates, surcharges=(), fuel=()),))
    assert shipped(book, 6_000, 6_000, 4_000).cost_cents == 1_800
    assert isinstance(book.further(HEAVY, "ECO", 6_000), Refusal)


def test_what_all_pieces_weigh_is_known_by_the_service_of_the_first() -> None:
    rates = (RateRow(service="ECO", zone="1", price_cents=250, mass_to=10_000),)
    card = replace(CARD, rates=rates, surcharges=(), fuel=())
    dear = replace(JOIN, code="JOIN", carrier="Snail", base_cents=400, per_kg_cents=10)
    lone = replace(ECO, code="LONE", carrier="Swift", base_cents=270, per_kg_cents=0)
    book, parcels = Book((JOIN, dear, lone), cards=(card,)), [HEAVY] * 3
    offers = [[each for each in book.offers(p) if isinstance(each, Offer)] for p in parcels]
    found = led(book, parcels, offers, lambda offer: offer.cost_cents, ("Post", "Snail"))
    # by ECO nothing joins: the masses of two are beyond its card
    assert found == {
        "ECO": Total(3 * 250, (0,)),
        "JOIN": Total(460 + 60 + 60, (0, 1, 2)),
        "LONE": Total(270 + 2 * 250, (0,)),
    }
    light = [offers[0], [each for each in offers[1] if each.service != "JOIN"], offers[2]]
    found = led(book, parcels, light, lambda offer: offer.cost_cents, ("Snail",))
    assert found["JOIN"] == Total(460 + 250 + 60, (0, 2))


def test_nothing_is_spared_per_piece_or_of_a_carrier_that_takes_no_pieces() -> None:
    assert shipped(Book((replace(JOIN, per="piece"),)), 6_000, 6_000).saved_cents == 0
    assert shipped(Book((JOIN,)), 6_000, 6_000, joining=()).saved_cents == 0


def test_a_further_piece_joins_by_what_it_weighs_as_all_pieces_of_the_first_did() -> None:
    book = Book((JOIN, replace(ECO, code="LONE", carrier="Swift", base_cents=310)))
    lone = next(o for o in book.offers(HEAVY) if isinstance(o, Offer) and o.service == "LONE")
    piece = book.further(HEAVY, "ECO", 6_000)
    assert isinstance(piece, Offer)
    avoided = {"ECO": 1_000}

    def weight(offer: Offer) -> int:
        return offer.cost_cents + avoided.get(offer.service, 0)

    alone = Choice(offer=lone, why="")
    assert piece.cost_cents < lone.cost_cents
    assert join(alone, piece, Wish(), "S1").offer == piece
    assert join(alone, piece, Wish(), "S1", weight=weight).offer == lone
    parcels = [HEAVY] * 2
    offers = [[o for o in book.offers(p) if isinstance(o, Offer)] for p in parcels]
    assert led(book, parcels, offers, weight, ("Post",))["ECO"].pieces == (0,)


def dear(service: str, cents: int) -> Offer:
    book = Book((replace(ECO, code=service, base_cents=cents, per_kg_cents=0),))
    (offer,) = book.offers(BOX)
    assert isinstance(offer, Offer)
    return offer


def test_nothing_is_out_for_a_plan_that_the_pieces_of_an_order_have_left() -> None:
    answers, wish = [dear("A", 500), dear("B", 400), dear("C", 300)], Wish(planned="B")
    planned = choose(answers, wish)
    assert planned.why == "A: 500 cents; C: 300 cents, planned otherwise"
    totals = {"A": Total(550, (0, 1)), "B": Total(800, (0,)), "C": Total(700, (0,))}
    led_by = lead(planned, answers, wish, totals)
    assert led_by.offer == answers[0]
    sums = "550 cents by A, 800 cents by B, 700 cents by C"
    assert led_by.why == f"all pieces of the order come to {sums}; B: 400 cents; C: 300 cents"


def test_what_a_piece_costs_by_itself_is_named_as_that() -> None:
    def weight(offer: Offer) -> int:
        return offer.cost_cents - 50

    answers = [dear("A", 500), dear("B", 600)]
    joined = join(
        choose(answers, Wish(), weight=weight), dear("A", 120), Wish(), "S1", weight=weight
    )
    own = "alone 500 cents, weighed as 450 cents"
    assert joined.why.startswith(f"piece of shipment S1, which saves 380 cents; {own}; B: ")
