"""Owns `pickwright load`: where goods lie in containers, vehicles, roll cages and on pallets."""

import json
from pathlib import Path
from typing import Annotated

import typer

from api.commands.slot import check_folder
from api.errors import WrongInput
from api.terminal import out, print_plain

WORK_PER_SECOND = 60_000


def load(
    goods: Annotated[Path, typer.Option(metavar="FILE", help="Goods and rooms, as JSON.")],
    answer: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The plan, as JSON; written whole.")
    ],
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the plan, as SVG.")
    ] = None,
    seconds: Annotated[
        int, typer.Option(min=1, max=600, help="About how long the search may take.")
    ] = 10,
) -> None:
    """Plan how goods are loaded: which room takes what, where each unit lies, in which order.

    The file is `{"goods": [{"id": "A", "length_mm": 600, "width_mm": 400, "height_mm": 300,
    "mass_g": 9000, "quantity": 40, "upright": true, "stop": 1}], "rooms": [{"id": "TRUCK",
    "length_mm": 7200, "width_mm": 2450, "height_mm": 2400, "mass_max_g": 9000000}]}`. Goods may
    say `turns`, `stack` and `load_max_g`; rooms `count`, `cost_cents`, `open_top` (a pallet),
    `centre_mm`, `aside_max_mm` and `axles`.

    Goods of later stops lie deeper, each base rests wholly unless `support` is false, and what
    stays behind is told with the reason. Examples:

    `pickwright load --goods goods.json --out plan.json`

    `pickwright load --goods goods.json --out plan.json --picture plan.svg --seconds 30`
    """
    from api.loading import load_list, told
    from api.loading_sheet import sheet
    from api.packing_files import write_whole
    from controller.plan import Effort
    from controller.plan.loading import solve

    check_folder(answer)
    check_folder(picture)
    try:
        content = goods.read_bytes()
    except OSError as error:
        raise WrongInput(f"{goods} cannot be read: {error.strerror or error}") from error
    problem = load_list(goods.name, content).problem()
    plan = solve(problem, Effort(work=seconds * WORK_PER_SECOND))
    write_whole(answer, json.dumps(told(plan)) + "\n")
    if picture is not None:
        write_whole(picture, sheet(problem, plan) + "\n")
    for nth, each in enumerate(plan.loads, 1):
        kilograms = f"{each.mass_g / 1_000:.1f} kg"
        print_plain(out(), f"{nth}. {each.room}: {len(each.units)} units, {kilograms}, {each.why}")
    for id_, number, why in plan.unloaded:
        print_plain(out(), f"{number} of {id_} stay behind: {why}")
    bound = "the least" if plan.proven else f"at least {plan.bound_cents / 100:.2f}"
    print_plain(out(), f"{len(plan.loads)} loads for {plan.cost_cents / 100:.2f}, {bound}")
