"""Which stops no van can ever serve, and why.

Owns the check of each stop alone: its load, its window, its way. Refuses to weigh stops.
"""

from controller.plan.vans.problem import Depot, Measure, Problem, Stop, Vans


def hopeless(problem: Problem) -> dict[str, str]:
    """The reason for each stop that even a van of its own cannot serve."""
    depots = {depot.id: depot for depot in problem.depots}
    told = {}
    for stop in problem.stops:
        reasons = [_refusal(problem, depots, vans, stop) for vans in problem.vans]
        if all(reasons):
            each = [f"{v.kind}: {why}" for v, why in zip(problem.vans, reasons, strict=True)]
            told[stop.id] = "; ".join(each) or "there are no vans"
    return told


def _refusal(problem: Problem, depots: dict[str, Depot], vans: Vans, stop: Stop) -> str:
    if not vans.count:
        return "there is none"
    if stop.id in vans.refuses:
        return "may not take it"
    pickup = stop.pickup or (0,) * len(vans.capacity)
    measures = problem.measures or (Measure(),) * len(vans.capacity)
    loads = map(max, stop.delivery, pickup)
    for measure, load, capacity in zip(measures, loads, vans.capacity, strict=True):
        if load > capacity:
            return f"holds {measure.told(capacity)}, {measure.told(load)} are to be carried"
    start, end = depots[vans.depot], depots[vans.end_depot or vans.depot]
    out, back = (start.at, stop.at), (stop.at, end.at)
    if int(problem.distance_m[out] + problem.distance_m[back]) > vans.distance_max_m:
        return "too far"
    leaves_s = max(vans.starts_s, start.opens_s, stop.ready_s)
    comes_s = leaves_s + int(problem.duration_s[out])
    if comes_s > stop.closes_s:
        return f"cannot be there before {comes_s} s, it closes at {stop.closes_s} s"
    home_s = max(comes_s, stop.opens_s) + stop.service_s + int(problem.duration_s[back])
    if home_s > min(vans.ends_s, end.closes_s):
        return f"would be back at {home_s} s, the shift ends at {min(vans.ends_s, end.closes_s)} s"
    if home_s - max(leaves_s, stop.opens_s - int(problem.duration_s[out])) > vans.shift_max_s:
        return "the way is longer than a shift"
    return ""
