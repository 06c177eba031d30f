"""What answers cost, reckoned from the problem alone, one parcel and one unit after the other.

Owns costs, pickups and stock, reckoned a second time. Refuses to share code with planners.
"""

from collections import Counter, defaultdict
from fractions import Fraction
from math import floor

from controller.plan import carriers, sourcing


def check_carriers(problem: carriers.Problem, plan: carriers.Plan) -> None:
    """Raises: ValueError naming the pickup that is overfull, or a cost that is not its own."""
    taken = [
        parcel.options[at]
        for parcel, at in zip(problem.parcels, plan.chosen, strict=True)
        if at is not None
    ]
    for pickup, used in Counter(option.pickup for option in taken).items():
        if used > problem.pickup_capacity.get(pickup, used):
            raise ValueError(f"pickup {pickup} takes {used} parcels")
    counts = Counter(option.carrier for option in taken)
    for carrier, most in problem.most.items():
        if counts[carrier] > most:
            raise ValueError(f"carrier {carrier} takes {counts[carrier]} parcels")
    counts.update({carrier: gone for carrier, (gone, _) in problem.sent.items()})

    def paid(carrier: str, base_cents: int) -> int:
        tiers = [t for t in problem.tiers.get(carrier, ()) if t[0] <= counts[carrier]]
        off = Fraction(max(tiers)[1] if tiers else 0, 1_000_000)
        return floor(base_cents * (1 - off) + Fraction(1, 2))

    total = sum(paid(option.carrier, option.base_cents) + option.other_cents for option in taken)
    total += sum(paid(carrier, cents) for carrier, (_, cents) in problem.sent.items())
    for carrier, (least, fee) in problem.minimums.items():
        total += fee * max(0, least - counts[carrier])
    if total != plan.cost_cents or plan.bound_cents > total:
        raise ValueError(f"costs {total}, not {plan.cost_cents} (bound {plan.bound_cents})")


def check_sourcing(problem: sourcing.Problem, plan: sourcing.Plan) -> None:
    """Raises: ValueError naming stock or room that is not there, or a cost that is not its own."""
    left = Counter(
        {
            (n.id, sku): max(0, units - n.safety.get(sku, 0))
            for n in problem.nodes
            for sku, units in n.stock.items()
        }
    )
    packed = Counter(shipment.node for shipment in plan.shipments)
    for n in problem.nodes:
        if n.parcels_max is not None and packed[n.id] > n.parcels_max:
            raise ValueError(f"{n.id} packs {packed[n.id]} parcels, more than {n.parcels_max}")
    missing = {order.id: dict(order.lines) for order in problem.orders}
    parcels: dict[str, list[sourcing.Shipment]] = defaultdict(list)
    for shipment in plan.shipments:
        parcels[shipment.order].append(shipment)
        for sku, units in shipment.lines.items():
            left[shipment.node, sku] -= units
            missing[shipment.order][sku] -= units
    for (node, sku), units in left.items():
        if units < 0:
            raise ValueError(f"{node} ships {-units} more of {sku} than it has")
    total = 0
    for order in problem.orders:
        nodes = [shipment.node for shipment in parcels[order.id]]
        if len(set(nodes)) < len(nodes) or min(missing[order.id].values(), default=0) < 0:
            raise ValueError(f"order {order.id} gets a node or a unit twice")
        total += max(0, len(nodes) - 1) * problem.split_cents
        total += sum(missing[order.id].values()) * problem.unfilled_cents
        for shipment in parcels[order.id]:
            units = sum(shipment.lines.values())
            total += order.parcel_cents[shipment.node]
            total += units * order.unit_cents.get(shipment.node, 0)
    if total != plan.cost_cents or plan.bound_cents > total:
        raise ValueError(f"costs {total}, not {plan.cost_cents} (bound {plan.bound_cents})")
