"""Owns the command line of the picking benchmarks: each sub-command is a module beside this one.

Such a module has `add_arguments(parser)` and `run(arguments) -> exit code`; its docstring is its
help. Refuses to know more of it than its name.
"""

import argparse
import sys
from importlib import import_module

COMMANDS = ("walk", "batch", "public", "bars", "online", "slotting", "tours")


def main() -> int:
    """Run the sub-command that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.picking")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        module = import_module(f"benchmarks.picking.{name}")
        about = (module.__doc__ or "").splitlines()[0]
        command = commands.add_parser(name, help=about, description=about)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args()
    code: int = arguments.run(arguments)
    return code


if __name__ == "__main__":
    sys.exit(main())
