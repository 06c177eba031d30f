"""Owns `pickwright slot`: which pick faces to move, from the tours of a database."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.inspections import Database, Json
from api.databases import filled, shown
from api.errors import WrongInput
from api.terminal import err, out, print_json, print_plain

if TYPE_CHECKING:
    from controller.plan.slotting import Plan, Problem
    from controller.store import Store

WORK_PER_SECOND = 8_000


def slot(
    database: Database,
    moves: Annotated[int, typer.Option(min=0, max=1_000, help="At most so many moves.")] = 20,
    horizon_days: Annotated[
        int, typer.Option(min=1, max=366, help="A move must pay back within so many days.")
    ] = 30,
    days: Annotated[
        int, typer.Option(min=1, max=366, help="Measure on the tours of the last days.")
    ] = 28,
    seconds: Annotated[
        int, typer.Option(min=1, max=600, help="About how long the search may take.")
    ] = 10,
    table: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the moves to a file.")
    ] = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="Make the moves into tasks for the handhelds.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Plan moves of pick faces that save more walking than they cost.

    The tours of the last days are walked again with the goods elsewhere. Each chain of moves says
    what it saves a day, what it costs and when it has paid back. Examples:

    `pickwright slot day.db`

    `pickwright slot day.db --moves 40 --csv moves.csv`

    `pickwright slot day.db --approve`
    """
    from controller.plan import Effort, slotting
    from controller.views.pick_faces import Asked, slotting_problem

    check_folder(table)
    with filled(database) as store:
        with store.reading() as db:
            asked = Asked(hours=days * 24, horizon_days=horizon_days, moves_max=moves)
            problem = slotting_problem(db, _now_ms(db), asked)
        print_plain(
            err(),
            f"{len(problem.goods)} pick faces, {len(problem.spots)} places, "
            f"{len(problem.trips)} tours of {problem.days} days: searching",
        )
        plan = slotting.solve(problem, Effort(work=seconds * WORK_PER_SECOND))
        tasks = _approved(store, plan) if approve and plan.chains else 0
    if table is not None:
        _write(table, plan)
    if as_json:
        print_json(_fields(database, problem, plan, tasks))
    else:
        _print(plan, tasks)


def check_folder(table: Path | None) -> None:
    """Raises: WrongInput before any work, when the file of the answer cannot be written."""
    if table is not None and not table.parent.is_dir():
        raise WrongInput(f"the folder {table.parent} does not exist: create it for {table.name}")


def _now_ms(db: Any) -> int:
    """The time of the last command: a simulated day may lie in another year than ours."""
    return int(db.value("SELECT MAX(now_ms) FROM journal"))


def _approved(store: "Store", plan: "Plan") -> int:
    from uuid import uuid4

    from api.clock import WallClock
    from controller.core import Controller
    from controller.messages import ApproveMoves, FaceMove

    named = tuple(
        FaceMove(sku=move.sku, source=move.source, target=move.target, why=move.why)
        for chain in plan.chains
        for move in chain.moves
    )
    command = ApproveMoves(id=f"slot/{uuid4()}", actor="command line", moves=named)
    return len(Controller(store, WallClock()).handle(command).tasks)


def _rows(plan: "Plan") -> list[dict[str, Any]]:
    return [
        {
            "chain": number,
            "sku": move.sku,
            "source": move.source,
            "target": move.target,
            "between": "yes" if move.between else "no",
            "move_m": move.way_mm // 1_000,
            "move_s": move.time_ms // 1_000,
            "chain_saves_m_day": chain.saves_mm_day // 1_000,
            "chain_pays_back_days": chain.pays_back_days,
            "why": move.why,
        }
        for number, chain in enumerate(plan.chains, 1)
        for move in chain.moves
    ]


def _write(path: Path, plan: "Plan") -> None:
    names = (
        *("chain", "sku", "source", "target", "between", "move_m", "move_s"),
        *("chain_saves_m_day", "chain_pays_back_days", "why"),
    )
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(_rows(plan))


def _fields(database: str, problem: "Problem", plan: "Plan", tasks: int) -> dict[str, Any]:
    return {
        "database": shown(database),
        "tours": len(problem.trips),
        "days": problem.days,
        "walked_before_m_day": plan.walked_before_mm_day // 1_000,
        "walked_after_m_day": plan.walked_after_mm_day // 1_000,
        "reached_before_m_day": plan.reached_before_mm_day // 1_000,
        "reached_after_m_day": plan.reached_after_mm_day // 1_000,
        "proven": plan.proven,
        "moves": _rows(plan),
        "left_out": [{"sku": sku, "why": why} for sku, why in plan.left_out],
        "approved": tasks,
    }


def _print(plan: "Plan", tasks: int) -> None:
    console = out()
    for number, chain in enumerate(plan.chains, 1):
        print_plain(
            console,
            f"{number}. saves {chain.saves_mm_day // 1_000} m a day, costs "
            f"{chain.costs_mm // 1_000} m and {-(-chain.costs_ms // 60_000)} min, pays back in "
            f"{chain.pays_back_days} days",
        )
        for move in chain.moves:
            print_plain(console, f"   {move.sku}: {move.source} -> {move.target} ({move.why})")
    before, after = plan.walked_before_mm_day // 1_000, plan.walked_after_mm_day // 1_000
    print_plain(
        console,
        f"{sum(len(chain.moves) for chain in plan.chains)} moves: {before} m a day before, "
        f"{after} m after" + (f"; {tasks} tasks made" if tasks else ""),
    )
