"""Choose the nodes that ship every order of a file, in the given seconds.

Without a file: generated pools of a thousand orders and twenty nodes, beside what each order in
turn, fewest splits, batches and the whole programme make of them. Owns the sub-command. Refuses to
write an answer that its own reckoning does not confirm.
"""

import argparse
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.picking.efforts import ENDLESS, RESERVED
from benchmarks.picking.forms import read, write
from benchmarks.shipping import forms, sourcing_sets
from benchmarks.shipping.checking import check_sourcing
from controller.plan import Effort, sourcing
from controller.plan.sources.entering import Offer, Penalties, cheapest
from controller.plan.sources.network import tabulate
from controller.plan.sources.programme import Neighbourhood

SECONDS = 15.0
BATCH = 25
BATCH_WORK = 2_000
NO_SPLIT_CENTS = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--problem", type=Path, metavar="FILE.json")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--out", type=Path, metavar="OUT.json")
    parser.add_argument("--seeds", type=int, default=1, help="Pools of each kind, without a file.")
    parser.add_argument("--whole", type=float, default=0, help="Seconds for the whole programme.")


def run(arguments: argparse.Namespace) -> int:
    if arguments.problem is None:
        return _measure(arguments)
    problem = read(arguments.problem, forms.SourcingForm, forms.sourcing_problem)
    plan = sourcing.solve(problem, effort_for(arguments.seconds))
    seconds = time.process_time()
    check_sourcing(problem, plan)
    if arguments.out is not None:
        write(arguments.out, forms.sourcing_answer(plan, seconds))
    saved = 1 - plan.cost_cents / max(1, plan.nearest_cents)
    sys.stdout.write(
        f"{len(plan.shipments)} parcels, {plan.cost_cents} cents, {saved:.2%} less than each "
        f"order in turn; bound {plan.bound_cents}; {seconds:.1f} CPU s\n"
    )
    return 0


def effort_for(seconds: float, began: float = 0.0) -> Effort:
    """An effort that ends when the process has worked so long, whatever else the machine does."""
    most = seconds * (1 - RESERVED)
    return Effort(
        work=ENDLESS,
        should_stop=lambda: time.process_time() - began >= most,
        gone=lambda: (time.process_time() - began) / most,
    )


def _measure(arguments: argparse.Namespace) -> int:
    sys.stdout.write("stock  seed  method           cents    to splits  bound gap  CPU s\n")
    for stock in sourcing_sets.STOCKS:
        for seed in range(1, arguments.seeds + 1):
            _measure_one(stock, seed, arguments)
    return 0


def _measure_one(stock: str, seed: int, arguments: argparse.Namespace) -> None:
    problem = sourcing_sets.pool(seed, stock)
    found: dict[str, tuple[int, float]] = {}
    for name, split_cents in (
        ("fewest splits", NO_SPLIT_CENTS),
        ("each in turn", problem.split_cents),
    ):
        began = time.process_time()
        found[name] = in_turn(problem, split_cents), time.process_time() - began
    began = time.process_time()
    cents, slowest = in_batches(problem)
    found["batches of 25"] = cents, time.process_time() - began
    began = time.process_time()
    plan = sourcing.solve(problem, effort_for(arguments.seconds, began))
    found["the pool"] = plan.cost_cents, time.process_time() - began
    check_sourcing(problem, plan)
    if arguments.whole:
        began = time.process_time()
        found["HiGHS whole"] = whole(problem, arguments.whole), time.process_time() - began
    base = found["fewest splits"][0]
    for name, (cost, seconds) in found.items():
        gap = f"{1 - plan.bound_cents / cost:9.2%}" if name == "the pool" else " " * 9
        told = f"{stock:6} {seed:4}  {name:14} {cost:9}  {cost / base - 1:9.1%}"
        sys.stdout.write(f"{told}  {gap} {seconds:6.1f}\n")
    sys.stdout.write(f"{stock:6} {seed:4}  slowest batch {slowest:.3f} CPU s\n")


def in_turn(problem: sourcing.Problem, split_cents: int) -> int:
    """Cents when each order takes what is best for it alone, splits weighed by `split_cents`."""
    stock = {node.id: dict(node.stock) for node in problem.nodes}
    penalties = Penalties(split_cents, max(problem.unfilled_cents, 10 * split_cents))
    total = 0
    for order in problem.orders:
        offers = [
            Offer(node, cents, order.unit_cents.get(node, 0), stock[node])
            for node, cents in order.parcel_cents.items()
        ]
        shares = cheapest(order.lines, offers, penalties).shares
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


def in_batches(problem: sourcing.Problem) -> tuple[int, float]:
    """Cents when orders are sourced 25 at a time, and CPU seconds of the slowest batch."""
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


def whole(problem: sourcing.Problem, seconds: float) -> int:
    """Cents of the best answer that HiGHS finds for all orders together."""
    from ortools.math_opt.python import mathopt

    network = tabulate(problem)
    orders = range(len(problem.orders))
    model = Neighbourhood(network.orders, orders, network.stock, network.room).model
    limit = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    cents: float = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limit).objective_value()
    return round(cents)
