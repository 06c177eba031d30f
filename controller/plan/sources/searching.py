"""The search: from prices of stock to the cheapest choice among ways that come near the least.

Owns how many ways are looked at, and how the effort is divided. Refuses an answer that is dearer
than the one it was given.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from controller.plan import Effort
from controller.plan.sources.annealing import annealed, is_worthwhile
from controller.plan.sources.choosing import choose, undercut
from controller.plan.sources.columns import Columns, answer_of, columns_of, joined
from controller.plan.sources.diving import dived
from controller.plan.sources.mastering import Prices, price
from controller.plan.sources.nearing import nearest
from controller.plan.sources.neighbouring import refine, rivals
from controller.plan.sources.network import NEVER, Floats, Ints, Network, cost_cents
from controller.plan.sources.pacing import Pace
from controller.plan.sources.pooling import Pool

PER_ORDER = (2, 3, 5, 10, 20)
"""Columns for each order, from one programme to the next."""
SETTLED = 3e-4
"""The share of the cost that further columns save at most where a programme tells the bound."""
TOLD = 10
"""Columns for each order from which on a programme tells it in any case."""
TELLING = 40
"""What such a programme costs at the most, in programmes that choose."""
TELLABLE = 0.01
"""The share of the cost that the bound may be below it where one tells it."""
GROUP = 150
"""Orders that are chosen for anew where a programme for all of them takes too long."""
COLUMNS_MIN = 500
"""Columns of a programme for few orders, where there are so many."""
WORK = 80
"""Units of work that a column of a programme costs."""
PER_ORDER_MAX = 10
"""Columns for each order from which groups of orders are chosen for."""
ENDED = 1e-4
"""The share of the cost by which a programme may fall short when its search has ended."""
FAR = 0.02
"""The share of the cost that the bound may be below a programme that others follow."""
TURNED = 0.7
"""The share of the time after which orders take no more turns before groups of them."""
TURNS_MAX = 400
"""Groups of orders, at most."""
PROVEN = 1e-6
"""The share of the cost that a bound may be below it where nothing is left to search for."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer (lines x nodes, in units), what no answer undercuts, what stock is worth."""

    taken: Ints
    bound: float
    worth: Floats


def total_cents(network: Network, taken: Ints) -> int:
    """What an answer costs."""
    return int(cost_cents(network.orders, taken).sum())


def search(pool: Pool, taken: Ints, effort: Effort) -> Found:
    """The cheapest answer that the effort finds, and what proves how cheap it is."""
    network, pace = pool.network, Pace(effort)
    prices = price(pool, columns_of(network.orders, taken), pace)
    if not prices.settled and is_worthwhile(effort):
        return Found(annealed(network, taken, effort), prices.quote.bound, prices.worth)
    for sequence in _sequences(network, taken, prices):
        if effort.work > len(sequence) and not effort.should_stop():
            served = pool.in_turn(sequence, prices.worth, effort.should_stop)
            taken = min(taken, served, key=partial(total_cents, network))
    bound, work = prices.quote.bound, effort.work
    for per_order in PER_ORDER:
        columns_max = max(COLUMNS_MIN, per_order * len(prices.quote.parts))
        work -= columns_max * WORK
        cents = total_cents(network, taken)
        if bound >= cents * (1 - PROVEN) or work < 0 or effort.should_stop():
            break
        near, over = _near(pool, prices, taken, columns_max, effort)
        taken, proven = _chosen(pool, taken, near, pace)
        bound = max(bound, min(proven, prices.quote.bound + float(over.min())))
        short = 1 - proven / max(1, total_cents(network, taken))
        telling = work >= TELLING * WORK * columns_max
        far = bound < total_cents(network, taken) * (1 - FAR) and is_worthwhile(effort)
        if far or short > ENDED:
            columns_max = PER_ORDER_MAX * len(prices.quote.parts)
            near, _ = _near(pool, prices, taken, columns_max, effort)
            taken = _by_groups(pool, prices, taken, near, pace)
            break
        settled = total_cents(network, taken) >= cents * (1 - SETTLED) or per_order >= TOLD
        cents = total_cents(network, taken)
        telling = telling and settled and cents * (1 - TELLABLE) <= bound < cents
        if telling and not effort.should_stop():
            mine = columns_of(network.orders, taken)
            bound = max(bound, undercut(network, joined((mine, near)), prices, over, pace))
    if len(pool.large) and refine(network, prices.quote.parts, taken, effort):
        bound = total_cents(network, taken)
    return Found(taken, bound, prices.worth)


def _sequences(network: Network, taken: Ints, prices: Prices) -> tuple[Ints, Ints]:
    """Orders as they came, and those first that came off worst."""
    lost = prices.quote.parts - cost_cents(network.orders, taken)
    return np.arange(len(lost)), np.argsort(lost, kind="stable")


def _near(
    pool: Pool, prices: Prices, taken: Ints, columns_max: int, effort: Effort
) -> tuple[Columns, Floats]:
    """So many columns, and what each order's others cost more than its least.

    A column that alone costs more by all that an answer is above the bound is in none cheaper.
    Of orders whose columns are not enumerated those that were met on the way to the prices.
    """
    quote = prices.quote
    above = total_cents(pool.network, taken) - quote.bound
    near, over = nearest(quote.ways, quote.parts, columns_max, effort.should_stop, above)
    over[np.diff(pool.network.orders.first) == 0] = NEVER
    met = prices.met.some(np.nonzero(over[prices.met.order] == 0)[0])
    return joined((near, met)), over


def _chosen(pool: Pool, taken: Ints, near: Columns, pace: Pace) -> tuple[Ints, float]:
    """The cheapest choice among columns, what none of them undercuts."""
    network = pool.network
    columns = joined((columns_of(network.orders, taken), near))
    chosen = choose(network, columns, pace)
    if len(chosen.columns):
        found = answer_of(columns.some(chosen.columns), taken.shape)
        taken = min(taken, found, key=partial(total_cents, network))
    return taken, chosen.bound


def _by_groups(pool: Pool, prices: Prices, taken: Ints, near: Columns, pace: Pace) -> Ints:
    """Orders chosen for anew, those together that want the same, as long as there is time.

    They begin with rounded columns, and what turns make of these.
    """
    network, effort = pool.network, pace.effort
    seen, turns = np.zeros(len(prices.quote.parts)), effort.work // (20 * WORK * GROUP)
    if turns:
        begun = dived(network, near, pace)
        if is_worthwhile(effort):
            part = replace(
                effort, work=int(TURNED * effort.work), gone=lambda: effort.gone() / TURNED
            )
            begun = annealed(network, begun, part)
        taken = min(taken, begun, key=partial(total_cents, network))
    for turn in range(min(TURNS_MAX, turns)):
        if effort.should_stop():
            break
        excess = _excess(network, prices, taken) / (1 + seen)
        group = rivals(network, int(excess.argmax()), GROUP, turn)
        seen[group] += 1
        some = near.some(np.nonzero(np.isin(near.order, group))[0])
        taken, _ = _chosen(pool, taken, some, pace)
    return taken


def _excess(network: Network, prices: Prices, taken: Ints) -> Floats:
    """What each order costs more than its least, at prices."""
    orders = network.orders
    worth = (taken * prices.worth.T[orders.sku]).sum(axis=1)
    of_line = np.repeat(np.arange(len(orders.first) - 1), np.diff(orders.first))
    cents = cost_cents(orders, taken) - prices.quote.parts
    return cents + np.bincount(of_line, weights=worth, minlength=len(cents))
