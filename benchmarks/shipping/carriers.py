"""Choose a service for every parcel of a file, in the given seconds.

Owns the sub-command. Refuses to write an answer that its own reckoning does not confirm.
"""

import argparse
import sys

from benchmarks.picking.efforts import Watch, effort_for
from benchmarks.picking.forms import read, write
from benchmarks.shipping import forms
from benchmarks.shipping.checking import check_carriers
from controller.plan import carriers

add_arguments = forms.add_arguments


def run(arguments: argparse.Namespace) -> int:
    problem = read(arguments.problem, forms.CarriersForm, forms.carrier_problem)
    watch = Watch()
    plan = carriers.solve(problem, effort_for(arguments.seconds))
    seconds = watch.seconds()
    check_carriers(problem, plan)
    write(arguments.out, forms.carrier_answer(problem, plan, seconds))
    saved = 1 - plan.cost_cents / max(1, plan.greedy_cents)
    sys.stdout.write(
        f"{len(plan.chosen)} parcels, {plan.cost_cents} cents, {saved:.2%} less than the cheapest "
        f"rate first; {'optimal' if plan.proven else f'bound {plan.bound_cents}'}; "
        f"{seconds:.2f} s\n"
    )
    return 0
