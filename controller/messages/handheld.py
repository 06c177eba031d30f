"""Owns the words between a worker and the warehouse: sign-in, scan, screen."""

from dataclasses import dataclass, field

from controller.messages.command import Command, Done, Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One instruction as data; the same for pages, JSON clients, simulated people and tests.

    `at` is the place to go to, `target` the code expected to be scanned there, `expects` the
    classes of scan that move on, `buttons` the command codes on offer.
    """

    workflow: str
    step: str
    version: int
    expects: tuple[str, ...] = ()
    at: str = ""
    target: str = ""
    fields: Fields = field(default_factory=dict)
    buttons: tuple[str, ...] = ()
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReply:
    screen: Screen
    message: str  # a key of the words file
    tone: str  # ok, warn, error
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Command[ScanReply]):
    """Opens or resumes a worker's session; the edge has checked who it is."""

    badge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Command[Done]):
    badge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Command[ScanReply]):
    """One scan, key-pad entry or button of a signed-in worker.

    `version` is that of the screen that the worker saw; `after` names the scan before this one
    when the handheld sends a queue that it kept while it was offline.
    """

    worker: str
    version: int
    raw: str
    symbology: str = ""
    after: str = ""
