"""Owns `pickwright bench`: the quick benchmarks, in a process of their own."""

import subprocess
import sys
from importlib.util import find_spec

import typer

from api.errors import WrongInput


def bench() -> None:
    """Run the quick benchmarks: how fast the core, the planners and a day are on this machine.

    Benchmarks stand in the source tree, so run this in a checkout. Example:

    `pickwright bench`
    """
    if find_spec("benchmarks") is None or find_spec("benchmarks.quick") is None:
        raise WrongInput("there are no benchmarks here: run this in a checkout of Pickwright")
    raise typer.Exit(subprocess.call([sys.executable, "-m", "benchmarks.quick"]))
