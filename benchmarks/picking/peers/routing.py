"""Owns the peer OR-Tools routing: its first solution, or guided local search for some seconds."""

from collections.abc import Sequence
from time import process_time

from benchmarks.picking.peers import Matrix


def first_solution(matrix: Matrix, _seconds: float) -> Sequence[int]:
    """The cheapest arc from where one stands, again and again."""
    return _solved(matrix, 0)


def guided(matrix: Matrix, seconds: float) -> Sequence[int]:
    """Guided local search after that."""
    return _solved(matrix, seconds)


def _solved(matrix: Matrix, seconds: float) -> Sequence[int]:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    places = pywrapcp.RoutingIndexManager(len(matrix), 1, 0)
    model = pywrapcp.RoutingModel(places)
    arcs = model.RegisterTransitMatrix(matrix)
    model.SetArcCostEvaluatorOfAllVehicles(arcs)
    wanted = pywrapcp.DefaultRoutingSearchParameters()
    wanted.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    if seconds:
        local = routing_enums_pb2.LocalSearchMetaheuristic
        wanted.local_search_metaheuristic = local.GUIDED_LOCAL_SEARCH
        until = process_time() + seconds
        limit = model.solver().CustomLimit(lambda: process_time() > until)
        model.AddSearchMonitor(limit)
        wanted.time_limit.FromSeconds(60 * 60)
    else:
        wanted.solution_limit = 1
    found = model.SolveWithParameters(wanted)
    sequence, at = [], found.Value(model.NextVar(model.Start(0)))
    while not model.IsEnd(at):
        sequence.append(places.IndexToNode(at) - 1)
        at = found.Value(model.NextVar(at))
    return sequence
