"""The cheapest assignment once the tier of every carrier is supposed.

Owns the min-cost flow from parcels through pickups and carriers, and the integer programme for
pickups that several carriers share, where no flow fits. Refuses to know how tiers are supposed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, NamedTuple

import numpy as np

from controller.plan import Effort, never
from controller.plan.pickups.prices import FREE, Ints, Prices

CENT_HIDES = 0.5
"""A bound that is nearer than this to a cost of whole cents leaves no cheaper one."""

ASKED_S = 0.05
"""So often a programme that runs hears whether it should stop."""

CENTS_MAX = 1 << 50
"""A solver that reckons in floats tells sums of more cents apart no longer."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """Carriers in these tiers, with at least `least` and at most `most` parcels each."""

    tiers: tuple[int, ...]
    least: tuple[int, ...]
    most: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """An option of each parcel, or -1; `value` orders assignments: parcels left out come first.

    `proven`: none has a smaller value. Where a solver gave up, it may break what is supposed.
    `work` is what a programme has used.
    """

    chosen: Ints
    value: int
    proven: bool = True
    work: int = 0


class Found(NamedTuple):
    """What a solver says: an option of each parcel, or -1, and whether nothing is cheaper."""

    chosen: Ints
    proven: bool
    work: int = 0


def work_of(prices: Prices) -> int:
    """The units of work of one question, or one node of a programme: one per 100 options."""
    return len(prices.parcel) // 100 + 1


def nowhere_cents(prices: Prices) -> int:
    """Dearer than any chain of exchanges can save, so no parcel stays behind for money."""
    dearest = int((prices.base_cents + prices.other_cents).max(initial=0))
    fees = sum(fee for _, fee in prices.held)
    return (2 * len(prices.capacity) + 2 * len(prices.ladders) + 4) * (dearest + fees + 1)


def fewest_left_out(prices: Prices) -> int:
    """How many parcels stay behind at least, whatever their carriers: a maximum flow."""
    from ortools.graph.python import max_flow

    limited = np.ones(prices.count, dtype=np.bool_)
    limited[prices.parcel[prices.pickup == FREE]] = False
    among = np.flatnonzero(limited[prices.parcel])
    pickups = prices.count + np.arange(len(prices.capacity))
    source, yard = prices.count + len(pickups), prices.count + len(pickups) + 1
    parcels = np.flatnonzero(limited)
    network = max_flow.SimpleMaxFlow()
    for tail, head, most in (
        (np.full_like(parcels, source), parcels, np.ones_like(parcels)),
        (prices.parcel[among], prices.count + prices.pickup[among], np.ones_like(among)),
        (pickups, np.full_like(pickups, yard), prices.capacity),
    ):
        network.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), most)
    status = network.solve(source, yard)
    return len(parcels) - network.optimal_flow() if status == network.OPTIMAL else 0


def assign(prices: Prices, supposed: Supposed, among: Ints, effort: Effort) -> Assignment | None:
    """The cheapest assignment to some of the options, or None: carriers cannot get so many."""
    cost = prices.at(supposed.tiers)
    options = _cheapest_of_cell(prices, cost, among)
    if prices.crossing:
        found = _programme(prices, supposed, cost, options, effort)
    else:
        found = _flow(prices, supposed, cost, options)
    if found is None:
        return None
    chosen, proven, work = found
    missing = prices.missing_cents(prices.counts(chosen))
    left_out = int((chosen < 0).sum())
    paid = int(cost[chosen[chosen >= 0]].sum())
    fixed = missing + prices.sent_at(supposed.tiers)
    return Assignment(chosen, paid + fixed + left_out * nowhere_cents(prices), proven, work)


def _flow(prices: Prices, supposed: Supposed, cost: Ints, options: Ints) -> Found | None:
    """Nodes: parcels, then a cell per carrier and pickup, then carriers, then the yard.

    A parcel left out goes to the yard at once. What a contract wants is paid back by the parcel.
    """
    from ortools.graph.python import min_cost_flow

    cells, cell_of = np.unique(prices.cells[options], return_inverse=True)
    carrier_of_cell, pickup = np.divmod(cells, len(prices.capacity) + 1)
    first_carrier = prices.count + len(cells)
    yard = first_carrier + len(prices.ladders)
    room = np.append(prices.capacity, prices.count)[pickup - 1]
    network = min_cost_flow.SimpleMinCostFlow()

    def arcs(tail: Ints, head: Ints, capacity: Ints, unit_cents: Ints) -> Ints:
        return np.asarray(
            network.add_arcs_with_capacity_and_unit_cost(
                tail.astype(np.int32), head.astype(np.int32), capacity, unit_cents
            )
        )

    ones = np.ones(len(options), dtype=np.int64)
    offers = arcs(prices.parcel[options], prices.count + cell_of, ones, cost[options])
    parcels = np.arange(prices.count)
    alone = np.ones(prices.count, dtype=np.int64)
    arcs(parcels, np.full(prices.count, yard), alone, alone * nowhere_cents(prices))
    arcs(
        prices.count + np.arange(len(cells)),
        first_carrier + carrier_of_cell,
        room.astype(np.int64),
        np.zeros(len(cells), dtype=np.int64),
    )
    least, most = np.array(supposed.least), np.array(supposed.most)
    wanted = np.array([each for each, _ in prices.held])
    fees = np.array([fee for _, fee in prices.held])
    paid_back = np.clip(np.minimum(wanted, most) - least, 0, None)
    carriers = first_carrier + np.arange(len(prices.ladders))
    into_yard = np.full(len(prices.ladders), yard)
    arcs(carriers, into_yard, paid_back, -fees)
    arcs(carriers, into_yard, most - least - paid_back, np.zeros_like(fees))
    supplies = np.zeros(yard + 1, dtype=np.int64)
    supplies[: prices.count] = 1
    supplies[carriers] = -least
    supplies[yard] = least.sum() - prices.count
    network.set_nodes_supplies(np.arange(yard + 1, dtype=np.int32), supplies)
    if supplies[yard] > 0:
        return None
    status = network.solve()
    if status == network.INFEASIBLE:
        return None
    proven = status == network.OPTIMAL
    flows = np.asarray(network.flows(offers)) if proven else np.zeros(len(offers))
    return Found(_chosen(prices, options[np.flatnonzero(flows)]), proven)


def _chosen(prices: Prices, taken: Ints) -> Ints:
    """The option of each parcel, or -1."""
    chosen = np.full(prices.count, -1, dtype=np.int64)
    chosen[prices.parcel[taken]] = taken
    return chosen


def _cheapest_of_cell(prices: Prices, cost: Ints, among: Ints) -> Ints:
    """Of a parcel's options with the same carrier and pickup, the cheapest alone."""
    key = prices.parcel * (int(prices.cells.max(initial=0)) + 1) + prices.cells
    by_key = among[np.lexsort((cost[among], key[among]))]
    ordered = key[by_key]
    first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    return np.sort(by_key[first])


def _programme(
    prices: Prices, supposed: Supposed, cost: Ints, options: Ints, effort: Effort
) -> Found | None:
    """As many nodes as there is work for; the first in any case."""
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("SCIP")
    takes = {option: solver.BoolVar("") for option in options.tolist()}
    objective = solver.Objective()
    left_out = nowhere_cents(prices)
    for option, take in takes.items():
        objective.SetCoefficient(take, int(cost[option]) - left_out)

    def limit(at: Ints, least: int, most: int) -> "pywraplp.Constraint":
        row = solver.Constraint(least, most)
        for option in at.tolist():
            row.SetCoefficient(takes[option], 1)
        return row

    edges = np.flatnonzero(np.diff(prices.parcel[options])) + 1
    for of_parcel in np.split(options, edges):
        limit(of_parcel, 0, 1)
    for pickup, capacity in enumerate(prices.capacity.tolist()):
        limit(options[prices.pickup[options] == pickup], 0, capacity)
    for carrier, (wanted, fee) in enumerate(prices.held):
        mine = options[prices.carrier[options] == carrier]
        limit(mine, supposed.least[carrier], supposed.most[carrier])
        if wanted and fee:
            missing = solver.IntVar(0, wanted, "")
            limit(mine, wanted, solver.infinity()).SetCoefficient(missing, 1)
            objective.SetCoefficient(missing, fee)
    objective.SetMinimization()
    exact = pywraplp.MPSolverParameters()
    exact.SetDoubleParam(exact.RELATIVE_MIP_GAP, 0)
    nodes = max(1, effort.work // work_of(prices))
    solver.SetSolverSpecificParametersAsString(f"limits/totalnodes = {nodes}")
    with _interrupted(solver, effort.should_stop):
        status = solver.Solve(exact)
    work = solver.nodes() * work_of(prices)
    if status == solver.INFEASIBLE:
        return None
    if status not in (solver.OPTIMAL, solver.FEASIBLE):
        return Found(_chosen(prices, options[:0]), False, work)
    taken = [option for option, take in takes.items() if take.solution_value() > 0.5]
    gap = objective.Value() - objective.BestBound()
    proven = left_out * prices.count < CENTS_MAX and gap < CENT_HIDES
    return Found(_chosen(prices, np.array(taken, dtype=np.int64)), proven, work)


@contextmanager
def _interrupted(solver: Any, should_stop: Callable[[], bool]) -> Iterator[None]:
    """A solver that runs meanwhile hears when it should stop, and ends with what it has."""
    if should_stop is never:
        yield
        return
    over = Event()

    def watch() -> None:
        while not over.wait(ASKED_S):
            if should_stop():
                solver.InterruptSolve()
                return

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
