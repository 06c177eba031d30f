"""Owns `pickwright layout`: is a floor described right, and what does it look like?"""

from pathlib import Path
from typing import Annotated

import typer

from api.errors import FAILED, OK, WrongInput
from api.terminal import err, out, paragraphs, print_json, print_plain

app = typer.Typer(
    no_args_is_help=True,
    help="Check and draw the floor of a site file: points, ways, places, depots, a tour.",
)

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A site file like site.toml, with [layout] or [site]."),
]


def check(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check the floor of a site file, and say what was recognised in it.

    Blocks and aisles of a rectangle, one-way ways, lifts, dead ends, depots, how far it is to
    walk, and the places that no tour can reach: with any of those the exit code is 1. All that
    is wrong in the file and its CSV files is told at once. Example:

    `pickwright layout check site.toml`
    """
    from api.layout_report import report_on, sentences
    from api.settings import read_layout

    report = report_on(*read_layout(file))
    if as_json:
        print_json(report.facts)
    else:
        for sentence in sentences(report):
            print_plain(out(), sentence)
    raise typer.Exit(FAILED if report.unreachable else OK)


def draw(
    file: File,
    target: Annotated[Path, typer.Option("--out", metavar="SVG", help="Where the picture goes.")],
    tour: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Names of places, one a line, in walking order."),
    ] = None,
    shortest: Annotated[
        bool, typer.Option("--shortest", help="Put the places of the tour in the shortest order.")
    ] = False,
) -> None:
    """Draw the floor of a site file as SVG, with a tour if you like.

    Zones have colours, one-way aisles arrows, blocked ways crosses; a mouse over a place or a
    way shows its name. Examples:

    `pickwright layout draw site.toml --out floor.svg`

    `pickwright layout draw site.toml --out tour.svg --tour picks.txt --shortest`
    """
    from api.layout_drawing import draw, in_shortest_order
    from api.settings import read_layout

    layout, places = read_layout(file)
    names = _names(tour) if tour else []
    if shortest:
        names = in_shortest_order(layout, places, names)
    picture = draw(layout, places, names)
    try:
        target.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise WrongInput(
            f"{target} cannot be written ({error.strerror}): check the path"
        ) from error
    print_plain(err(), f"{target} is drawn: {len(layout.ways)} ways, {len(places)} places")


def _names(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongInput(f"{path} cannot be read ({error}): check the path") from error
    return [line.strip() for line in lines if line.strip()]


for _command in (check, draw):
    app.command(help=paragraphs(_command))(_command)
