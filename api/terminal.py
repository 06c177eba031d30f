"""Owns how the command line speaks: words to stderr, results to stdout, one sentence per error."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console

OK, FAILED, WRONG_INPUT = 0, 1, 2

Shown = Callable[[float, Mapping[str, int]], None]

_STEPS = 10


def out() -> Console:
    """Where results go."""
    return Console()


def err() -> Console:
    """Where progress and errors go."""
    return Console(stderr=True)


def print_json(document: Mapping[str, Any]) -> None:
    """The one document of a `--json` run."""
    out().print(json.dumps(document, indent=2, ensure_ascii=False), soft_wrap=True, markup=False,
                highlight=False)


def print_error(sentence: str) -> None:
    err().print(f"[bold red]error:[/] {sentence.replace('[', '\\[')}", soft_wrap=True,
                highlight=False)


def sentence_of(error: Exception) -> tuple[str, int] | None:
    """What to tell about an error and the exit code, or None for a defect of ours."""
    from api.databases import WrongInput
    from controller.errors import ControllerError, StoreOutdated, StoreUnavailable
    from simulation.orders.report import OrderFileError

    match error:
        case StoreUnavailable():
            detail = error.fields.get("detail", "")
            return f"the database does not answer ({detail}): check that it runs, and its URL", FAILED
        case StoreOutdated():
            return "the database has a newer schema: install a newer Pickwright", FAILED
        case ControllerError() | WrongInput() | OrderFileError():
            return str(error), WRONG_INPUT
    return None


@contextmanager
def day_bar(title: str) -> Iterator[Shown]:
    """A progress bar of a simulated day with live counts; plain lines where no terminal is."""
    console = err()
    if not console.is_terminal:
        yield _lines(console, title)
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TextColumn("[dim]{task.fields[counts]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=1.0, counts="")

        def show(fraction: float, counts: Mapping[str, int]) -> None:
            progress.update(task, completed=fraction, counts=_words(counts))

        yield show


def _lines(console: Console, title: str) -> Shown:
    """One line for each tenth of the day."""
    told = -1

    def show(fraction: float, counts: Mapping[str, int]) -> None:
        nonlocal told
        step = int(fraction * _STEPS)
        if step > told:
            told = step
            console.print(f"{title} {step * 100 // _STEPS}% {_words(counts)}", highlight=False)

    return show


def _words(counts: Mapping[str, int]) -> str:
    return "  ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
