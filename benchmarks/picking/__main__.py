"""Owns the command line of the picking benchmarks: each sub-command is a module beside this one.

Such a module has `add_arguments(parser)` and `run(arguments) -> exit code`; its docstring is its
help. Refuses to know more of it than its name.
"""

import sys

from benchmarks import commands

COMMANDS = ("walk", "batch", "public", "bars", "online", "blocking", "slotting", "tours")


def main() -> int:
    """Run the sub-command that the command line names; without one measure all bars."""
    return commands.run("benchmarks.picking", COMMANDS, usual="bars")


if __name__ == "__main__":
    sys.exit(main())
