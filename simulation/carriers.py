"""Owns the emulated carriers: they sell labels after a moment, take them back, and may be down.

A carrier that is down answers nothing; the bench loses its patience, and what waits is answered
when the carrier is there again. Some are slow, and refuse a label now and then: that hangs on the
order, its nth parcel and the nth purchase for it, whatever plates they got.
"""

from collections.abc import Callable
from typing import Any, Final

from controller.core import Controller
from controller.messages import (
    CarrierState,
    CarrierTerms,
    Command,
    ConnectCarriers,
    Event,
    LabelBought,
    LabelRefused,
    LabelVoided,
    ManifestAnswered,
)
from controller.views import carriers as views
from simulation.clock import WIRE, Agenda
from simulation.scenario import Scenario
from simulation.streams import Streams

ANSWER_MS: Final = 350
SLOW_MS: Final = 12_000
PPM: Final = 1_000_000
PATIENCE_MS: Final = 20_000
OFFERS: Final = ("buy", "add", "find", "void", "void_all", "manifest", "tell")


class Carriers:
    def __init__(self, controller: Controller, agenda: Agenda, scenario: Scenario) -> None:
        self.controller = controller
        self._agenda = agenda
        self._faults = scenario.faults
        self._streams = Streams(scenario.seed)
        self._up_ms: dict[str, int] = {}  # carriers that are down, and until when
        self._answers: dict[str, Callable[[Event], Command[Any] | None]] = {
            "carrier/buy": self._label,
            "carrier/void": self._void,
            "carrier/manifest": self._manifest,
        }

    def connect(self, names: tuple[str, ...]) -> None:
        """From now on labels are taken back and departures announced, as with real ones."""
        terms = tuple(CarrierTerms(name=name, offers=OFFERS) for name in names)
        self.controller.handle(ConnectCarriers(id="carriers", carriers=terms))

    def is_down(self, carrier: str) -> bool:
        return carrier in self._up_ms

    def fail(self, carrier: str, for_ms: int) -> None:
        """The carrier answers nothing for so long."""
        until_ms = self._agenda.now_ms() + for_ms
        if until_ms <= self._up_ms.get(carrier, 0):
            return
        self._up_ms[carrier] = until_ms
        self._tell(carrier, down=True)
        self._agenda.after(for_ms, WIRE, f"carrier/{carrier}", lambda: self._recover(carrier))

    def _recover(self, carrier: str) -> None:
        if self._up_ms.get(carrier, 0) <= self._agenda.now_ms():
            self._up_ms.pop(carrier, None)
            self._tell(carrier, down=False)

    def _tell(self, carrier: str, *, down: bool) -> None:
        state_id = f"carrier-state/{carrier}/{self._agenda.now_ms()}/{'down' if down else 'up'}"
        self.controller.handle(
            CarrierState(id=state_id, carrier=carrier, down=down, why="emulated" if down else "")
        )

    def take(self, event: Event) -> None:
        """A row for a carrier, which answers after a moment, or when it is there again."""
        self.controller.sent(event.id)
        up_ms = self._up_ms.get(str(event.payload.get("carrier", "")), 0)
        wait_ms = max(0, up_ms - self._agenda.now_ms())
        if wait_ms > PATIENCE_MS and event.topic == "carrier/buy":
            self._agenda.after(PATIENCE_MS, WIRE, event.topic, lambda: self._refuse(event))
        takes_ms, refuses = self._mood(event)
        answers = self._sells_nothing if refuses else self._answer
        self._agenda.after(wait_ms + takes_ms, WIRE, event.topic, lambda: answers(event))

    def _mood(self, event: Event) -> tuple[int, bool]:
        """How long an answer takes, and whether it is no."""
        slow, refuses = self._faults.carrier_slow_ppm, self._faults.carrier_refuses_ppm
        if event.topic != "carrier/buy" or not slow + refuses:
            return ANSWER_MS, False
        with self.controller.reading() as db:
            of = views.bought(db, str(event.payload["reference"]))
        stream = self._streams.stream(f"carrier/{of.order_id}/{of.nth}/{of.number}")
        takes_ms = SLOW_MS if stream.randrange(PPM) < slow else ANSWER_MS
        return takes_ms, stream.randrange(PPM) < refuses

    def _answer(self, event: Event) -> None:
        answer = self._answers.get(event.topic)
        command = answer(event) if answer else None
        if command is not None:
            self.controller.handle(command)
        self.controller.delivered(event.id)

    def _refuse(self, event: Event) -> None:
        self._say_no(event, "no_answer", unclear=True)

    def _sells_nothing(self, event: Event) -> None:
        self._say_no(event, "refused", unclear=False)
        self.controller.delivered(event.id)

    def _say_no(self, event: Event, why: str, *, unclear: bool) -> None:
        self.controller.handle(
            LabelRefused(
                id=f"carrier/{event.id}/refused",
                actor="carrier",
                reference=str(event.payload["reference"]),
                why=why,
                unclear=unclear,
            )
        )

    def _label(self, event: Event) -> LabelBought:
        """The tracking number follows from the reference."""
        return LabelBought(
            id=f"carrier/{event.id}",
            actor="carrier",
            parcel=event.payload["parcel"],
            tracking=f"T{event.payload['reference']}",
            cost_cents=event.payload.get("cost_cents", 0),
            reference=str(event.payload["reference"]),
        )

    def _void(self, event: Event) -> LabelVoided:
        return LabelVoided(
            id=f"carrier/{event.id}",
            actor="carrier",
            reference=str(event.payload["reference"]),
            tracking=str(event.payload["tracking"]),
            voided=True,
            shipment=str(event.payload.get("shipment", "")),
        )

    def _manifest(self, event: Event) -> ManifestAnswered:
        departure = int(event.payload["departure"])
        return ManifestAnswered(
            id=f"carrier/{event.id}",
            actor="carrier",
            departure=departure,
            carrier=str(event.payload["carrier"]),
            accepted=True,
            number=f"M{departure}",
        )
