"""Owns `pickwright carrier`: whether a carriers file is right, and its carriers answer."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.errors import WrongInput
from api.terminal import out, print_json, print_plain

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Carriers: check the carriers file, and the way to each carrier.\n\n"
        "`pickwright carrier check --carriers carriers.toml`\n\n"
        "`pickwright carrier check Swift --carriers carriers.toml`"
    ),
)

Name = Annotated[str, typer.Argument(metavar="[NAME]", help="One carrier; none: all of them.")]
File = Annotated[
    Path, typer.Option("--carriers", metavar="CARRIERS.TOML", help="Carriers and ways to them.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def check(name: Name = "", carriers: File = Path("carriers.toml"), as_json: Json = False) -> None:
    """Check the carriers file, then reach each carrier with its credentials. Nothing is bought."""
    from api.carriers.adapter import CarrierError
    from api.carriers.carriers_file import read_carriers

    found = {each.adapter.name: each.adapter for each in read_carriers(carriers).connected}
    if name and name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise WrongInput(f"{carriers} has no [carriers.{name}]: there are {known}")
    told: list[dict[str, Any]] = []
    for adapter in (found[each] for each in sorted(found) if name in ("", each)):
        try:
            said, answers = adapter.check(), True
        except CarrierError as error:
            said, answers = str(error), error.why == "not_offered"
        finally:
            adapter.close()
        offers = sorted(adapter.offers)
        told.append({"carrier": adapter.name, "answers": answers, "said": said, "offers": offers})
    if as_json:
        print_json({"carriers": told})
    for each in () if as_json else told:
        mark = "ok" if each["answers"] else "FAILED"
        print_plain(out(), f"{each['carrier']}: {mark}: {each['said']}")
        print_plain(out(), f"  offers {', '.join(each['offers'])}")
    if not all(each["answers"] for each in told):
        raise typer.Exit(1)
