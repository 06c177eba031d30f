"""Owns how the command line speaks: words to stderr, results to stdout, one sentence per error."""

import inspect
import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console

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
    print_plain(out(), json.dumps(document, indent=2, ensure_ascii=False))


def print_error(sentence: str) -> None:
    console = err()
    console.print("error:", style="bold red", end=" ")
    print_plain(console, sentence)


def print_plain(console: Console, text: str) -> None:
    """Text that others wrote: no markup, no colours, no breaking of lines."""
    console.print(text, markup=False, highlight=False, soft_wrap=True, emoji=False)


def paragraphs(command: Callable[..., None]) -> str:
    """The docstring of a command with its line breaks taken out, to be broken by the terminal."""
    parts = (inspect.getdoc(command) or "").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts)


@contextmanager
def until_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed: work ends at its next step, or at once when pressed again."""
    pressed: list[int] = []

    def press(number: int, _frame: object) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        err().print("stopping; Ctrl-C again leaves at once ...", style="dim")

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress_bar(title: str) -> Iterator[Shown]:
    """A progress bar with live counts; plain lines where no terminal is."""
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
    """One line for each tenth of the work."""
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
