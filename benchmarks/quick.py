"""Owns the choice of benchmarks that take seconds; it fails when one of their bars is missed."""

import sys

from benchmarks import day, planners, scans, tell, writer

if __name__ == "__main__":
    sys.exit(tell([*writer.measure(), *planners.measure(), *scans.measure(), *day.measure()]))
