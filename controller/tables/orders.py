"""Owns what customers and suppliers want: orders, returns, receipts, and their personal data."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import some_of, text, text_key, whole, whole_key


class CustomerOrder(SQLModel, table=True):
    """`state`: held, open, released, shipped, cancelled."""

    __tablename__ = "customer_order"
    __table_args__ = (
        Index("customer_order_by_state", "state", "due_ms", "id"),
        Index("customer_order_by_time", "placed_ms", "id"),
        some_of("customer_order_not_erased", ("due_ms", "id"), "erased_ms = 0"),
        some_of("customer_order_again", ("again_of", "id"), "again_of <> ''"),
    )

    id: str = text_key()  # shop/number
    shop: str = text()
    number: str = text()
    revision: int = whole()
    state: str = text()
    owner: str = text()
    node: str = text()
    priority: int = whole()
    country: str = text()
    postcode: str = text()
    personal: str = text()  # key of the personal row of the recipient
    placed_ms: int = whole()
    due_ms: int = whole()
    shipped_ms: int = whole()
    pickup_node: str = text()  # where the customer collects it, or ""
    pulled_until_ms: int = whole()  # no plan starts it before: a lead has taken it out of a tour
    arrive_by_ms: int = whole()  # promised to the customer; 0: no day is promised
    service: str = text()  # paid for: a service, or any of a carrier; "": whatever
    again_of: str = text()  # the order whose goods were sent again, which names itself, too; or ""
    erased_ms: int = whole()  # since then nothing says who it was for; 0: not erased


class OrderLine(SQLModel, table=True):
    """Quantities: wanted = open promise + backordered + shipped; cancelled ones are extra.

    `planned` units are in tours already, `picked` in totes or cartons, `packed` in cartons;
    `away` units are promised by other nodes, where nobody has begun with them.
    """

    __tablename__ = "order_line"
    __table_args__ = (Index("order_line_by_sku", "sku", "backordered"),)

    order_id: str = text_key()
    line: int = whole_key()
    sku: str = text()
    price_cents: int = whole()
    wanted: int = whole()
    backordered: int = whole()
    away: int = whole()
    planned: int = whole()
    picked: int = whole()
    packed: int = whole()
    shipped: int = whole()
    cancelled: int = whole()


class Personal(SQLModel, table=True):
    """Personal data by its salted digest; an erased row keeps its key and loses its data.

    `whose` is what its command was about: order/, return/, parcel/, label/ (of a purchase) or
    tracking/ and which; carrier; or "".
    """

    __table_args__ = (some_of("personal_by_whose", ("whose", "filed_ms"), "data <> ''"),)

    key: str = text_key()
    data: str = text()
    whose: str = text()
    filed_ms: int = whole()


class CustomerReturn(SQLModel, table=True):
    """`state`: announced, received."""

    __tablename__ = "customer_return"
    __table_args__ = (Index("customer_return_by_order", "order_id", "rma"),)

    rma: str = text_key()
    order_id: str = text()
    reason: str = text()
    state: str = text("announced", index=True)
    announced_ms: int = whole()


class ReturnLine(SQLModel, table=True):
    __tablename__ = "return_line"

    rma: str = text_key()
    line: int = whole_key()
    sku: str = text()
    qty: int = whole()
    received: int = whole()


class Receipt(SQLModel, table=True):
    """An announced delivery. `state`: announced, receiving, received."""

    asn: str = text_key()
    state: str = text("announced", index=True)
    expected_ms: int = whole()


class ReceiptLine(SQLModel, table=True):
    __tablename__ = "receipt_line"

    asn: str = text_key()
    line: int = whole_key()
    sku: str = text()
    qty: int = whole()
    received: int = whole()
