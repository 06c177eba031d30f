"""Owns what the site file says of messages: the mail server, and where shops hear of parcels.

Secrets are no part of the file: each is in a file of its own, or in the environment.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from api.notices.hooks import Webhook
from api.notices.mail import PASSWORD, MailServer, is_address
from api.notices.sending import Notices

Problem = Callable[[str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTable:
    """`[mail]` of the site file; paths are relative to it."""

    host: str
    sender: str
    port: int = 587
    tls: Literal["start", "on", "off"] = "start"
    user: str = ""
    password_file: str = ""
    ca: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTable:
    """One of `[[webhooks]]`."""

    shop: str
    url: str
    secret_file: str


def notices(
    folder: Path, mail: MailTable | None, hooks: Sequence[WebhookTable], problem: Problem
) -> Notices:
    """How messages leave; what is wrong is told to `problem` with its place and fix."""
    return Notices(
        mail=_server(folder, mail, problem) if mail else None,
        webhooks={
            each.shop: _webhook(folder, f"webhooks[{nth}]", each, problem)
            for nth, each in enumerate(hooks, 1)
        },
    )


def _server(folder: Path, mail: MailTable, problem: Problem) -> MailServer:
    if not is_address(mail.sender):
        problem("[mail] sender", "is no address: write one such as orders@shop.example")
    if mail.tls == "off" and mail.host not in ("127.0.0.1", "::1", "localhost"):
        problem("[mail] tls", "is off for another computer: letters would travel in clear")
    password = _secret(folder, "[mail] password_file", mail.password_file, problem)
    return MailServer(
        host=mail.host,
        sender=mail.sender,
        port=mail.port,
        tls=mail.tls,
        user=mail.user,
        password=password or os.environ.get(PASSWORD, ""),
        ca=str(folder / mail.ca) if mail.ca else "",
    )


def _webhook(folder: Path, where: str, hook: WebhookTable, problem: Problem) -> Webhook:
    parts = urlsplit(hook.url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        problem(f"[{where}] url", "is no address: write one such as https://shop.example/hook")
    secret = _secret(folder, f"[{where}] secret_file", hook.secret_file, problem)
    if len(secret) < 16:
        problem(f"[{where}] secret_file", "holds less than 16 characters: nobody may guess it")
    return Webhook(shop=hook.shop, url=hook.url, secret=secret)


def _secret(folder: Path, where: str, name: str, problem: Problem) -> str:
    if not name:
        return ""
    try:
        return (folder / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        problem(where, f"{name}: {error.strerror}")
        return ""
