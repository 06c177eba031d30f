"""Owns secrets of carriers: where they stand, and that they show nowhere else.

It refuses secrets that are written into the file itself.
"""

import os
from pathlib import Path
from typing import Final

from msgspec import Struct

HIDDEN: Final = "***"


class Secret:
    """A value that no print, log or error shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """An environment variable, or a file that holds nothing but the secret."""

    env: str = ""
    file: str = ""


def read(source: Source, beside: Path) -> Secret:
    """Raises: ValueError naming the variable or file that is not there."""
    if source.env:
        value = os.environ.get(source.env, "")
        if not value:
            raise ValueError(f"the environment has no {source.env}: set it")
        return Secret(value)
    if not source.file:
        raise ValueError('needs { env = "NAME" } or { file = "PATH" }')
    path = beside / source.file
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read ({type(error).__name__})") from error
    if not value:
        raise ValueError(f"{path} is empty: write the secret into it")
    return Secret(value)
