"""Owns the choice of benchmarks that take seconds; it fails when one of their bars is missed."""

import sys

from benchmarks import day, planners, scans, tell, writer
from benchmarks.shipping import rating

if __name__ == "__main__":
    measured = (writer, planners, rating, scans, day)
    sys.exit(tell(figure for each in measured for figure in each.measure()))
