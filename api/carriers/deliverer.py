"""Owns the delivery of what concerns carriers: each row goes to the line of its carrier.

A carrier that is not connected is the house itself: its labels bear the parcel's plate. It refuses
to wait for anybody.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Final

import structlog

from api.carriers import in_house
from api.carriers.adapter import Adapter, CarrierError, Quote
from api.carriers.jobs import BUY
from api.carriers.line import Line, Terms
from api.carriers.tellers import Teller
from controller.core import Controller
from controller.errors import Conflict, NotFound, Refused
from controller.messages import ConnectCarriers, Event
from controller.views import carriers
from controller.views.consignments import Consignment

TOPIC: Final = "carrier/"
RATES_S: Final = 2.0
Rates = dict[str, tuple[Quote, ...]]
log = structlog.get_logger("pickwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A carrier of the site, ready to be asked."""

    adapter: Adapter
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """The carriers of a site: whom to ask, and who tells us by themselves."""

    connected: tuple[Connected, ...] = ()
    tellers: Mapping[str, Teller] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`why` it is down, "" while it answers; `jobs` without an answer."""

    name: str
    down: bool
    why: str
    jobs: int


class Deliverer:
    def __init__(
        self, controller: Controller, connected: Iterable[Connected], nudge: Callable[[], None]
    ) -> None:
        self._controller = controller
        self.lines: Mapping[str, Line] = {
            each.adapter.name: Line(each.adapter, each.terms, controller, nudge)
            for each in connected
        }

    def resume(self, boot: str) -> None:
        """At a start: the carriers are made known, and asked again what was left unanswered."""
        with self._controller.reading() as db:
            known = carriers.carriers(db)
        if known or self.lines:
            terms = tuple(line.terms.told(line.adapter) for line in self.lines.values())
            self._controller.handle(
                ConnectCarriers(id=f"carriers/{boot}", actor="carriers-file", carriers=terms)
            )
        for event in self._controller.unanswered(TOPIC):
            self._controller.again(event.id)

    def round(self) -> int | None:
        """Hands out what is due; when it wants to be called again."""
        now_ms = self._controller.clock.now_ms()
        for event in self._controller.due(TOPIC, now_ms):
            line = self.lines.get(str(event.payload.get("carrier", "")))
            if line is None:
                self._by_ourselves(event)
                continue
            self._controller.sent(event.id)
            line.take(event, now_ms)
        times = [line.round(now_ms) for line in self.lines.values()]
        return min((at for at in times if at is not None), default=None)

    def _by_ourselves(self, event: Event) -> None:
        """The row counts as delivered after its answer is kept, never before."""
        if event.topic == BUY:
            try:
                self._controller.handle(in_house.label(event))
            except (Refused, NotFound, Conflict) as error:
                log.warning("house_label_refused", why=error.code, row=event.id)
        self._controller.delivered(event.id)

    def states(self) -> tuple[State, ...]:
        return tuple(
            State(name=name, down=line.breaker.open, why=line.breaker.why, jobs=line.depth)
            for name, line in sorted(self.lines.items())
        )

    def rates(
        self, consignment: Consignment
    ) -> tuple[dict[str, tuple[Quote, ...]], dict[str, str]]:
        """What each carrier asks for a parcel now, and of the others why they said nothing.

        Nobody is waited for longer than two seconds.
        """
        asked: dict[str, Future[tuple[Quote, ...]]] = {}
        silent: dict[str, str] = {}
        for name, line in self.lines.items():
            if "rate" not in line.adapter.offers:
                silent[name] = "has no rates to ask for"
            elif line.breaker.open:
                silent[name] = f"is down: {line.breaker.why}"
            else:
                asked[name] = line.rate(consignment)
        wait(asked.values(), timeout=RATES_S)
        told: Rates = {}
        for name, future in asked.items():
            if not future.done():
                silent[name] = f"said nothing within {RATES_S:.0f} s"
                continue
            try:
                told[name] = future.result()
            except CarrierError as error:
                silent[name] = str(error)
        return told, silent

    def stop(self) -> None:
        for line in self.lines.values():
            line.stop()
