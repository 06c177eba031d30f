"""Owns what a carrier's adapter is: what it offers, what it is asked, and how it says no.

An adapter speaks with one carrier, waits no longer than its time-outs, and keeps no state but
connections and tokens. It refuses what its carrier does not offer, and never guesses an answer.
"""

from dataclasses import dataclass, field
from typing import Final

from controller.core import Controller
from controller.messages import TrackingReport
from controller.views.consignments import Address, Announcement, Consignment
from controller.views.pickups import Collection

FORMS: Final = ("", "zpl", "pdf")
NOT_OFFERED: Final = "not_offered"


class CarrierError(Exception):
    """`why` is a code, `detail` what the carrier or the wire said."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why
        self.detail = detail[:300]


class Declined(CarrierError):
    """The carrier says no, and did nothing; asked again it would say the same."""


class Unusable(CarrierError):
    """The carrier did it, but not as asked; `tracking` is that of a label to be given back.

    Without one the carrier is asked what it sold under our reference.
    """

    def __init__(self, why: str, detail: str = "", tracking: str = "") -> None:
        super().__init__(why, detail)
        self.tracking = tracking


class Unavailable(CarrierError):
    """No answer, or none that can be read. `unclear`: it may have done what was asked."""

    def __init__(
        self, why: str, detail: str = "", *, unclear: bool = True, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(why, detail)
        self.unclear = unclear
        self.retry_after_s = retry_after_s


class Unreadable(Unavailable):
    """The carrier answered, but not with what was asked for: it is not down."""

    def __init__(self, detail: str) -> None:
        super().__init__("wrong_answer", detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """`data` is what the carrier sent to print, in `form`; b"" leaves the print to us.

    `master` is the number of the shipment of which it is a piece, "" where it has no other.
    """

    tracking: str
    cost_cents: int
    data: bytes = b""
    form: str = ""
    master: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A price that a carrier gives now; `days` is 0 where it does not say how long it takes."""

    service: str
    cost_cents: int
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    tracking: str
    reports: tuple[TrackingReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A pickup that the carrier has confirmed; it comes within these times, 0 where not said."""

    number: str
    from_ms: int = 0
    until_ms: int = 0


class CutShort(Unavailable):
    """The news of some numbers were heard, and then no answer came; `left` are to be asked yet."""

    def __init__(
        self, why: Unavailable, found: tuple[Tracked, ...], left: tuple[str, ...]
    ) -> None:
        super().__init__(why.why, why.detail, unclear=False, retry_after_s=why.retry_after_s)
        self.found = found
        self.left = left


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An address as its carrier sees it."""

    valid: bool
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Adapter:
    """One carrier. Each call may raise `CarrierError`; `offers` says which calls there are.

    What a carrier offers of its own it overrides here; all else says that it is not offered.
    """

    name: str
    offers: frozenset[str] = field(default=frozenset())
    repeats: bool = False  # the same reference bought again gives the same label

    def open(self, controller: Controller) -> None:
        """Before anything is asked; the controller keeps what must not be forgotten."""

    def check(self) -> str:
        """Reaches the carrier and tells what answered, at no cost.

        Raises: CarrierError; Declined `not_offered` where there is no such question.
        """
        raise self._not_offered("check")

    def rate(self, consignment: Consignment) -> tuple[Quote, ...]:
        raise self._not_offered("rate")

    def buy(self, consignment: Consignment) -> Label:
        """A label; the same reference again is the same purchase, where the carrier can tell."""
        raise self._not_offered("buy")

    def add(self, consignment: Consignment) -> Label:
        """A label for one more piece of the shipment with its `master` number."""
        raise self._not_offered("add")

    def find(self, reference: str) -> Label | None:
        """The label that this reference has, or None."""
        raise self._not_offered("find")

    def void(self, reference: str, tracking: str) -> None:
        """Afterwards no label of this number counts; that there was none is as good."""
        raise self._not_offered("void")

    def void_all(self, reference: str, master: str) -> None:
        """Afterwards no label of any piece of this shipment counts."""
        raise self._not_offered("void_all")

    def track(self, numbers: tuple[str, ...]) -> tuple[Tracked, ...]:
        """Raises: CutShort with what was heard before an answer failed to come."""
        raise self._not_offered("track")

    def manifest(self, announcement: Announcement) -> str:
        """The carrier's number of the manifest."""
        raise self._not_offered("manifest")

    def pickup(self, collection: Collection) -> Booked:
        """A pickup on call; the same reference again is the same one, where it can tell."""
        raise self._not_offered("pickup")

    def cancel_pickup(self, collection: Collection) -> None:
        """Nobody comes for `replaces`; that nobody would have is as good."""
        raise self._not_offered("cancel_pickup")

    def validate(self, address: Address) -> Checked:
        raise self._not_offered("validate")

    def close(self) -> None:
        """Ends connections."""

    def _not_offered(self, what: str) -> Declined:
        return Declined(NOT_OFFERED, f"{self.name} has no {what}")
