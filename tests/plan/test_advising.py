"""Advice about shipping prices, by hand: what covers the cost, and what free shipping needs."""

from dataclasses import replace

from controller.plan.rates.advising import Basket, advise

SMALL = Basket(
    value_cents=3_000, goods_cents=1_800, shipping_cents=400, mass_g=900, zone="GB HOME"
)
LARGE = replace(SMALL, value_cents=6_000, goods_cents=3_600, shipping_cents=505, mass_g=1_600)
FAR = replace(SMALL, shipping_cents=1_234, zone="IE EU")


def test_a_price_covers_the_mean_cost_of_its_zone_and_mass() -> None:
    advice = advise([SMALL, replace(SMALL, shipping_cents=415), LARGE, FAR])
    assert [
        (p.zone, p.mass_to_g, p.orders, p.mean_cents, p.price_cents) for p in advice.prices
    ] == [
        ("GB HOME", 1_000, 2, 408, 410),
        ("GB HOME", 2_000, 1, 505, 510),
        ("IE EU", 1_000, 1, 1_234, 1_240),
    ]
    assert advice.prices[0].ninth_cents == 415


def test_a_threshold_tells_what_it_costs_and_what_would_make_it_good() -> None:
    near = replace(SMALL, value_cents=4_500, goods_cents=2_700)
    advice = advise([SMALL, near, LARGE, LARGE], thresholds_cents=(5_000,))
    # goods bring 1,200 + 1,800 + 2 x 2,400; shipping 2 x 400 + 2 x 510 for 2 x 400 + 2 x 505
    assert advice.margin_cents == 7_800 + 1_820 - 1_810
    (free,) = advice.thresholds
    assert (free.free_percent, free.effect_cents) == (50, -1_020)
    assert free.margin_cents == advice.margin_cents - 1_020
    # an order that ships free leaves 1,895: 1,020 / 1,895 of an order more, of four
    assert free.more_orders_percent == 14
    # the one near basket would bring 200 more, and pays 400 less: never
    assert free.filled_percent == -1


def test_filling_baskets_up_may_make_it_good_where_margins_are_high() -> None:
    near = Basket(value_cents=4_000, goods_cents=400, shipping_cents=300, mass_g=900, zone="GB")
    large = replace(near, value_cents=5_000, goods_cents=500)
    (free,) = advise([near] * 8 + [large], thresholds_cents=(5_000,)).thresholds
    # eight near ones bring 900 more and pay 300 less each: 4,800 for the 300 that one order paid
    assert (free.effect_cents, free.filled_percent) == (-300, 7)


def test_thresholds_are_round_values_that_part_the_baskets() -> None:
    values = [replace(SMALL, value_cents=cents) for cents in range(1_100, 9_100, 100)]
    found = [each.from_cents for each in advise(values).thresholds]
    assert found == [3_000, 5_000, 6_500, 7_500, 8_500]
    assert advise([]).thresholds == ()
