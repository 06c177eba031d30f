"""Owns the rows that say what is where. Only controller/ledger.py writes them.

A stock row stands either at a place (container empty) or in a container (place empty; the
container knows where it is). Places whose name starts with "~" are virtual: ~supplier,
~customer, ~lost, ~adjustment, ~used. They may go below zero, so that every SKU sums to zero.
"""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import SQLModel

from controller.tables.columns import some_of, text, text_key, whole, whole_key


class Movement(SQLModel, table=True):
    """Append-only: from -> to, quantity > 0."""

    __table_args__ = (
        CheckConstraint("qty > 0", name="movement_qty"),
        UniqueConstraint("command_seq", "line", name="movement_line"),
        Index("movement_by_sku", "sku", "id"),
        some_of("movement_by_carton", ("from_container", "id"), "cause = 'ship'"),
        some_of("movement_by_reversed", ("reverses_id",), "reverses_id > 0"),
    )

    id: int = whole_key()
    command_seq: int = whole()
    line: int = whole()
    sku: str = text()
    lot: str = text()
    owner: str = text()
    qty: int = whole()
    from_node: str = text()
    from_place: str = text()
    from_container: str = text()
    from_status: str = text()
    to_node: str = text()
    to_place: str = text()
    to_container: str = text()
    to_status: str = text()
    cause: str = text()
    actor: str = text()
    effective_ms: int = whole()
    recorded_ms: int = whole()
    reverses_id: int = whole()


class Stock(SQLModel, table=True):
    __table_args__ = (
        CheckConstraint(
            "substr(place, 1, 1) = '~' OR (qty >= 0 AND reserved >= 0 AND reserved <= qty)",
            name="stock_never_negative",
        ),
        Index("stock_by_place", "place", "sku"),
        Index("stock_by_container", "container", "sku"),
    )

    sku: str = text_key()
    lot: str = text_key()
    owner: str = text_key()
    status: str = text_key()
    node: str = text_key()
    place: str = text_key()
    container: str = text_key()
    qty: int = whole()
    reserved: int = whole()


class Available(SQLModel, table=True):
    """The one kept total: sellable units and units promised, per SKU, owner and node."""

    __table_args__ = (
        CheckConstraint("promised >= 0", name="available_promised"),
        CheckConstraint("promised <= sellable + backorder_max", name="available_no_oversell"),
    )

    sku: str = text_key()
    owner: str = text_key()
    node: str = text_key()
    sellable: int = whole()
    promised: int = whole()
    backorder_max: int = whole()


class Promise(SQLModel, table=True):
    """Units of one order line that this node has promised and not yet shipped."""

    __table_args__ = (
        CheckConstraint("qty > 0", name="promise_qty"),
        Index("promise_by_sku", "sku"),
    )

    order_id: str = text_key()
    line: int = whole_key()
    node: str = text_key()
    sku: str = text()
    owner: str = text()
    qty: int = whole()


class Reservation(SQLModel, table=True):
    """Units of one stock row that one order line, or one task (`task:<id>`), holds."""

    __table_args__ = (
        CheckConstraint("qty > 0", name="reservation_qty"),
        Index("reservation_by_stock", "sku", "place", "container"),
    )

    ref: str = text_key()
    line: int = whole_key()
    sku: str = text_key()
    lot: str = text_key()
    owner: str = text_key()
    status: str = text_key()
    node: str = text_key()
    place: str = text_key()
    container: str = text_key()
    qty: int = whole()


class Lot(SQLModel, table=True):
    sku: str = text_key()
    lot: str = text_key()
    expiry_ms: int = whole()
