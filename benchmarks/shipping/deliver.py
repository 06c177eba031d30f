"""Find the tours of vans of a routing instance, in the given seconds; without one, of the set.

The seconds of an instance are all of the process: loading and reading, too. Those of the set are
the planner's own, for each of its instances.

Owns the sub-command and CVRPLIB's form of a solution. Refuses to write tours that the check of
delivering does not confirm.
"""

import argparse
import sys
from pathlib import Path

from benchmarks import BEGAN
from benchmarks.picking.efforts import Watch
from benchmarks.shipping import van_sets, vrp_files
from controller.plan import delivering


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", type=Path, metavar="FILE")
    parser.add_argument("--seconds", type=float, nargs="+", default=[10.0])
    parser.add_argument("--out", type=Path, metavar="FILE.sol")
    parser.add_argument("--set", nargs="*", default=van_sets.SET, metavar="NAME")
    parser.add_argument("--peers", action="store_true", help="OR-Tools beside it, as long")


def run(arguments: argparse.Namespace) -> int:
    if arguments.instance is None:
        return van_sets.run(arguments.seconds, tuple(arguments.set), arguments.peers)
    if arguments.out is None:
        raise SystemExit("--instance needs --out FILE.sol, where its tours are written")
    watch = Watch(BEGAN)
    instance = vrp_files.read(arguments.instance)
    plan = van_sets.ours(instance.problem, arguments.seconds[0] - watch.seconds())
    arguments.out.write_text(solution(plan, instance.divisor))
    sys.stdout.write(
        f"{len(plan.tours)} tours, cost {_told(plan.cost, instance.divisor)}, "
        f"{len(plan.left_out)} stops left out; {watch.seconds():.1f} s\n"
    )
    return 1 if plan.left_out else 0


def solution(plan: delivering.Plan, divisor: int) -> str:
    """CVRPLIB's form; each trip is a route of its own."""
    trips = [trip for tour in plan.tours for trip in tour.trips]
    lines = [f"Route #{nth}: {' '.join(trip)}" for nth, trip in enumerate(trips, 1)]
    return "\n".join([*lines, f"Cost {_told(plan.cost, divisor)}"]) + "\n"


def _told(cost: int, divisor: int) -> str:
    return str(cost) if divisor == 1 else str(cost / divisor)
