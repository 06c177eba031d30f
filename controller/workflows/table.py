"""Owns the table of everything the controller can do: commands, timers, guided work."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from controller import timers
from controller.handlers import Handler, handler
from controller.messages import Command, Done, FireTimer, Scan, SignIn, SignOut
from controller.turn import Turn
from controller.workflows import (
    admitting,
    alarming,
    conveying,
    explaining,
    home,
    joining,
    laying_out,
    loading,
    measuring,
    moving,
    ordering,
    overruling,
    picking,
    putting_away,
    receiving,
    releasing,
    replenishing,
    resorting,
    returning,
    routing,
    setting_up,
    shipping,
    slotting,
    supervising,
)
from controller.workflows.carriers import (
    barring,
    chasing,
    collecting,
    connecting,
    contracting,
    falling_back,
    manifesting,
    relabelling,
    settling,
    taking_labels,
    tariffs,
    tendering,
    tracking,
    voiding,
)
from controller.workflows.handheld import Handheld
from controller.workflows.nodes import (
    fulfilling,
    minding,
    node_counting,
    nodes,
    resourcing,
    store_picking,
)
from controller.workflows.packing import carton_counting, furnishing, packing
from controller.workflows.papers import documenting, erasing, notifying
from controller.workflows.stations import calling, carrying, confirming, consolidating, presenting
from controller.workflows.vans import delivering, dispatching, enrolling, steering

HANDHELD = Handheld(
    {
        flow.name: flow
        for flow in (
            home.FLOW,
            picking.FLOW,
            packing.FLOW,
            consolidating.FLOW,
            loading.FLOW,
            resorting.FLOW,
            receiving.FLOW,
            putting_away.FLOW,
            replenishing.FLOW,
            moving.FLOW,
            carrying.FLOW,
            presenting.FLOW,
            returning.FLOW,
            delivering.FLOW,
            store_picking.FLOW,
        )
    }
)

TIMERS: Mapping[str, Callable[[Turn, str], None]] = MappingProxyType(
    {
        **ordering.TIMERS,
        **releasing.TIMERS,
        **shipping.TIMERS,
        **chasing.TIMERS,
        **dispatching.TIMERS,
        **tendering.TIMERS,
        **resourcing.TIMERS,
    }
)


def fire_timer(turn: Turn, command: FireTimer) -> Done:
    """Carries out what the timer was set for; a timer that was cancelled does nothing."""
    row = timers.take(turn, command.timer)
    if row is None:
        return Done(note="cancelled")
    called = f"timer/{row.name}/{row.ref}".removesuffix("/")
    if command.failed:
        alarming.raise_alarm(turn, called, "failed", command.failed)
        timers.postpone(turn, row)
        return Done(note="failed")
    TIMERS[row.name](turn, row.ref)
    alarming.works_again(turn, called)
    return Done(note=row.name)


HANDLERS: Mapping[type[Command[Any]], Handler] = MappingProxyType(
    {
        **setting_up.HANDLERS,
        **nodes.HANDLERS,
        **node_counting.HANDLERS,
        **resourcing.HANDLERS,
        **fulfilling.HANDLERS,
        **minding.HANDLERS,
        **furnishing.HANDLERS,
        **carton_counting.HANDLERS,
        **laying_out.HANDLERS,
        **ordering.HANDLERS,
        **releasing.HANDLERS,
        **packing.HANDLERS,
        **shipping.HANDLERS,
        **taking_labels.HANDLERS,
        **falling_back.HANDLERS,
        **relabelling.HANDLERS,
        **voiding.HANDLERS,
        **connecting.HANDLERS,
        **manifesting.HANDLERS,
        **collecting.HANDLERS,
        **settling.HANDLERS,
        **tariffs.HANDLERS,
        **routing.HANDLERS,
        **loading.HANDLERS,
        **alarming.HANDLERS,
        **confirming.HANDLERS,
        **conveying.HANDLERS,
        **calling.HANDLERS,
        **carrying.HANDLERS,
        **documenting.HANDLERS,
        **erasing.HANDLERS,
        **notifying.HANDLERS,
        **explaining.HANDLERS,
        **joining.HANDLERS,
        **overruling.HANDLERS,
        **receiving.HANDLERS,
        **putting_away.HANDLERS,
        **replenishing.HANDLERS,
        **measuring.HANDLERS,
        **moving.HANDLERS,
        **slotting.HANDLERS,
        **returning.HANDLERS,
        **supervising.HANDLERS,
        **dispatching.HANDLERS,
        **enrolling.HANDLERS,
        **steering.HANDLERS,
        **admitting.HANDLERS,
        **tracking.HANDLERS,
        **contracting.HANDLERS,
        **tendering.HANDLERS,
        **barring.HANDLERS,
        FireTimer: handler(fire_timer),
        SignIn: handler(HANDHELD.sign_in),
        SignOut: handler(HANDHELD.sign_out),
        Scan: handler(HANDHELD.scan, HANDHELD.refuse),
    }
)
