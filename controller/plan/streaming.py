"""Streaming: which loads start now on the pickers that are free, and which wait to travel denser.

Owns the trade-off of a waveless floor: late enough to batch well, early enough to be on time.
Orders that can still be on time go before those that cannot. Refuses to keep a picker waiting
once a load would be late for it, and loads that no cart takes.
"""

from controller.plan import Effort
from controller.plan.batching import Cart, Load
from controller.plan.streams.problem import Pace, Plan, Problem, Stream, Tour, Waiting

__all__ = ["Cart", "Load", "Pace", "Plan", "Problem", "Stream", "Tour", "Waiting", "solve"]


def solve(problem: Problem, effort: Effort) -> Plan:
    """Tours for the pickers that are free now.

    Units: one unit of work prices one tour, about ten microseconds; a tour of 16 loads out of 64
    takes about 4,000.
    Source: Savelsbergh & Sol 1998 (slack); Balas 1989 (prizes for what a tour collects).
    """
    from controller.plan.streams.deciding import decide

    return decide(problem, effort)
