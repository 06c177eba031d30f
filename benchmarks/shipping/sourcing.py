"""Choose the nodes that ship every order of a file, in the given seconds.

Without a file: generated pools of a thousand orders and twenty nodes, beside what nearest nodes,
fewest splits, each order in turn, batches and peers make of them. Owns the sub-command and its
bars. Refuses to write an answer that its own reckoning does not confirm.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks import Figure, tell
from benchmarks.picking.efforts import ENDLESS
from benchmarks.picking.forms import read, write
from benchmarks.shipping import forms, sourcing_sets
from benchmarks.shipping.checking import check_sourcing
from benchmarks.shipping.sourcing_peers import PEERS, whole
from controller.plan import Effort, sourcing
from controller.plan.sources.entering import Chosen, Offer, Penalties, cheapest, nearest

SECONDS = 15.0
START_MAX = 2.0
"""Seconds that the start of a process takes at most, which count."""
RESERVED = 0.1
"""The share of the time that solvers may be late, and in which the answer is told."""
BATCH = 25
BATCH_WORK = 90_000
NO_SPLIT_CENTS = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--problem", type=Path, metavar="FILE.json")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--out", type=Path, metavar="OUT.json")
    parser.add_argument("--seeds", type=int, default=1, help="Pools of each kind, without a file.")
    parser.add_argument("--orders", type=int, default=1_000)
    parser.add_argument("--stock", nargs="+", choices=sourcing_sets.POOLS, help="Kinds of pools.")
    parser.add_argument("--peers", nargs="*", default=(), choices=PEERS)


def run(arguments: argparse.Namespace) -> int:
    if arguments.problem is None:
        return _measure(arguments)
    problem = read(arguments.problem, forms.SourcingForm, forms.sourcing_problem)
    began = time.process_time()
    plan = sourcing.solve(problem, effort_for(arguments.seconds, min(began, START_MAX)))
    seconds = time.process_time() - began
    check_sourcing(problem, plan)
    if arguments.out is not None:
        write(arguments.out, forms.sourcing_answer(plan, seconds))
    saved = 1 - plan.cost_cents / max(1, plan.nearest_cents)
    sys.stdout.write(
        f"{len(plan.shipments)} parcels, {plan.cost_cents} cents, {saved:.2%} less than each "
        f"order in turn; bound {plan.bound_cents}; {seconds:.1f} CPU s\n"
    )
    return 0


def effort_for(seconds: float, spent: float = 0.0) -> Effort:
    """An effort of processor time, whatever else the machine does; `spent` of it are gone."""
    began, most = time.process_time(), max(seconds * (1 - RESERVED) - spent, seconds / 2)
    return Effort(
        work=ENDLESS,
        should_stop=lambda: time.process_time() - began >= most,
        gone=lambda: (time.process_time() - began) / most,
    )


def _measure(arguments: argparse.Namespace) -> int:
    sys.stdout.write(
        "| Stock | Seed | Method | Cents | to nearest first | to fewest splits | above bound "
        "| CPU s |\n|---|---|---|---|---|---|---|---|\n"
    )
    figures: list[Figure] = []
    for stock in arguments.stock or sourcing_sets.POOLS:
        for seed in range(1, arguments.seeds + 1):
            figures += _measure_one(stock, seed, arguments)
    return tell(figures)


def _measure_one(stock: str, seed: int, arguments: argparse.Namespace) -> Iterator[Figure]:
    problem = sourcing_sets.POOLS[stock](seed, orders=arguments.orders)
    found: dict[str, tuple[int | None, float]] = {}

    def timed(name: str, cents: Callable[[], int | None]) -> None:
        began = time.process_time()
        found[name] = cents(), time.process_time() - began

    timed("nearest first", lambda: in_turn(problem, problem.split_cents, nearest))
    timed("fewest splits", lambda: in_turn(problem, problem.split_cents, most_first))
    timed("fewest splits, cheapest", lambda: in_turn(problem, NO_SPLIT_CENTS))
    timed("each in turn", lambda: in_turn(problem, problem.split_cents))
    began = time.process_time()
    batched, slowest = in_batches(problem)
    name = f"batches of {BATCH}, the slowest {slowest:.2f} s"
    found[name] = batched, time.process_time() - began
    began = time.process_time()
    plan = sourcing.solve(problem, effort_for(arguments.seconds, START_MAX))
    seconds = time.process_time() - began
    found["the pool"] = plan.cost_cents, seconds
    check_sourcing(problem, plan)
    for peer in arguments.peers:
        timed(peer, partial(whole, peer, problem, arguments.seconds))
    nearest_cents, splits = (found[name][0] or 1 for name in ("nearest first", "fewest splits"))
    for name, (cents, took) in found.items():
        told = "| nothing found | | |"
        if cents is not None:
            told = f"| {cents} | {cents / nearest_cents - 1:.1%} | {cents / splits - 1:.1%} "
            told += f"| {cents / plan.bound_cents - 1:.2%}"
        sys.stdout.write(f"| {stock} | {seed} | {name} {told} | {took:.1f} |\n")
        sys.stdout.flush()
    above = 100 * (plan.cost_cents / max(1, plan.bound_cents) - 1)
    provable = stock == sourcing_sets.AMPLE
    yield from _bars(f"{stock}, {seed}", above, seconds + START_MAX, provable)
    yield Figure(name=f"{stock}, {seed}: slowest batch", value=slowest, unit="CPU s", most=0.2)
    below = 100 * (1 - batched / splits)
    yield Figure(
        name=f"{stock}, {seed}: batches below fewest splits", value=below, unit="%", least=4
    )


def _bars(name: str, above: float, seconds: float, provable: bool) -> Iterator[Figure]:
    """Of the pool; how far it is above the optimum is known where the bound is the optimum."""
    most = 0.1 if provable else 0.0
    yield Figure(name=f"{name}: the pool above its bound", value=above, unit="%", most=most)
    yield Figure(name=f"{name}: the pool, with its start", value=seconds, unit="CPU s", most=15)


def in_turn(
    problem: sourcing.Problem, split_cents: int, serve: Callable[..., Chosen] = cheapest
) -> int:
    """Cents when each order takes what is best for it alone, splits weighed by `split_cents`."""
    stock = {node.id: dict(node.stock) for node in problem.nodes}
    penalties = Penalties(split_cents, max(problem.unfilled_cents, 10 * split_cents))
    total = 0
    for order in problem.orders:
        offers = [
            Offer(node, cents, order.unit_cents.get(node, 0), stock[node])
            for node, cents in order.parcel_cents.items()
        ]
        shares = serve(order.lines, offers, penalties).shares
        missing = sum(order.lines.values())
        for node, units in shares.items():
            count = sum(units.values())
            missing -= count
            total += order.parcel_cents[node] + count * order.unit_cents.get(node, 0)
            for sku, n in units.items():
                stock[node][sku] -= n
        total += max(0, len(shares) - 1) * problem.split_cents
        total += missing * problem.unfilled_cents
    return total


def most_first(wants: Mapping[str, int], offers: Sequence[Offer], _penalties: Penalties) -> Chosen:
    """What is missing from whoever has most of it, the nearest of equals, until all is there."""
    left, shares = dict(wants), dict[str, dict[str, int]]()
    while left:
        units = [{s: min(n, of.stock.get(s, 0)) for s, n in left.items()} for of in offers]
        at = max(
            range(len(offers)), key=lambda at: (sum(units[at].values()), -offers[at].parcel_cents)
        )
        taken = {sku: n for sku, n in units[at].items() if n > 0}
        if not taken:
            break
        shares[offers[at].node] = taken
        left = {s: n - taken.get(s, 0) for s, n in left.items() if n > taken.get(s, 0)}
    return Chosen(shares, 0)


def in_batches(problem: sourcing.Problem) -> tuple[int, float]:
    """Cents when orders are sourced 25 at a time, and CPU seconds of the slowest batch."""
    sourcing.solve(replace(problem, orders=problem.orders[:2]), Effort(work=BATCH_WORK))  # loads
    stock = {node.id: dict(node.stock) for node in problem.nodes}
    total, slowest = 0, 0.0
    for first in range(0, len(problem.orders), BATCH):
        nodes = tuple(replace(node, stock=dict(stock[node.id])) for node in problem.nodes)
        batch = replace(problem, nodes=nodes, orders=problem.orders[first : first + BATCH])
        began = time.process_time()
        plan = sourcing.solve(batch, Effort(work=BATCH_WORK))
        slowest = max(slowest, time.process_time() - began)
        check_sourcing(batch, plan)
        total += plan.cost_cents
        for shipment in plan.shipments:
            for sku, n in shipment.lines.items():
                stock[shipment.node][sku] -= n
    return total, slowest
