"""Owns how a package of benchmarks is run: a sub-command is a module of the package."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module


def run(package: str, names: Sequence[str], usual: str = "") -> int:
    """Run the sub-command that the command line names, or the usual one; its exit code.

    The others are not imported: their libraries would count as its seconds.
    """
    words = sys.argv[1:] or [usual] * bool(usual)
    parser = argparse.ArgumentParser(prog=f"python -m {package}")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in [each for each in names if each in words[:1]] or names:
        module = import_module(f"{package}.{name}")
        about = (module.__doc__ or "").splitlines()[0]
        command = commands.add_parser(name, help=about, description=about)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args(words)
    code: int = arguments.run(arguments)
    return code
