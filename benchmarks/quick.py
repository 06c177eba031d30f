"""Runs the benchmarks that take seconds, and fails when one of their bars is missed."""

import sys

from benchmarks import tell, writer

if __name__ == "__main__":
    sys.exit(tell(writer.measure()))
