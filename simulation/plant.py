"""Owns the emulated machines of a scenario, and the drivers that speak to them.

Machines are state machines without a clock: what they emit goes over the wire, what they want to
be woken for goes on the agenda, and what they do to the world is told to whoever listens.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from controller.workflows.stations.lighting import device_of
from devices.conveyor import Conveyor
from devices.driver import Driver
from devices.lights import Lights
from devices.printer import Printer
from devices.scale import Scale
from devices.sorter import Sorter as SorterDriver
from devices.transports.transport import Taken, Transport
from simulation.clock import MACHINES, Agenda
from simulation.machines import (
    Blocked,
    Connected,
    ConveyorSection,
    Emit,
    EmulatedScale,
    Heard,
    Inducted,
    Jammed,
    Lane,
    LightRail,
    Loaded,
    LoopSorter,
    Machine,
    PaperLoaded,
    Physical,
    PowerCycled,
    PutOn,
    Rebooted,
    Wake,
    Woken,
    ZebraPrinter,
    Zeroed,
)
from simulation.scenario import Machines, Scenario
from simulation.streams import Chance, Streams, moments

SORTER = "sorter-01"
OUTBOUND = "wh/v1/main/outbound"
SORTER_TOPIC = f"{OUTBOUND}/{SORTER}"
LANE_CAPACITY = 400
NO_PAPER_FAULT = 1 << 40
HOURS_PER_DAY = 24

Happened = Callable[[str, Physical], None]


def scale_of(bench: str) -> str:
    return f"scale-{bench.lower()}"


def printer_of(bench: str) -> str:
    return f"printer-{bench.lower()}"


def drivers(scenario: Scenario, boot: str) -> list[Driver]:
    """The host's side of every machine, new in each process of the host."""
    made: list[Driver] = [SorterDriver(SORTER, SORTER_TOPIC, boot)]
    for section in scenario.machines.sections:
        made.append(Conveyor(section.device, f"{OUTBOUND}/{section.device}", boot))
    for place in scenario.machines.lights:
        made.append(Lights(device_of(place), f"{OUTBOUND}/{device_of(place)}", boot))
    for bench in scenario.machines.benches:
        scale = Scale(
            name=scale_of(bench.name),
            address=f"serial/{bench.scale}",
            place=bench.name,
            boot=boot,
        )
        printer = Printer(
            name=printer_of(bench.name),
            address=f"tcp/{bench.printer}",
            poll_ms=1_500,
            timeout_ms=5_000,
            boot=boot,
        )
        made += [scale, printer]
    return made


def topics(machines: Machines) -> dict[str, str]:
    """The machines that are on the broker, and the branch of each."""
    rails = (device_of(place) for place in machines.lights)
    names = (SORTER, *(each.device for each in machines.sections), *rails)
    return {name: f"{OUTBOUND}/{name}" for name in names}


def lines(scenario: Scenario) -> tuple[str, ...]:
    """The addresses of the machines that are not on the broker."""
    benches = scenario.machines.benches
    return tuple(address for b in benches for address in (f"serial/{b.scale}", f"tcp/{b.printer}"))


class Plant:
    """`end` is the machines' end of the wire, `happened(machine, physical)` hears what they do.

    `counts` are of faults, `boot` tells this start of the machines from those before.
    """

    def __init__(
        self,
        scenario: Scenario,
        agenda: Agenda,
        end: Transport,
        counts: Counter[str],
        happened: Happened,
        boot: str = "0",
    ) -> None:
        self.scenario = scenario
        self.agenda = agenda
        self.counts = counts
        self.happened = happened
        self.boot = boot
        self.streams = Streams(scenario.seed)
        self._end = end
        self._reloading: set[str] = set()
        self._sections = [each.device for each in scenario.machines.sections]
        self._rails = [device_of(place) for place in scenario.machines.lights]
        self.machines: dict[str, Machine] = dict(self._make())
        for name, machine in self.machines.items():
            self._connect(name, machine)
        end.watch(self._wire_changed)
        for name in (*self._sections, *self._rails):
            agenda.after(0, MACHINES, name, partial(self.tell, name, Connected()))
        self._schedule_faults()

    def tell(self, name: str, happening: object) -> None:
        """Something happens to a machine; its effects follow at once."""
        machine = self.machines[name]
        for effect in machine.handle(self.agenda.now_us, happening):
            match effect:
                case Emit(address=address, payload=payload):
                    self._end.send(address, payload)
                case Wake(at_us=at_us, token=token):
                    self._wake(name, at_us, token)
                case Physical(kind="came_off"):
                    self._carry(self._sections.index(name) + 1, effect.data)
                case Physical():
                    self.happened(name, effect)
        if isinstance(machine, ZebraPrinter) and machine.paper == 0:
            self._reload(name)

    def induct(self, bench: str, parcel: str, codes: tuple[str, ...]) -> None:
        """A parcel is pushed on to the belt at a bench."""
        self._carry(0, {"bench": bench, "parcel": parcel, "codes": codes})

    def _carry(self, nth: int, data: dict[str, Any]) -> None:
        """Puts a parcel on the section of this number, or on the sorter after the last one."""
        if nth < len(self._sections):
            self.tell(self._sections[nth], PutOn(data))
        else:
            self.tell(SORTER, Inducted(**data))

    def weigh(self, bench: str, mass_g: int) -> None:
        self.tell(scale_of(bench), Loaded(mass_g))

    def zero(self, bench: str) -> None:
        self.tell(scale_of(bench), Zeroed())

    @property
    def riding(self) -> int:
        """How many parcels are on the belt, or wait to get on."""
        belts = self.machines.values()
        return sum(each.riding for each in belts if isinstance(each, LoopSorter | ConveyorSection))

    def _make(self) -> Iterator[tuple[str, Machine]]:
        faults = self.scenario.faults
        yield SORTER, self._sorter()
        for section in self.scenario.machines.sections:
            yield (
                section.device,
                ConveyorSection(
                    name=section.device,
                    topic=f"{OUTBOUND}/{section.device}",
                    length_mm=section.length_mm,
                    speed_mm_s=section.speed_mm_s,
                    boot=self.boot,
                ),
            )
        for name in self._rails:
            yield name, LightRail(name=name, topic=f"{OUTBOUND}/{name}", boot=self.boot)
        for bench in self.scenario.machines.benches:
            yield (
                scale_of(bench.name),
                EmulatedScale(
                    name=bench.scale,
                    address=f"serial/{bench.scale}",
                    random=self.streams.stream(f"machines/{bench.scale}"),
                    settle_us=bench.settle_ms * 1_000,
                    drift_mg_h=faults.scale_drift_g * 1_000 // HOURS_PER_DAY,
                ),
            )
            yield (
                printer_of(bench.name),
                ZebraPrinter(
                    name=bench.printer,
                    address=f"tcp/{bench.printer}",
                    print_us=bench.print_ms * 1_000,
                    paper=faults.paper_labels or NO_PAPER_FAULT,
                ),
            )

    def _sorter(self) -> LoopSorter:
        plan, faults = self.scenario.machines.sorter, self.scenario.faults
        lanes = {d.lane: Lane(at_mm=d.at_mm, capacity=LANE_CAPACITY) for d in plan.diverts}
        benches = {
            bench.name: (plan.scanner_at_mm - bench.to_sorter_mm) % plan.length_mm
            for bench in self.scenario.machines.benches
        }
        return LoopSorter(
            name=SORTER,
            topic=SORTER_TOPIC,
            chance=Chance(self.scenario.seed, "machines/sorter", self.agenda.now_ms),
            lanes=lanes,
            benches=benches,
            scanner_mm=plan.scanner_at_mm,
            loop_mm=plan.length_mm,
            speed_mm_s=plan.speed_mm_s,
            pitch_mm=plan.gap_mm,
            no_read_ppm=faults.no_read_ppm,
            misread_ppm=faults.misread_ppm,
            missed_ppm=faults.missed_divert_ppm,
            boot=self.boot,
            faults=self.counts,
        )

    def _connect(self, name: str, machine: Machine) -> None:
        def heard(address: str, payload: bytes, _taken: Taken) -> None:
            self.tell(name, Heard(address, payload))

        for address in machine.addresses:
            self._end.listen(address, heard)

    def _wire_changed(self, address: str, why: str) -> None:
        """A section whose wire is up again says what may have changed meanwhile."""
        name = address.split("/")[4]
        if name in (*self._sections, *self._rails) and not why:
            self.tell(name, Connected())

    def _wake(self, name: str, at_us: int, token: str) -> None:
        self.agenda.at(at_us, MACHINES, name, lambda: self.tell(name, Woken(token)))

    def _reload(self, name: str) -> None:
        """Somebody puts a new roll in, some time after the last label."""
        if name in self._reloading:
            return
        self._reloading.add(name)
        self.counts["paper_out"] += 1
        faults = self.scenario.faults

        def load() -> None:
            self._reloading.discard(name)
            self.tell(name, PaperLoaded(faults.paper_labels))

        self.agenda.after(faults.paper_ms, MACHINES, name, load)

    def _schedule_faults(self) -> None:
        """Jams and new starts of the sorter; a printer loses what is in its buffer."""
        faults = self.scenario.faults
        printers = [printer_of(bench.name) for bench in self.scenario.machines.benches]
        for _, at_ms in self._moments("faults/jam", faults.jam_every_ms):
            self._fault_at(at_ms, SORTER, "jam", Jammed(faults.jam_ms * 1_000, "belt"))
        for section in self._sections:
            for _, at_ms in self._moments(f"faults/jam/{section}", faults.jam_every_ms):
                blocked = Blocked(faults.jam_ms * 1_000, section)
                self._fault_at(at_ms, section, "conveyor_jam", blocked)
        for number, at_ms in self._moments("faults/reboot", faults.device_reboot_every_ms):
            self._fault_at(at_ms, SORTER, "sorter_reboot", Rebooted(f"{self.boot}.{number}"))
        for number, at_ms in self._moments("faults/power", faults.device_reboot_every_ms):
            printer = printers[number % len(printers)]
            self._fault_at(at_ms, printer, "printer_reboot", PowerCycled())

    def _moments(self, stream: str, every_ms: int) -> Iterator[tuple[int, int]]:
        """When it happens, numbered; what was due before the machines were there does not."""
        scenario, now_ms = self.scenario, self.agenda.now_ms()
        times = moments(
            self.streams.stream(stream), every_ms, scenario.day_start_ms, scenario.end_ms
        )
        return ((nth, at_ms) for nth, at_ms in enumerate(times, 1) if at_ms >= now_ms)

    def _fault_at(self, at_ms: int, machine: str, name: str, happening: object) -> None:
        def happens() -> None:
            self.counts[name] += 1
            self.tell(machine, happening)

        self.agenda.at(at_ms * 1_000, MACHINES, machine, happens)
