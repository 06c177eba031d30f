"""Owns the table of what is planned beside the floor: one row per topic of `plan/`.

Whoever delivers a topic takes its snapshot, solves it in another process without the lock, and
sends the commands, which check each part again. Workflows ask by an outbox row.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from controller.messages import Command
from controller.plan import Effort, dispatching, releasing, sourcing
from controller.plan import tendering as plan
from controller.store import Db
from controller.workflows import releasing as release
from controller.workflows.carriers import tendering
from controller.workflows.nodes import resourcing
from controller.workflows.vans import dispatching as vans
from controller.workflows.vans import surveying

RELEASE: Final = "plan/release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A planner as the plan cycle sees it.

    `snapshot` reads the problem at a time, or None where there is nothing to decide; `commands`
    are those of a plan and of the outbox row that asked for it; `work` is in the planner's units.
    """

    snapshot: Callable[[Db, int], Any]
    solve: Callable[[Any, Effort], Any]
    commands: Callable[[Any, int], Iterable[Command[Any]]]
    work: int


PLANNED: Mapping[str, Planned] = MappingProxyType(
    {
        RELEASE: Planned(
            snapshot=release.snapshot,
            solve=releasing.solve,
            commands=release.commands,
            work=60_000,
        ),
        vans.TOPIC: Planned(
            snapshot=surveying.snapshot,
            solve=dispatching.solve,
            commands=vans.commands,
            work=400_000,
        ),
        tendering.TOPIC: Planned(
            snapshot=tendering.snapshot,
            solve=plan.solve,
            commands=tendering.commands,
            work=60_000,
        ),
        resourcing.TOPIC: Planned(
            snapshot=resourcing.snapshot,
            solve=sourcing.solve,
            commands=resourcing.commands,
            work=2_000_000,
        ),
    }
)
