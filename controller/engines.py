"""Owns how a database is reached: one engine for SQLite's files and memory, one for PostgreSQL.

Refuses to know tables, and any other kind of database.
"""

import threading
from typing import Any

import pysqlite3
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from controller.errors import StoreUnavailable

_SQLITE = (
    "synchronous = FULL",
    "cache_size = -65536",
    "journal_size_limit = 16777216",  # what a large transaction leaves of the log
)
_BUSY_S = 10  # so long one waits for another process to be done with the file


def engine_of(url: str) -> Engine:
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
        return sa.create_engine(url, poolclass=NullPool)
    if not url.startswith("sqlite"):
        raise StoreUnavailable(
            "unknown_database_url",
            url=url,
            fix="use sqlite:///file.db or postgresql://user@host/name",
        )
    engine = sa.create_engine(
        url,
        module=pysqlite3,
        poolclass=sa.pool.StaticPool if url in ("sqlite://", "sqlite:///:memory:") else NullPool,
        connect_args={"check_same_thread": False, "timeout": _BUSY_S, "isolation_level": None},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    _keep_log(raw)
    for pragma in _SQLITE:
        raw.execute(f"PRAGMA {pragma}").fetchall()


def _keep_log(raw: Any) -> None:
    """A file that another process writes gets its log later: SQLite may say so without a wait."""
    raw.execute("PRAGMA busy_timeout = 0").fetchall()
    for tries_left in reversed(range(_BUSY_S * 100)):
        try:
            raw.execute("PRAGMA journal_mode = WAL").fetchall()
            break
        except pysqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != pysqlite3.SQLITE_BUSY or not tries_left:
                raise
            threading.Event().wait(0.01)
    raw.execute(f"PRAGMA busy_timeout = {_BUSY_S * 1000}").fetchall()
