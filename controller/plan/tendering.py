"""Which carriers get the parcels of the coming departures: what left, what is here, what may come.

Owns the answer as people read it: services that change, with reasons, and what becomes of tiers
and pickups. Refuses to choose (`carriers` does) and to know where parcels come from.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from controller.messages import CarrierOutlook, PickupOutlook, ServiceChoice
from controller.plan import Effort, carriers
from controller.plan.pickups.prices import after
from controller.plan.pickups.problem import WHOLE_PPM

PPM_PER_POINT = 100  # tiers are told in hundredths of a percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """A pickup with its limit, and what of that has been used."""

    carrier: str
    most: int
    sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The first parcels of `choice` are here, each with its service `now`; the others may come.

    `all_of_it` has what left, too, as if nothing had. `late` of those here keep no promise.
    `fixed_cents` was paid for what left, beside its base.
    """

    choice: carriers.Problem
    all_of_it: carriers.Problem
    ids: tuple[int, ...]
    now: tuple[str, ...]
    leaves_ms: int
    late: int = 0
    fixed_cents: int = 0
    pickups: Mapping[str, Pickup] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`choices` are the services that differ from those planned before."""

    problem: Problem
    choices: tuple[ServiceChoice, ...]
    cost_cents: int
    greedy_cents: int
    bound_cents: int
    left_out: int
    carriers: tuple[CarrierOutlook, ...]
    pickups: tuple[PickupOutlook, ...]


def solve(problem: Problem, effort: Effort) -> Plan:
    """The services of all parcels together, and what is new in that."""
    found = carriers.solve(problem.choice, effort)
    fixed = problem.fixed_cents
    here = len(problem.ids)
    return Plan(
        problem=problem,
        choices=tuple(_changes(problem, found)),
        cost_cents=found.cost_cents + fixed,
        greedy_cents=carriers.greedy_cents(problem.all_of_it),
        bound_cents=found.bound_cents + fixed,
        left_out=sum(at is None for at in found.chosen[:here]),
        carriers=tuple(_carriers(problem, found)),
        pickups=tuple(_pickups(problem, found)),
    )


def _changes(problem: Problem, found: carriers.Plan) -> Iterator[ServiceChoice]:
    """What is planned anew; reasons of unchanged services stay as they were."""
    whys = carriers.explain(problem.choice, found)
    here = zip(problem.ids, problem.now, strict=True)
    answers = zip(problem.choice.parcels, found.chosen, whys, strict=True)
    for (parcel_id, now), (parcel, at, why) in zip(here, answers, strict=False):
        service = "" if at is None else parcel.options[at].service
        if service != now:
            yield ServiceChoice(parcel=parcel_id, service=service, why=why)


def _taken(problem: Problem, found: carriers.Plan) -> Iterator[tuple[bool, carriers.Option]]:
    """Whether a parcel is here, and its option, for all that have one."""
    here = len(problem.ids)
    for nth, (parcel, at) in enumerate(zip(problem.choice.parcels, found.chosen, strict=True)):
        if at is not None:
            yield nth < here, parcel.options[at]


def _carriers(problem: Problem, found: carriers.Plan) -> Iterator[CarrierOutlook]:
    counts: Counter[tuple[str, bool]] = Counter()
    cents: Counter[str] = Counter()
    for is_here, option in _taken(problem, found):
        counts[option.carrier, is_here] += 1
        rest_ppm = WHOLE_PPM - found.tiers[option.carrier]
        cents[option.carrier] += after(option.base_cents, rest_ppm) + option.other_cents
    for name, off_ppm in sorted(found.tiers.items()):
        sent, base_cents = problem.choice.sent.get(name, (0, 0))
        got = sent + counts[name, True] + counts[name, False]
        steps = sorted(problem.choice.tiers.get(name, ()))
        start, further = next((step for step in steps if step[0] > got), (0, 0))
        yield CarrierOutlook(
            carrier=name,
            sent=sent,
            planned=counts[name, True],
            expected=counts[name, False],
            cost_cents=cents[name] + after(base_cents, WHOLE_PPM - off_ppm),
            tier=off_ppm // PPM_PER_POINT,
            next_parcels=start,
            next_tier=further // PPM_PER_POINT,
            most=problem.most.get(name, 0),
            charge_cents=found.carrier_cents.get(name, 0),
        )


def _pickups(problem: Problem, found: carriers.Plan) -> Iterator[PickupOutlook]:
    used = Counter((option.pickup, is_here) for is_here, option in _taken(problem, found))
    for name, pickup in sorted(problem.pickups.items()):
        yield PickupOutlook(
            pickup=name,
            carrier=pickup.carrier,
            most=pickup.most,
            sent=pickup.sent,
            planned=used[name, True],
            expected=used[name, False],
            charge_cents=found.pickup_cents.get(name, 0),
        )
