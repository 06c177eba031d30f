"""Owns small shifts full of faults, one for each seed.

`python -m tests.simulation.seeds --seeds 200` tries many. A seed that breaks an invariant, loses
an order or differs when it is run again is told with all that broke; it breaks the same way when
it is tried alone.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from random import Random

from api.demo.site import SHIPS
from controller.messages import CancelOrder, ChangeOrder, PlaceOrder
from controller.units import HOUR, MINUTE
from simulation.building import scenario_generated
from simulation.orders.taken_back import order_key
from simulation.outside.equipping import with_street
from simulation.outside.what_if import stopping
from simulation.report import Result
from simulation.run import planning, run
from simulation.scenario import Faults, Scenario
from simulation.streams import Streams
from simulation.timed import Timed, by_time

ORDERS = (8, 15)
FAULTS_MIN = 20
SECOND_THOUGHT_MS = 4 * MINUTE
STOPS = ("Albion Parcels", "Meridian Express", "VAN-1", "VAN-2", "MANCHESTER")
ENDS = ("shipped", "cancelled", "backordered", "explained")
HARSH = Faults(
    no_read_ppm=60_000,
    misread_ppm=30_000,
    wrong_scan_ppm=25_000,
    wrong_pick_ppm=60_000,
    empty_place_ppm=40_000,
    missed_divert_ppm=60_000,
    message_lost_ppm=30_000,
    message_late_ppm=30_000,
    message_twice_ppm=30_000,
    message_overtakes_ppm=30_000,
    jam_every_ms=3_600_000,
    paper_labels=7,
    scale_drift_g=240,
    device_reboot_every_ms=5_400_000,
    controller_crash_every_ms=2_700_000,
    dead_zone_ppm=100_000,
    carrier_down_every_ms=3_600_000,
    carrier_slow_ppm=60_000,
)


def scenario(seed: int) -> Scenario:
    """A small shift: few orders, fickle customers, many faults."""
    least, most = ORDERS
    calm = scenario_generated(least + seed % (most - least + 1), seed)
    demand = by_time((*calm.demand, *second_thoughts(seed, calm.demand)))
    return replace(calm, demand=demand, faults=HARSH)


def street_scenario(seed: int) -> Scenario:
    """A shift full of faults with carriers, vans and a store, each of which stops for a while."""
    shift = with_street(scenario(seed), tuple(SHIPS.commands()), SHIPS.address)
    stream = Streams(seed).stream("stops")
    for name in STOPS:
        from_ms = stream.randint(7 * HOUR, 17 * HOUR)
        shift = stopping(shift, name, from_ms, from_ms + stream.randint(10 * MINUTE, 5 * HOUR))
    return shift


def street_broken(seed: int, planner: Executor, *, twice: bool) -> list[str]:
    """What is wrong with such a shift, in sentences; what stopped may have left orders."""
    result = run(street_scenario(seed), planner=planner)
    fields, found = result.fields, violations(result)
    orders = fields["orders"]
    if sum(orders[end] for end in ENDS) != orders["received"]:
        found.append(f"{orders['received']} orders came and not all of them ended: {orders}")
    if twice and digests(run(street_scenario(seed), planner=planner)) != digests(result):
        found.append("a second run has other digests")
    return found


def second_thoughts(seed: int, demand: Sequence[Timed]) -> Iterator[Timed]:
    """Of five orders one is cancelled, one in part and one changed, most in mid-work."""
    stream = Streams(seed).stream("second thoughts")
    for each in demand:
        draw = stream.randrange(5)
        if isinstance(each.command, PlaceOrder) and draw < 3:
            at_ms = each.at_ms + round(stream.expovariate(1 / SECOND_THOUGHT_MS))
            yield Timed(at_ms=at_ms, command=_second_thought(stream, each.command, draw))


def _second_thought(stream: Random, order: PlaceOrder, draw: int) -> CancelOrder | ChangeOrder:
    key, line = order_key(order.shop, order.number), stream.choice(order.lines)
    if draw == 2:
        changed = replace(line, qty=max(1, line.qty + stream.randint(-2, 2)))
        return ChangeOrder(id=f"{key}/change", actor=order.shop, order=key, lines=(changed,))
    part = replace(line, qty=stream.randint(1, line.qty))
    lines = (part,) if draw else ()
    return CancelOrder(id=f"{key}/second", actor=order.shop, order=key, lines=lines)


def broken(seed: int, planner: Executor, *, twice: bool) -> list[str]:
    """What is wrong with the shift of a seed, in sentences; `twice` also compares two runs."""
    result = run(scenario(seed), planner=planner)
    fields, found = result.fields, violations(result)
    orders = fields["orders"]
    if sum(orders[end] for end in ENDS) != orders["received"]:
        found.append(f"{orders['received']} orders came and not all of them ended: {orders}")
    late = [reason for reason in orders["reasons"] if reason != "after_cut_off"]
    if late:
        found.append(f"orders were left: {late}")
    if sum(fields["faults"].values()) < FAULTS_MIN:
        found.append(f"only these faults happened: {fields['faults']}")
    if twice and digests(run(scenario(seed), planner=planner)) != digests(result):
        found.append("a second run has other digests")
    return found


def violations(result: Result) -> list[str]:
    """The sentences of all invariants that do not hold."""
    return [
        f"{name}: {sentence}"
        for name, told in result.fields["invariants"].items()
        if told != "ok"
        for sentence in told
    ]


def digests(result: Result) -> tuple[str, str]:
    return result.fields["ledger_digest"], result.fields["event_digest"]


def main() -> int:
    """The exit code is 1 when a seed fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds (20)")
    parser.add_argument("--first", type=int, default=1, help="the first of them (1)")
    parser.add_argument("--street", action="store_true", help="with carriers, vans and a store")
    asked = parser.parse_args()
    tried = street_broken if asked.street else broken
    failed = 0
    with planning() as planner:
        for seed in range(asked.first, asked.first + asked.seeds):
            found = tried(seed, planner, twice=seed % 5 == 0)
            failed += bool(found)
            sys.stdout.write(f"seed {seed}: " + "\n  ".join(found or ["ok"]) + "\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
