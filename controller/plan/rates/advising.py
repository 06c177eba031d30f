"""What a shop may charge for shipping: a price for each zone and mass, and from when on nothing.

Owns the reckoning over orders that were placed. Refuses to foretell how buyers answer: it tells
how many more orders, or how many filled baskets, a threshold needs to pay for itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MASSES_G = (1_000, 2_000, 5_000, 10_000, 20_000)
PRICE_STEP_CENTS = 10
THRESHOLD_STEP_CENTS = 500
SHARES_PERCENT = (25, 50, 65, 80, 90)
NEAR_PERCENT = 75  # a basket of so much of a threshold may be filled up to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """An order as it was placed: what it brought, what its goods and its cheapest service cost."""

    value_cents: int
    goods_cents: int
    shipping_cents: int
    mass_g: int
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A zone and masses up to `mass_to_g` (0: above all); `price_cents` covers the mean cost."""

    zone: str
    mass_to_g: int
    orders: int
    mean_cents: int
    ninth_cents: int  # nine of ten cost no more
    price_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Free shipping from a value on, against these prices for everybody.

    `effect_cents` is what margin changes if buyers change nothing. `more_orders_percent` or
    `filled_percent` (of baskets a little below) make it good; -1: nothing does.
    """

    from_cents: int
    free_percent: int
    margin_cents: int
    effect_cents: int
    more_orders_percent: int
    filled_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    orders: int
    margin_cents: int
    prices: tuple[Price, ...]
    thresholds: tuple[Threshold, ...]


def advise(baskets: Sequence[Basket], thresholds_cents: Sequence[int] = ()) -> Advice:
    """Prices by class, and what each threshold does; those of the baskets' values if none is said.

    Units: cents of the site's currency. Margin is value less goods, plus the price of shipping,
    less its cost.
    """
    classes: dict[tuple[str, int], list[Basket]] = {}
    for each in baskets:
        classes.setdefault((each.zone, _class(each.mass_g)), []).append(each)
    prices = {key: _price(*key, found) for key, found in classes.items()}
    paid = [prices[each.zone, _class(each.mass_g)].price_cents for each in baskets]
    margin_cents = sum(map(_kept, baskets)) + sum(paid)
    candidates = thresholds_cents or _candidates(baskets)
    return Advice(
        orders=len(baskets),
        margin_cents=margin_cents,
        prices=tuple(sorted(prices.values(), key=lambda p: (p.zone, p.mass_to_g or 1 << 40))),
        thresholds=tuple(_threshold(at, baskets, paid, margin_cents) for at in candidates),
    )


def _class(mass_g: int) -> int:
    return next((most for most in MASSES_G if mass_g <= most), 0)


def _kept(basket: Basket) -> int:
    return basket.value_cents - basket.goods_cents - basket.shipping_cents


def _price(zone: str, mass_to_g: int, baskets: Sequence[Basket]) -> Price:
    costs = sorted(each.shipping_cents for each in baskets)
    mean_cents = -(-sum(costs) // len(costs))
    return Price(
        zone=zone,
        mass_to_g=mass_to_g,
        orders=len(costs),
        mean_cents=mean_cents,
        ninth_cents=costs[-(-9 * len(costs) // 10) - 1],
        price_cents=mean_cents + -mean_cents % PRICE_STEP_CENTS,
    )


def _candidates(baskets: Sequence[Basket]) -> list[int]:
    """Round values that part the baskets."""
    values = sorted(each.value_cents for each in baskets)
    at = (values[(len(values) - 1) * share // 100] for share in SHARES_PERCENT if values)
    return sorted({value + -value % THRESHOLD_STEP_CENTS for value in at} - {0})


def _threshold(
    from_cents: int, baskets: Sequence[Basket], paid: Sequence[int], margin_cents: int
) -> Threshold:
    free = [n for n, each in enumerate(baskets) if each.value_cents >= from_cents]
    lost_cents = sum(paid[n] for n in free)
    return Threshold(
        from_cents=from_cents,
        free_percent=100 * len(free) // len(baskets) if baskets else 0,
        margin_cents=margin_cents - lost_cents,
        effect_cents=-lost_cents,
        more_orders_percent=_more_orders(lost_cents, [baskets[n] for n in free], len(baskets)),
        filled_percent=_filled(from_cents, lost_cents, baskets, paid),
    )


def _more_orders(lost_cents: int, free: Sequence[Basket], orders: int) -> int:
    """Percent more orders, like those that ship free, whose margin makes good what is lost."""
    gained_cents = sum(map(_kept, free))
    if not lost_cents:
        return 0
    if gained_cents <= 0:
        return -1
    return -(-100 * lost_cents * len(free) // (gained_cents * orders))


def _filled(
    from_cents: int, lost_cents: int, baskets: Sequence[Basket], paid: Iterable[int]
) -> int:
    """Percent of the baskets a little below that must be filled up, each at its own margin."""
    gained_cents = 0
    for each, price_cents in zip(baskets, paid, strict=True):
        near = each.value_cents * 100 >= from_cents * NEAR_PERCENT
        if near and 0 < each.value_cents < from_cents:
            more_cents = from_cents - each.value_cents
            rate = each.value_cents - each.goods_cents
            gained_cents += more_cents * rate // each.value_cents - price_cents
    if not lost_cents:
        return 0
    return -1 if gained_cents < lost_cents else -(-100 * lost_cents // gained_cents)
