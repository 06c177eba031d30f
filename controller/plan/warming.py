"""Owns what a process for plans loads before the first plan is wanted: solvers, compiled kernels.

Whatever a release plan or slotting may call is called here once, on a floor of two aisles: a
kernel that is not compiled yet is compiled then, once for an installation. Refuses to plan.
"""

from dataclasses import replace

from controller.plan import Effort, _cp_sat, batching, cartonizing, releasing, slotting
from controller.plan.cutting import Box, Goods, Need, Problem, Row, Wave
from controller.plan.graphs.graph import graph_of
from controller.plan.graphs.ground import floor_of
from controller.plan.slots.faces import Goods as Held
from controller.plan.slots.faces import Spot
from controller.plan.slotting import Trip
from controller.plan.streams.problem import Pace, Stream
from controller.plan.walks.rectangle import Layout, Stop

SKUS = 14  # more stops than a tour on a graph is proven for
LAYOUT = Layout(aisles=2, block_lengths_mm=(99,), aisle_pitch_mm=9, depot_aisle=0)
SMALL = Effort(work=1_000)


def warm() -> None:
    """Loads all that plans need."""
    _cp_sat.new_model()
    batching.warm()
    cartonizing.warm()
    warm_aisles()
    warm_ways()


def warm_aisles() -> None:
    """Loads what plans on a floor of aisles need beside tours and cartons."""
    problem = _problem()
    releasing.solve(problem, SMALL)
    for wave in (None, Wave(units_min=1, units_max=99, by_ms=0)):
        releasing.solve(replace(problem, wave=wave, stream=_STREAM), SMALL)
    slotting.solve(_slots(), SMALL)


def warm_ways() -> None:
    """Loads what plans on a floor of ways, one of them one-way, need beside tours and cartons."""
    plain = floor_of(LAYOUT)
    ways = (replace(plain.ways[0], one_way=True), *plain.ways[1:])
    graph = replace(_problem(), layout=graph_of(replace(plain, ways=ways)))
    for slots in (1, 3):  # tours that are proven, and longer ones
        releasing.solve(replace(graph, cart_slots=slots), SMALL)


_STREAM = Stream(
    now_ms=0, soon_ms=1, pickers_ms=(0,), pace=Pace(), pool_carts=1, urgent=frozenset(("1",))
)


def _stop(nth: int) -> Stop:
    return Stop(aisle=nth % 2, block=0, y_mm=5 * nth)


def _problem() -> Problem:
    """Three orders of several totes, with goods that want to lie below or above others."""
    skus = [str(nth) for nth in range(SKUS)]
    return Problem(
        needs=tuple(
            Need(order=str(nth % 3), line=nth + 1, sku=sku, owner="", qty=1, due_ms=nth)
            for nth, sku in enumerate(skus)
        ),
        rows=tuple(
            Row(sku=sku, owner="", place=sku, stop=_stop(nth), qty=9, face=True)
            for nth, sku in enumerate(skus)
        ),
        goods=tuple(
            Goods(
                sku=sku,
                length_mm=100,
                width_mm=100,
                height_mm=100,
                mass_g=4_000 if nth % 2 else 10,
                fragile=nth % 4 == 0,
                cold=nth % 8 == 2,
            )
            for nth, sku in enumerate(skus)
        ),
        cartons=(
            cartonizing.Carton(
                code="C",
                length_mm=300,
                width_mm=300,
                height_mm=300,
                tare_g=1,
                mass_max_g=99_000,
                cost_cents=1,
            ),
        ),
        tariff=cartonizing.Tariff(
            base_cents=1, per_kg_cents=1, divisor_cm3_per_kg=5_000, step_g=500
        ),
        layout=LAYOUT,
        tote=Box(volume_ml=20_000, mass_max_g=99_000),
        cage=Box(volume_ml=900_000, mass_max_g=900_000),
        cart_slots=3,
        singles_max=9,
        orders_max=9,
        precedence_mm=1_000,
    )


def _slots() -> slotting.Problem:
    return slotting.Problem(
        layout=LAYOUT,
        goods=(Held(sku="A", place="P1", face_ml=1, unit_mass_g=1),),
        spots=tuple(Spot(name=f"P{nth}", stop=_stop(nth)) for nth in range(2)),
        trips=(Trip(skus=("A",)),),
        days=1,
    )
