"""Owns `pickwright staff`: who does which job in each quarter of an hour of a shift."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.inspections import Database, Json
from api.commands.slot import check_folder
from api.databases import filled, shown
from api.errors import WrongInput
from api.terminal import err, out, print_json, print_plain

if TYPE_CHECKING:
    from controller.plan.staffing import Person, Plan
    from controller.views.workload import Shift

WORK_PER_SECOND = 100_000
QUARTER_MS = 900_000
COLUMNS = ("name", "skills", "starts", "ends", "breaks")
TEMPLATE = "name,skills,starts,ends,breaks\nPICKER-001,picking replenishing,08:00,16:00,12:00\n"


def staff(
    database: Database,
    starts: Annotated[
        str,
        typer.Option("--from", metavar="TIME", help="Like 2026-01-31T08:00, local; else now."),
    ] = "",
    hours: Annotated[int, typer.Option(min=1, max=24, help="Length of the shift.")] = 8,
    stay: Annotated[
        int, typer.Option(min=15, max=480, help="Minutes that somebody stays at a job at least.")
    ] = 60,
    people: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"CSV with the columns {', '.join(COLUMNS)}."),
    ] = None,
    seconds: Annotated[
        int, typer.Option(min=1, max=600, help="About how long the search may take.")
    ] = 10,
    table: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write people by quarter hours.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print an example of the file of people.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Plan who does which job in each quarter of an hour: lateness first, then hours.

    The work is what lies there, what has been announced, and what is ordered at this time of day
    on other days; its times are learned from this floor. Without a file of people, all workers
    of the site are there all the time. Examples:

    `pickwright staff day.db --from 2009-12-14T14:00 --hours 6`

    `pickwright staff day.db --template > people.csv`

    `pickwright staff day.db --people people.csv --csv shift.csv`
    """
    from controller.plan import Effort, staffing
    from controller.views import workload

    if template:
        typer.echo(TEMPLATE, nl=False)
        return
    slots = hours * 4
    check_folder(table)
    with filled(database) as store, store.reading() as db:
        now_ms = int(db.value("SELECT MAX(now_ms) FROM journal"))
        offset = _offset_ms(db)
        starts_ms = _starts_ms(starts, offset) or -(-now_ms // QUARTER_MS) * QUARTER_MS
        given = tuple(_people(people, starts_ms + offset, slots)) if people else ()
        span = workload.Span(starts_ms, slots)
        shift = workload.shift(db, now_ms, span, given, -(-stay // 15))
    print_plain(err(), f"{len(shift.problem.people)} people, {slots} quarter hours: searching")
    plan = staffing.solve(shift.problem, Effort(work=seconds * WORK_PER_SECOND))
    if table is not None:
        _write(table, shift, plan, offset)
    if as_json:
        print_json(_fields(database, shift, plan, offset))
    else:
        _print(shift, plan, offset)


def _offset_ms(db: Any) -> int:
    """Of the site's clock to UTC."""
    from controller.views import catalogue

    site = catalogue.site(db)
    return site.utc_offset_ms if site else 0


def _starts_ms(text: str, offset: int) -> int:
    """0 when nothing is given."""
    if not text:
        return 0
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise WrongInput(f"--from {text} is no time: write one like 2026-01-31T08:00") from error
    if local.timestamp() * 1_000 % QUARTER_MS:
        raise WrongInput(f"--from {text} is not on a quarter of an hour: write :00, :15, :30, :45")
    return int(local.timestamp()) * 1_000 - offset


def _people(path: Path, local_ms: int, slots: int) -> Iterator["Person"]:
    """The people of a file. Raises: WrongInput naming the line and the fix."""
    from controller.plan.staffing import Person
    from controller.views.standards import USUAL_MS

    if not path.is_file():
        raise WrongInput(f"{path} does not exist: pickwright staff DATABASE --template > {path}")
    begins = local_ms // QUARTER_MS % 96
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise WrongInput(f"{path} has no column {missing[0]}: see --template")
        for number, row in enumerate(reader, 2):
            skills = tuple((row["skills"] or "").split())
            unknown = [skill for skill in skills if skill not in USUAL_MS]
            if unknown or not skills:
                known = " ".join(USUAL_MS)
                raise WrongInput(
                    f"{path} line {number}: {unknown[0] if unknown else 'no skill'} is no job; "
                    f"write some of {known}"
                )
            starts, ends, *breaks = (
                (_quarter(path, number, text) - begins) % 96
                for text in (row["starts"], row["ends"], *(row["breaks"] or "").split())
            )
            yield Person(
                name=row["name"],
                skills=skills,
                starts=starts if starts < ends or not ends else 0,
                ends=min(ends or slots, slots),
                breaks=tuple(breaks),
            )


def _quarter(path: Path, number: int, text: str | None) -> int:
    """The quarter of the day of a time like 08:15."""
    try:
        at = datetime.strptime(text or "", "%H:%M").replace(tzinfo=UTC)
    except ValueError as error:
        raise WrongInput(f"{path} line {number}: {text!r} is no time; write 08:15") from error
    if at.minute % 15:
        raise WrongInput(f"{path} line {number}: {text} is not on a quarter; write 08:15")
    return at.hour * 4 + at.minute // 15


def _times(shift: "Shift", offset: int) -> list[str]:
    first = datetime.fromtimestamp((shift.starts_ms + offset) / 1_000, UTC)
    quarter = timedelta(minutes=15)
    return [(first + nth * quarter).strftime("%H:%M") for nth in range(shift.problem.slots)]


def _write(path: Path, shift: "Shift", plan: "Plan", offset: int) -> None:
    from controller.views.workload import as_rows

    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["person", *_times(shift, offset)])
        writer.writerows([name, *row] for name, row in as_rows(plan, shift.problem.slots))


def _fields(database: str, shift: "Shift", plan: "Plan", offset: int) -> dict[str, Any]:
    times = _times(shift, offset)
    return {
        "database": shown(database),
        "starts_ms": shift.starts_ms,
        "late_units": plan.late,
        "late_units_bound": plan.late_bound,
        "worked_quarters": plan.worked,
        "worked_quarters_bound": plan.worked_bound,
        "proven": plan.proven,
        "standards": [
            {
                "job": each.job,
                "unit_ms": each.unit_ms,
                "usual_ms": each.usual_ms,
                "learned_from": each.learned_from,
            }
            for each in shift.standards
        ],
        "jobs": [
            {
                "job": crew.job,
                "people": dict(zip(times, crew.people, strict=True)),
                "done": sum(crew.done),
                "late": max(crew.late),
                "why": crew.why,
            }
            for crew in plan.crews
        ],
        "stints": [
            {
                "person": each.person,
                "job": each.job,
                "from": times[each.starts],
                "quarters": each.ends - each.starts,
            }
            for each in plan.stints
        ],
    }


def _print(shift: "Shift", plan: "Plan", offset: int) -> None:
    from rich.table import Table

    console, times = out(), _times(shift, offset)
    grid = Table("job", *(time[:2] for time in times[::4]), "why", box=None)
    for crew in plan.crews:
        if any(crew.people) or any(crew.late):
            grid.add_row(crew.job, *(str(people) for people in crew.people[::4]), crew.why)
    console.print(grid)
    for each in plan.stints:
        end = times[each.ends] if each.ends < len(times) else "the end"
        print_plain(console, f"{each.person}: {each.job} from {times[each.starts]} to {end}")
    bound = "proven" if plan.proven else f"at least {plan.late_bound} and {plan.worked_bound}"
    print_plain(
        console,
        f"{plan.late} lines late over all quarters, {plan.worked / 4:.2f} hours ({bound})",
    )
