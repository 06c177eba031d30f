"""Choose a service for every parcel of a file, or measure the generated cut-offs beside peers.

Owns the sub-command. Refuses to write an answer that its own reckoning does not confirm.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks import Figure, tell
from benchmarks.picking.efforts import Watch, effort_for
from benchmarks.picking.forms import read, write
from benchmarks.shipping import carrier_peers, forms
from benchmarks.shipping.checking import check_carriers
from benchmarks.shipping.cut_offs import KINDS, cut_off
from controller.plan import Effort, carriers

COUNTS = (100, 1_000, 10_000)
SEEDS = range(1, 4)
MOST_S = {1_000: 1.0, 10_000: 5.0}
TIGHT = 60  # percent of what the cheapest first would give a pickup
TIGHT_SAVES = 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--problem", type=Path, metavar="FILE.json")
    parser.add_argument("--seconds", type=float, default=10.0, help="for a file, or each peer")
    parser.add_argument("--out", type=Path, metavar="OUT.json")
    parser.add_argument("--parcels", type=int, nargs="*", default=COUNTS)
    parser.add_argument("--peers", nargs="*", default=(), choices=carrier_peers.PEERS)


def run(arguments: argparse.Namespace) -> int:
    if arguments.problem is None:
        return _set(arguments)
    if arguments.out is None:
        raise SystemExit("--out is missing: name the file for the answer")
    problem = read(arguments.problem, forms.CarriersForm, forms.carrier_problem)
    watch = Watch()
    plan = carriers.solve(problem, effort_for(arguments.seconds))
    seconds = watch.seconds()
    check_carriers(problem, plan)
    write(arguments.out, forms.carrier_answer(problem, plan, seconds))
    saved = (plan.greedy_cents - plan.cost_cents) / max(1, plan.greedy_cents)
    left = plan.chosen.count(None)
    if left:
        sys.stderr.write(f"{left} parcels have no option, or no pickup with room: null in --out\n")
    sys.stdout.write(
        f"{len(plan.chosen)} parcels, {plan.cost_cents} cents, {saved:.2%} less than the cheapest "
        f"rate first; {'optimal' if plan.proven else f'bound {plan.bound_cents}'}; "
        f"{seconds:.2f} s\n"
    )
    return 1 if left else 0


def _set(arguments: argparse.Namespace) -> int:
    """A Markdown table of all kinds and sizes, peers beside them; then the bars."""
    peers = "".join(f" {name}, {arguments.seconds:g} s |" for name in arguments.peers)
    columns = 5 + len(arguments.peers)
    sys.stdout.write(
        "| parcels | kind | less than cheapest first | CPU s, worst | proven |"
        f"{peers}\n{'|---' * columns}|\n"
    )
    figures: list[Figure] = []
    for count in arguments.parcels:
        rows = {kind: _solved(count, kind) for kind in KINDS}
        for kind, row in rows.items():
            told = [_peer(name, count, kind, arguments.seconds) for name in arguments.peers]
            sys.stdout.write(f"| {' | '.join([str(count), kind, *row.cells(), *told])} |\n")
            sys.stdout.flush()
        figures += _figures(count, rows)
    return tell(figures)


@dataclass(frozen=True, slots=True)
class Row:
    """Of each seed: what a plan costs less than the cheapest first, its CPU seconds, its proof."""

    saved: list[float]
    seconds: list[float]
    proven: list[bool]

    def cells(self) -> tuple[str, ...]:
        proofs = f"{sum(self.proven)} of {len(self.proven)}"
        return f"{fmean(self.saved):.1%}", f"{max(self.seconds):.2f}", proofs


def _solved(count: int, kind: str) -> Row:
    row = Row([], [], [])
    for seed in SEEDS:
        problem = cut_off(seed, kind, count)
        began = time.process_time()
        plan = carriers.solve(problem, Effort())
        row.seconds.append(time.process_time() - began)
        check_carriers(problem, plan)
        row.saved.append(1 - plan.cost_cents / plan.greedy_cents)
        row.proven.append(plan.proven)
    return row


def _figures(count: int, rows: Mapping[str, Row]) -> Iterator[Figure]:
    """Proofs in time, nothing dearer than the cheapest first, and what tight pickups save."""
    all_ = list(rows.values())
    tight = [fmean(row.saved) for kind, row in rows.items() if KINDS[kind].room_percent <= TIGHT]
    proven = fmean([each for row in all_ for each in row.proven])
    slowest = max(max(row.seconds) for row in all_)
    dearest = max(1 - min(row.saved) for row in all_)
    name = f"carriers, {count} parcels:"
    yield Figure(name=f"{name} proven", value=100 * proven, unit="%", least=100)
    yield Figure(name=f"{name} slowest", value=slowest, unit="CPU s", most=MOST_S.get(count, 0))
    yield Figure(name=f"{name} cost / cheapest first, worst", value=dearest, unit="ratio", most=1)
    yield Figure(
        name=f"{name} less where pickups are tight",
        value=100 * min(tight),
        unit="%",
        least=TIGHT_SAVES,
    )


def _peer(name: str, count: int, kind: str, seconds: float) -> str:
    """What a peer makes of the first seed, against the cost of the planner."""
    problem = cut_off(SEEDS[0], kind, count)
    best = carriers.solve(problem, Effort()).cost_cents
    watch = Watch()
    found = carrier_peers.solve(name, problem, seconds)
    if found.cost_cents is None:
        return f"nothing in {watch.seconds():.0f} s"
    gap = 1 - found.bound_cents / found.cost_cents
    proof = "proven" if found.bound_cents >= found.cost_cents else f"gap {gap:.1%}"
    return f"+{found.cost_cents / best - 1:.2%}, {proof}, {watch.seconds():.1f} s"
