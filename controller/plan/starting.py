"""Starting: which orders and loads go now, where the site does not want all of them at once.

Owns waves by units per aisle, and the streaming of loads to pickers. Refuses to hold an order
back that its wave names as due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heapreplace

from controller.plan import Effort, batching, streaming, wave_selecting
from controller.plan.cutting import Problem, Row, Work
from controller.plan.graphs.graph import MATRIX_MAX, Graph
from controller.plan.streams.problem import Stream
from controller.plan.walks.rectangle import Layout

WAVE_WORK = 20_000
REASON = "another_wave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Loads that start; orders that wait, with reason and forecast; the pickers that are left."""

    loads: tuple[str, ...]
    waiting: tuple[tuple[str, str], ...]
    ready: tuple[tuple[str, int], ...]
    stream: Stream


def of_wave(problem: Problem) -> frozenset[str]:
    """The orders of the wave that yields most units to an aisle, and those that are due anyway."""
    wave = problem.wave
    if wave is None:
        return frozenset(need.order for need in problem.needs)
    lines: dict[str, list[tuple[str, int]]] = {}
    due: dict[str, int] = {}
    for need in problem.needs:
        lines.setdefault(need.order, []).append((f"{need.owner}/{need.sku}", need.qty))
        due[need.order] = need.due_ms
    plan = wave_selecting.solve(
        wave_selecting.Problem(
            orders=tuple(
                wave_selecting.Order(id=order, lines=tuple(asked))
                for order, asked in lines.items()
            ),
            aisles=_aisles(problem.rows),
            units_min=wave.units_min,
            units_max=wave.units_max,
        ),
        Effort(work=WAVE_WORK),
    )
    return frozenset(plan.orders) | {order for order, at in due.items() if at <= wave.by_ms}


def _aisles(rows: Sequence[Row]) -> tuple[wave_selecting.Aisle, ...]:
    stock: dict[int, list[tuple[str, int]]] = {}
    for row in rows:
        stock.setdefault(row.stop.aisle, []).append((f"{row.owner}/{row.sku}", row.qty))
    return tuple(
        wave_selecting.Aisle(id=str(aisle), stock=tuple(held))
        for aisle, held in sorted(stock.items())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What may share a cart, on a floor of any shape."""

    layout: Layout | Graph
    cart: batching.Cart
    loads: tuple[batching.Load, ...]
    apart: tuple[tuple[str, str], ...]


def can_stream(batch: Share) -> bool:
    """Whether tours through the loads can be priced one by one."""
    stops = {(stop.aisle, stop.block, stop.y_mm) for load in batch.loads for stop in load.stops}
    return isinstance(batch.layout, Layout) or len(stops) <= MATRIX_MAX


def streamed(batch: Share, stream: Stream, works: Mapping[str, Work], effort: Effort) -> Started:
    """Which of these loads start now; who is free before the next plan counts as free."""
    soon = [stream.now_ms if at < stream.soon_ms else at for at in stream.pickers_ms]
    urgent = {name for name, work in works.items() if not stream.urgent.isdisjoint(_orders(work))}
    plan = streaming.solve(
        streaming.Problem(
            layout=batch.layout,
            cart=batch.cart,
            loads=batch.loads,
            now_ms=stream.now_ms,
            pickers_ms=tuple(soon),
            pace=stream.pace,
            pool_carts=stream.pool_carts,
            urgent=frozenset(urgent),
            soon_ms=stream.soon_ms,
            apart=batch.apart,
        ),
        effort,
    )
    pickers = sorted(stream.pickers_ms)[len(plan.tours) :]
    pickers += [tour.done_ms for tour in plan.tours]
    held = [(order, each) for each in plan.waiting for order in sorted(_orders(works[each.load]))]
    return Started(
        loads=tuple(name for tour in plan.tours for name in tour.loads),
        waiting=tuple((order, each.why) for order, each in held),
        ready=tuple((order, each.done_ms) for order, each in held),
        stream=replace(stream, pickers_ms=tuple(pickers)),
    )


def _orders(work: Work) -> set[str]:
    return {parcel.order for parcel in work.parcels}


def ready(stream: Stream | None, tours: Sequence[tuple[int, int, int]]) -> list[int]:
    """When each tour should be done; 0 where nobody picks.

    Shapes: tours are (due_ms, length_mm, stops); the earliest due are walked first.
    """
    done = [0] * len(tours)
    if stream is None:
        return done
    free = list(stream.pickers_ms)
    heapify(free)
    for number in sorted(range(len(tours)), key=lambda n: (tours[n][0], n)):
        _, length_mm, stops = tours[number]
        done[number] = free[0] + stream.pace.duration_ms(length_mm, stops)
        heapreplace(free, done[number])
    return done
