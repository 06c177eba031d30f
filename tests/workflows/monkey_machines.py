"""Owns the machines and partners of the monkey's house: they answer right, or they lie."""

from random import Random
from typing import Any

from controller.messages import (
    Command,
    ContainerSeen,
    DeviceFault,
    DivertConfirmed,
    LabelBought,
    LabelPrinted,
    OutboxGivenUp,
    WeightRead,
)
from tests.workflows.floor import SORTER, Floor
from tests.workflows.monkey_site import BENCHES, LANES

_ON_BELT = (
    "SELECT p.lpn FROM parcel p JOIN container c ON c.lpn = p.lpn "
    "WHERE c.place = 'BELT-01' AND p.state IN ('labelled', 'cancelled') ORDER BY p.id"
)
_ROWS = "SELECT id, topic FROM outbox ORDER BY id DESC LIMIT 12"
_PARCELS = "SELECT id, lpn, tracking FROM parcel ORDER BY id DESC LIMIT 12"
_FULL = "SELECT device FROM alarm WHERE fault = 'lane_full' AND state = 'open' ORDER BY device"


class Machines:
    """Mixed into the monkey, which has the floor, the stream of chance and `send`."""

    floor: Floor
    stream: Random

    def send(self, command: Command[Any]) -> Any:
        raise NotImplementedError

    # --- as they should ------------------------------------------------------------------------

    def machines_work(self) -> None:
        self.carrier_answers()
        self.printers_answer()
        self.sorter_works()

    def carrier_answers(self) -> None:
        for event in self.floor.sent("carrier/buy"):
            parcel, plate = int(event.payload["parcel"]), event.payload["reference"]
            bought = LabelBought(
                id=f"bought/{event.id}", parcel=parcel, tracking=f"TRK{plate}", cost_cents=300
            )
            self.send(bought)
            self.floor.controller.delivered(event.id)

    def printers_answer(self) -> None:
        for event in self.floor.sent("device/printer-"):
            device = event.topic.removeprefix("device/")
            self.send(LabelPrinted(id=f"printed/{event.id}", device=device, outbox=event.id))

    def sorter_works(self) -> None:
        for row in self.floor.all(_ON_BELT):
            seen = ContainerSeen(
                id=self.floor.id(), device=SORTER, codes=(row.lpn,), tracking=row.lpn
            )
            self.send(seen)
        for event in self.floor.sent(f"device/{SORTER}"):
            lane = str(event.payload["lane"])
            done = DivertConfirmed(id=self.floor.id(), device=SORTER, outbox=event.id, lane=lane)
            self.send(done)

    def lanes_are_cleared(self) -> None:
        """A full lane is over when a parcel leaves it; here the alarm is over at once."""
        for row in self.floor.all(_FULL):
            with self.floor.controller.store.transaction() as db:
                db.run("UPDATE alarm SET state = 'cleared' WHERE device = :d", d=row.device)

    # --- as they should not --------------------------------------------------------------------

    def machines_lie(self) -> None:
        lies = (
            self.scale_lies,
            self.printer_lies,
            self.carrier_lies,
            self.scanner_lies,
            self.sorter_lies,
            self.device_fails,
        )
        self.stream.choice(lies)()

    def row(self) -> int:
        """An outbox row, or none."""
        rows = [row.id for row in self.floor.all(_ROWS)]
        return int(self.stream.choice([*rows, 12_345]))

    def parcel(self) -> Any:
        found = self.floor.all(_PARCELS)
        return self.stream.choice(found) if found else None

    def scale_lies(self) -> None:
        place = self.stream.choice((*BENCHES, "NOWHERE"))
        mass_g = self.stream.choice((0, -5, 1, 500, 999_999, 1 << 40))
        for _ in range(self.stream.choice((1, 2))):
            self.send(
                WeightRead(id=self.floor.id(), device=f"scale-{place}", place=place, mass_g=mass_g)
            )

    def printer_lies(self) -> None:
        device = "printer-bench-01"
        self.send(LabelPrinted(id=self.floor.id(), device=device, outbox=self.row()))

    def carrier_lies(self) -> None:
        """Labels bought twice, for parcels that have none, for none at all, of others."""
        parcel, other = self.parcel(), self.parcel()
        number = parcel.id if parcel else 77
        tracking = (other.tracking or "TRK-LIE") if other else ""
        for _ in range(2):
            self.send(
                LabelBought(id=self.floor.id(), parcel=number, tracking=tracking, cost_cents=-1)
            )

    def scanner_lies(self) -> None:
        parcel, other = self.parcel(), self.parcel()
        codes = self.stream.choice(
            (
                (),
                ("garbage", ""),
                (parcel.lpn if parcel else "", other.lpn if other else ""),
                (parcel.lpn, parcel.tracking) if parcel else ("TOTE-1",),
                ("TOTE-1", "W1"),
                tuple(str(n) for n in range(40)),
            )
        )
        seen = ContainerSeen(
            id=self.floor.id(),
            device=self.stream.choice((SORTER, "SCANNER-X")),
            codes=codes,
            tracking=self.stream.choice(("", "T9")),
            deadline_ms=self.stream.choice((0, 1, self.floor.clock.ms + 2_000)),
        )
        self.send(seen)

    def sorter_lies(self) -> None:
        lane = self.stream.choice((*LANES, "RUNOUT", "LANE-99", ""))
        done = DivertConfirmed(id=self.floor.id(), device=SORTER, outbox=self.row(), lane=lane)
        self.send(done)

    def device_fails(self) -> None:
        fault = self.stream.choice(("jam", "jam_cleared", "lane_full", "offline", "no_media"))
        detail = self.stream.choice(("", "LANE-01"))
        self.send(
            DeviceFault(
                id=self.floor.id(),
                device=self.stream.choice((SORTER, "printer-bench-01", "scale-bench-01")),
                fault=fault,
                detail=detail,
                outbox=self.stream.choice((0, self.row())),
            )
        )
        if self.stream.random() < 0.3:
            self.send(OutboxGivenUp(id=self.floor.id(), outbox=self.row(), reason="lost"))
