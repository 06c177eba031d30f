"""Owns the emulated machines of the floor, one per file; see `machine` for what one is."""

from simulation.machines.conveyor import Blocked, Connected, ConveyorSection, PutOn
from simulation.machines.lights import Died, LightRail, Pressed
from simulation.machines.machine import Effect, Emit, Heard, Machine, Physical, Wake, Woken
from simulation.machines.printer import PaperLoaded, PowerCycled, Printed, ZebraPrinter
from simulation.machines.scale import EmulatedScale, Loaded, Zeroed
from simulation.machines.sorter import (
    Inducted,
    Jammed,
    Lane,
    LaneEmptied,
    LoopSorter,
    Rebooted,
    Taken,
)

__all__ = [
    "Blocked",
    "Connected",
    "ConveyorSection",
    "Died",
    "Effect",
    "EmulatedScale",
    "Emit",
    "Heard",
    "Inducted",
    "Jammed",
    "Lane",
    "LaneEmptied",
    "LightRail",
    "Loaded",
    "LoopSorter",
    "Machine",
    "PaperLoaded",
    "Physical",
    "PowerCycled",
    "Pressed",
    "Printed",
    "PutOn",
    "Rebooted",
    "Taken",
    "Wake",
    "Woken",
    "ZebraPrinter",
    "Zeroed",
]
