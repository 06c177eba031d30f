"""Covering: the cheapest choice of groups of lots, each known to fit a carton, for a whole order.

Owns the integer programme. Refuses to invent groups.
"""

from collections.abc import Mapping, Sequence

from controller.plan import Effort
from controller.plan._cp_sat import UNITS_PER_DETERMINISTIC_SECOND, new_model, run

Group = tuple[tuple[int, ...], int]
"""Counts of lots and their carton."""

GROUPS_MAX = 2_000


def cover(
    wanted: Sequence[int], found: Mapping[Group, int], known: Mapping[Group, int], effort: Effort
) -> tuple[dict[Group, int], int]:
    """How often each group is used, and the work it took; `known` is an answer to begin with.

    Shapes: found maps groups to cents.
    """
    cents: dict[tuple[int, ...], tuple[int, int]] = {}
    for (counts, carton), price in sorted(found.items()):
        cents[counts] = min(cents.get(counts, (price, carton)), (price, carton))
    groups = {(counts, carton): price for counts, (price, carton) in cents.items()}
    groups |= {key: found[key] for key in known}
    kept = sorted(groups, key=lambda key: (key not in known, groups[key] / sum(key[0]), key))
    kept = kept[:GROUPS_MAX]
    model = new_model()
    used = {
        key: model.new_int_var(
            0, min(w // c for w, c in zip(wanted, key[0], strict=True) if c), ""
        )
        for key in kept
    }
    for lot, want in enumerate(wanted):
        model.add(sum(key[0][lot] * var for key, var in used.items() if key[0][lot]) == want)
    model.minimize(sum(groups[key] * var for key, var in used.items()))
    for key, var in used.items():
        model.add_hint(var, known.get(key, 0))
    answer = run(model, effort)
    seconds = answer.solver.response_proto.deterministic_time
    spent = round(seconds * UNITS_PER_DETERMINISTIC_SECOND)
    if not answer.found:
        return dict(known), spent
    chosen = {key: answer.solver.value(var) for key, var in used.items()}
    return {key: times for key, times in chosen.items() if times}, spent
