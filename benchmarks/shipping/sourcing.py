"""Choose the nodes that ship every order of a file, in the given seconds.

Owns the sub-command. Refuses to write an answer that its own reckoning does not confirm.
"""

import argparse
import sys

from benchmarks.picking.efforts import Watch, effort_for
from benchmarks.picking.forms import read, write
from benchmarks.shipping import forms
from benchmarks.shipping.checking import check_sourcing
from controller.plan import sourcing

add_arguments = forms.add_arguments


def run(arguments: argparse.Namespace) -> int:
    problem = read(arguments.problem, forms.SourcingForm, forms.sourcing_problem)
    sourcing.warm()
    watch = Watch()
    plan = sourcing.solve(problem, effort_for(arguments.seconds))
    seconds = watch.seconds()
    check_sourcing(problem, plan)
    write(arguments.out, forms.sourcing_answer(plan, seconds))
    saved = 1 - plan.cost_cents / max(1, plan.nearest_cents)
    sys.stdout.write(
        f"{len(plan.shipments)} parcels, {plan.cost_cents} cents, {saved:.2%} less than each "
        f"order in turn; bound {plan.bound_cents}; {seconds:.1f} s\n"
    )
    return 0
