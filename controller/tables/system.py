"""Owns the rows that make the controller durable: journal, outbox, timers, counters, events."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import flag, text, text_key, whole, whole_key


class Journal(SQLModel, table=True):
    """Every command with its answer, chained by hashes."""

    seq: int = whole_key()
    command_id: str = text(unique=True)
    name: str = text()
    payload: str = text()
    now_ms: int = whole()
    refused: int = flag()
    reply: str = text()
    chain: str = text()


class Outbox(SQLModel, table=True):
    """`state`: waiting, sent, delivered, done, failed."""

    __table_args__ = (Index("outbox_by_state", "state", "next_ms", "id"),)

    id: int = whole_key()
    topic: str = text()
    payload: str = text()
    created_ms: int = whole()
    expires_ms: int = whole()
    next_ms: int = whole()
    attempts: int = whole()
    state: str = text("waiting")
    about: int = whole()  # the parcel that it concerns; 0: none


class Timer(SQLModel, table=True):
    __table_args__ = (Index("timer_by_due", "due_ms", "id"),)

    id: int = whole_key()
    name: str = text()
    ref: str = text()
    due_ms: int = whole()


class Counter(SQLModel, table=True):
    name: str = text_key()
    value: int = whole()


class Event(SQLModel, table=True):
    """What happened, in words for people and figures: an order's story, a decision's why."""

    __table_args__ = (Index("event_by_order", "order_id", "id"),)

    id: int = whole_key()
    at_ms: int = whole()
    kind: str = text()
    order_id: str = text()
    subject: str = text()
    data: str = text("{}")
