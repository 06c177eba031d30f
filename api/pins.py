"""Owns PINs and tokens: how they look, how they are hashed, how they are compared.

A PIN has few digits, so its hash is slow to compute (argon2id, 19 MiB), on threads of its own. A
token is random and long, so SHA-256 is enough. Neither is ever kept or logged in clear.
"""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from controller.errors import LimitReached, Refused

PIN_MIN, PIN_MAX = 6, 12
THREADS: Final = 2
WAITING_MAX: Final = 64
_HASHER: Final = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
_STEPS: Final = ("01234567890123456789", "98765432109876543210")


def check_pin(pin: str) -> None:
    """Raises: Refused for a PIN that is too short or the first that anybody would try."""
    if not (pin.isascii() and pin.isdigit() and PIN_MIN <= len(pin) <= PIN_MAX):
        raise Refused("bad_pin", field="pin", fix=f"{PIN_MIN} to {PIN_MAX} digits")
    if len(set(pin)) <= 2 or any(pin in steps for steps in _STEPS):
        raise Refused("pin_too_simple", field="pin", fix="digits that nobody guesses")


def check_new(pin: str, new: str) -> None:
    """Raises: Refused for a new PIN that is no good, or that is the one before."""
    check_pin(new)
    if new == pin:
        raise Refused("pin_too_simple", field="new_pin", fix="another PIN than the one before")


def new_pin() -> str:
    """A random PIN of 8 digits that `check_pin` takes."""
    while True:
        pin = f"{secrets.randbelow(10**8):08}"
        if len(set(pin)) > 2 and not any(pin in steps for steps in _STEPS):
            return pin


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def pin_hash(pin: str) -> str:
    """Slow on purpose."""
    return _HASHER.hash(pin)


class PinCheck:
    """Compares PINs off the event loop; what nobody's PIN is compared with takes as long."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pins")
        self._nobody = pin_hash(new_token())
        self._waiting = 0

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hashed(self, pin: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, pin_hash, pin)

    async def right(self, pin: str, kept_hash: str) -> bool:
        """Raises: LimitReached when too many wait."""
        if self._waiting >= WAITING_MAX:
            raise LimitReached("sign_in_busy", fix="try again in a moment")
        self._waiting += 1
        try:
            same = await asyncio.get_running_loop().run_in_executor(
                self._threads, _HASHER.verify, pin, kept_hash or self._nobody
            )
        finally:
            self._waiting -= 1
        return same and bool(kept_hash)
