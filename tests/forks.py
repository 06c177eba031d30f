"""Owns the one process that processes of tests are forked from: all that they import is there.

A process has one such server, so there is one list of what it loads.
"""

import multiprocessing
from typing import Final

FORKS: Final = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.warm", "argparse", "pytest"])
