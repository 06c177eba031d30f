"""Owns an emulated bench scale: loads come and go, MT-SICS lines go out.

It settles before a weight is stable, and its readings carry noise and drift. It refuses nothing
that a real scale takes, and answers `ES` to what it does not know.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Final

from simulation.machines.machine import Effect, Emit, Heard, Wake, Woken

HOUR_US: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """The mass on the platform is now `mass_g`; 0 for an empty platform."""

    mass_g: int


@dataclass(frozen=True, slots=True)
class Zeroed:
    """Somebody presses the zero key."""


@dataclass(slots=True, kw_only=True)
class EmulatedScale:
    """`drift_mg_h` is how far the readings wander in an hour; `Z` and `T` set them back."""

    name: str
    address: str
    random: Random
    settle_us: int = 800_000
    noise_mg: int = 300
    drift_mg_h: int = 0
    mass_max_g: int = 60_000
    addresses: tuple[str, ...] = field(init=False)
    _mass_mg: int = field(default=0, init=False)
    _zero_mg: int = field(default=0, init=False)
    _since_us: int | None = field(default=None, init=False)
    _noise_mg: int = field(default=0, init=False)
    _settled_us: int = field(default=0, init=False)
    _repeats: bool = field(default=False, init=False)
    _waiting: list[str] = field(default_factory=list, init=False)
    _rest: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        self.addresses = (self.address,)

    def handle(self, now_us: int, happening: object, /) -> tuple[Effect, ...]:
        match happening:
            case Loaded(mass_g=mass_g):
                return self._load(now_us, mass_g)
            case Zeroed():
                self._zero_mg += self._reading_mg(now_us)
            case Heard(payload=payload):
                *lines, self._rest = (self._rest + payload).split(b"\r\n")
                texts = [line.decode("latin-1") for line in lines]
                return tuple(each for text in texts for each in self._command(now_us, text))
            case Woken() if now_us >= self._settled_us:
                return self._settle(now_us)
        return ()

    def _load(self, now_us: int, mass_g: int) -> tuple[Effect, ...]:
        self._mass_mg = mass_g * 1_000
        self._noise_mg = round(self.random.gauss(0.0, self.noise_mg))
        self._settled_us = now_us + self.settle_us
        moving = (self._weight(now_us, "S D"),) if self._repeats else ()
        return (*moving, Wake(self._settled_us, "settled"))

    def _settle(self, now_us: int) -> tuple[Effect, ...]:
        waiting, self._waiting = self._waiting, []
        effects = [each for verb in waiting for each in self._stable(now_us, verb)]
        if self._repeats:
            effects.append(self._weight(now_us, "S S"))
        return tuple(effects)

    def _command(self, now_us: int, line: str) -> tuple[Effect, ...]:
        match line:
            case "SR" | "SIR":
                self._repeats = True
                return self._when_settled(now_us, "S")
            case "S" | "T" | "Z":
                return self._when_settled(now_us, line)
            case "SI":
                settled = now_us >= self._settled_us
                return (self._weight(now_us, "S S" if settled else "S D"),)
            case "@":
                self._repeats = False
                return (self._line(f'I4 A "{self.name}"'),)
        return (self._line("ES"),)

    def _when_settled(self, now_us: int, verb: str) -> tuple[Effect, ...]:
        if now_us >= self._settled_us:
            return self._stable(now_us, verb)
        self._waiting.append(verb)
        return ()

    def _stable(self, now_us: int, verb: str) -> tuple[Effect, ...]:
        if verb == "S":
            return (self._weight(now_us, "S S"),)
        reading_mg = self._reading_mg(now_us)
        self._zero_mg += reading_mg
        return (self._line("Z A" if verb == "Z" else f"T S {reading_mg / 1_000_000:10.4f} kg"),)

    def _reading_mg(self, now_us: int) -> int:
        if self._since_us is None:
            self._since_us = now_us
        drift_mg = self.drift_mg_h * (now_us - self._since_us) // HOUR_US
        return self._mass_mg + self._noise_mg + drift_mg - self._zero_mg

    def _weight(self, now_us: int, head: str) -> Emit:
        if self._mass_mg > self.mass_max_g * 1_000:
            return self._line("S +")
        return self._line(f"{head} {self._reading_mg(now_us) / 1_000_000:10.4f} kg")

    def _line(self, text: str) -> Emit:
        return Emit(self.address, text.encode() + b"\r\n")
