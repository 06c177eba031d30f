"""Owns what is told of a layout: what was recognised, what is odd, how far it is to walk."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from controller.messages import FloorLayout, Place
from controller.plan.graphs.distances import depot_distance_mm
from controller.plan.graphs.graph import lengths_mm
from controller.plan.graphs.ground import ground_of
from controller.plan.walking import Layout

NAMES_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`facts` in the sequence in which they are read; `unreachable` names places."""

    facts: dict[str, Any]
    unreachable: tuple[str, ...]


def report_on(layout: FloorLayout, places: Sequence[Place]) -> Report:
    """What planners make of a floor and its places."""
    ground = ground_of(layout)
    stops = {each.name: ground.stop(each.way, 0, 0, each.y_mm) for each in places}
    unreachable = tuple(name for name, stop in stops.items() if stop is None)
    far = sorted(depot_distance_mm(ground.shape, stop) for stop in stops.values() if stop)
    lengths, levels = lengths_mm(layout), sorted({point.level for point in layout.points})
    metres: Counter[str] = Counter()
    for way in layout.ways:
        metres[way.kind] += lengths[way.name]
    zone_of = {way.name: way.zone for way in layout.ways}
    zones = Counter(each.zone or zone_of[each.way] for each in places)
    facts: dict[str, Any] = {
        "recognised": _recognised(ground.shape, ground.why),
        "points": len(layout.points),
        "ways": {kind: f"{mm / 1000:.1f} m" for kind, mm in sorted(metres.items())},
        "levels": levels,
        "depots": {each.name: _depot(each.begins, each.ends) for each in layout.depots},
        "one_way": [way.name for way in layout.ways if way.one_way],
        "slow": [way.name for way in layout.ways if way.pace_percent > 100 or way.seconds],
        "blocked": [f"{each.way}{_spot(each.y_mm)}" for each in layout.obstacles],
        "dead_ends": _dead_ends(layout),
        "places": dict(sorted(Counter(each.kind for each in places).items())),
        "zones": {name: count for name, count in sorted(zones.items()) if name},
        "unreachable": list(unreachable),
    }
    if far:
        facts["mean_walk_to_a_place"] = f"{sum(far) / len(far) / 1000:.1f} m"
        facts["farthest_place"] = f"{far[-1] / 1000:.1f} m"
    return Report(facts=facts, unreachable=unreachable)


def _recognised(shape: Any, why: str) -> str:
    if not isinstance(shape, Layout):
        return f"a graph ({why}): tours are searched and bounded, short ones are proven"
    blocks = ", ".join(f"{length / 1000:g} m" for length in shape.block_lengths_mm)
    return (
        f"a rectangle of {shape.aisles} aisles {shape.aisle_pitch_mm / 1000:g} m apart and "
        f"{len(shape.block_lengths_mm)} blocks ({blocks}), depot at aisle "
        f"{shape.depot_aisle + 1}: tours are exact"
    )


def _depot(begins: bool, ends: bool) -> str:
    return "tours begin and end" if begins and ends else "tours begin" if begins else "tours end"


def _spot(y_mm: int) -> str:
    return f" at {y_mm} mm" if y_mm >= 0 else ""


def _dead_ends(layout: FloorLayout) -> list[str]:
    met = Counter(name for way in layout.ways for name in (way.start, way.end))
    depots = {each.point for each in layout.depots}
    return [name for name, count in met.items() if count == 1 and name not in depots]


def sentences(report: Report) -> list[str]:
    """The report as lines, long lists cut short."""
    lines = []
    for name, fact in report.facts.items():
        if fact in ([], {}):
            continue
        lines.append(f"{name.replace('_', ' ')}: {_words(fact)}")
    return lines


def _words(fact: Any) -> str:
    if isinstance(fact, dict):
        return ", ".join(f"{name} {value}" for name, value in fact.items())
    if isinstance(fact, list):
        more = f" and {len(fact) - NAMES_MAX} more" if len(fact) > NAMES_MAX else ""
        return ", ".join(map(str, fact[:NAMES_MAX])) + more
    return str(fact)
