"""Owns how a key of a program is made: its token is told once, and only its hash is kept."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from api.access import KEY_PREFIX
from api.pins import new_token, token_hash
from controller.messages import AddApiKey

SCOPES: Final = (
    *("orders", "stock", "feed", "receipts", "returns", "import", "export", "metrics", "nodes"),
)


def new_key(actor: str, *, scopes: Sequence[str], **more: Any) -> tuple[AddApiKey, str]:
    """The command that adds a key, and its token."""
    key, secret = secrets.token_hex(4), new_token()
    command = AddApiKey(
        id=f"key/{key}",
        actor=actor,
        key=key,
        secret_hash=token_hash(secret),
        scopes=tuple(sorted(set(scopes))),
        **more,
    )
    return command, f"{KEY_PREFIX}_{key}_{secret}"
