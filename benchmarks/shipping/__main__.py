"""Owns the command line of the shipping benchmarks: each sub-command is a module beside this one.

Such a module has `add_arguments(parser)` and `run(arguments) -> exit code`; its docstring is its
help. Refuses to know more of it than its name.
"""

import sys

from benchmarks import commands

COMMANDS = ("rating", "carriers", "waves", "sourcing", "deliver", "dispatch")


def main() -> int:
    """Run the sub-command that the command line names."""
    return commands.run("benchmarks.shipping", COMMANDS)


if __name__ == "__main__":
    sys.exit(main())
