"""Owns the words between customers, suppliers and the warehouse: orders, returns, receipts."""

from dataclasses import dataclass, field
from typing import ClassVar

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    line: int
    sku: str
    qty: int
    price_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Personal data of one order; the order itself keeps country and postcode only."""

    name: str = ""
    street: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""  # of what is written to them; "": the shop's
    gift_message: str = ""  # on the packing slip, which then shows no price


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command["OrderPlaced"]):
    personal: ClassVar[tuple[str, ...]] = ("recipient",)
    shop: str
    number: str
    lines: tuple[OrderLine, ...]
    revision: int = 0
    country: str = "GB"
    postcode: str = ""
    recipient: Recipient = field(default_factory=Recipient)
    priority: int = 0
    owner: str = ""
    due_ms: int = 0  # 0: the next departure whose cut-off this order meets
    pickup_node: str = ""  # the customer collects it there
    hold_ms: int = 0  # > 0: unpaid; the promise lapses after this time unless PayOrder comes
    arrive_by_ms: int = 0  # promised to the customer; 0: no day is promised
    service: str = ""  # what the customer paid for: a service, or any of a carrier; "": whatever

    @property
    def whose(self) -> str:
        return f"order/{self.shop}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced:
    order: str
    promised_units: int
    backordered_units: int
    due_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOrder(Command[Done]):
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder(Command["OrderPlaced"]):
    """Sets the wanted quantity of lines; lines that are not named stay as they are."""

    order: str
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Command["OrderCancelled"]):
    """Cancels quantities of an order, or all of it when `lines` is empty."""

    order: str
    reason: str = "customer"
    lines: tuple[OrderLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled:
    order: str
    cancelled_units: int
    too_late_units: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceReturn(Command["ReturnAnnounced"]):
    """A customer sends goods back; `order` may be empty where the sale is older than the data."""

    number: str
    lines: tuple[OrderLine, ...]
    order: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAnnounced:
    rma: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceReceipt(Command[Done]):
    """An advance shipping notice of a supplier."""

    asn: str
    lines: tuple[OrderLine, ...]
    expected_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePersons(Command[Done]):
    """Nothing stays that says who the customers of these orders were.

    `words_before_ms`: what carriers said by then of no order goes, too, in answers and in faults
    that are over; 0 keeps it.
    """

    orders: tuple[str, ...]
    words_before_ms: int = 0
