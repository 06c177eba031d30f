"""Owns the column types: whole numbers of 64 bits, and text that sorts by bytes everywhere; and
indexes of some rows."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def whole(default: int = 0, **more: Any) -> Any:
    return Field(default=default, sa_type=Whole, nullable=False, **more)


def text(default: str = "", **more: Any) -> Any:
    return Field(default=default, sa_type=Text, nullable=False, **more)


def whole_key() -> Any:
    return Field(sa_type=Whole, primary_key=True, nullable=False)


def text_key() -> Any:
    return Field(sa_type=Text, primary_key=True, nullable=False)


def flag(default: int = 0) -> Any:
    """0 or 1: the two databases then return the same Python value."""
    return whole(default)


def some_of(name: str, columns: tuple[str, ...], where: str) -> sa.Index:
    """An index of some rows; queries find them by it that say the same condition."""
    only = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=only, postgresql_where=only)
