"""Owns the log: one JSON line per event on stderr, without secrets and without what callers sent.

A value can neither start a new line nor look like another event; a traceback shows no variables.
"""

import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

SECRET: Final = re.compile(r"pin|token|secret|password|authorization|cookie", re.IGNORECASE)
URL_PASSWORD: Final = re.compile(r"(?<=://)([^:/@\s]*):[^@/\s]*@")
HIDDEN: Final = "***"
Event = MutableMapping[str, Any]


def configure() -> None:
    """Sets up the log of this process, once."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(),
            redact,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def redact(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hides what is named like a secret, and passwords inside addresses."""
    for name, value in event.items():
        if SECRET.search(name):
            event[name] = HIDDEN
        elif isinstance(value, str):
            event[name] = URL_PASSWORD.sub(rf"\1:{HIDDEN}@", value)
    return event
