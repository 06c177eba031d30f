"""Owns the names under which strangers may look at a parcel: nobody guesses one, none is stored.

A name is made of the parcel's id and the house's own salt, and says neither. It refuses to tell a
wrong name from one that never was.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from controller.store import Db

PROOF: Final = 16
WIDTH: Final = 8
_SALT: Final = "SELECT value FROM setting WHERE name = 'salt'"


def link_of(db: Db, parcel: int) -> str:
    """The name of a parcel: 32 letters for an address."""
    key = _key(db)
    proof = _digest(key, b"parcel", parcel.to_bytes(WIDTH, "big"))[:PROOF]
    return urlsafe_b64encode(proof + _masked(key, proof, parcel).to_bytes(WIDTH, "big")).decode()


def parcel_of(db: Db, link: str) -> int:
    """The parcel that a name means, or 0."""
    key = _key(db)
    try:
        raw = urlsafe_b64decode(link.encode("ascii")) if len(link) == 32 else b""
    except (ValueError, UnicodeEncodeError):
        raw = b""
    raw = raw.ljust(PROOF + WIDTH, b"\0")[: PROOF + WIDTH]
    proof = raw[:PROOF]
    parcel = _masked(key, proof, int.from_bytes(raw[PROOF:], "big"))
    right = _digest(key, b"parcel", parcel.to_bytes(WIDTH, "big"))[:PROOF]
    return parcel if hmac.compare_digest(right, proof) else 0


def _key(db: Db) -> bytes:
    salt = db.fixed(_SALT)
    assert salt, "a database has its salt from the first start on"
    return hashlib.sha256(f"links\n{salt}".encode()).digest()


def _masked(key: bytes, proof: bytes, number: int) -> int:
    return number ^ int.from_bytes(_digest(key, b"mask", proof)[:WIDTH], "big")


def _digest(key: bytes, use: bytes, value: bytes) -> bytes:
    return hmac.new(key, use + value, hashlib.sha256).digest()
