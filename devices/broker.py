"""Owns the configuration of the broker: Mosquitto's file, who may do what, and passwords.

A device is known by its name: with its own password it may write its own branch and read its own
commands, nothing else. It refuses anonymous clients, and to rely on what a broker keeps on disk:
what must survive stands in our outbox and journal.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devices.envelope import SIZE_MAX

HOST: Final = "pickwright"  # the controller's own user
CONFIGURATION, RIGHTS, PASSWORDS = "mosquitto.conf", "acl", "passwords"
SECRETS: Final = "secrets"  # user and password of each, to be put into the devices

ITERATIONS: Final = 1_000  # passwords are drawn at random, so guessing is no danger
IN_FLIGHT_MAX: Final = 1_000
QUEUED_MAX: Final = 10_000

_RIGHTS: Final = """\
# Who may do what. %u is the user, which is the name of the device.
pattern write wh/v1/+/+/%u/evt/+
pattern write wh/v1/+/+/%u/res/+
pattern write wh/v1/+/+/%u/conn
pattern write wh/v1/+/+/%u/state
pattern write wh/v1/+/+/%u/info
pattern read wh/v1/+/+/%u/cmd/+
"""
_HOST_RIGHTS: Final = """
# The controller: hears every device, and is the only one to send commands.
user {user}
topic read wh/v1/+/+/+/evt/+
topic read wh/v1/+/+/+/res/+
topic read wh/v1/+/+/+/conn
topic read wh/v1/+/+/+/state
topic read wh/v1/+/+/+/info
topic write wh/v1/+/+/+/cmd/+
"""
_WATCHER_RIGHTS: Final = """
# A watcher: hears everything, says nothing.
user {user}
topic read wh/v1/#
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """An address that the broker listens on; with a certificate it speaks TLS.

    Without one it is for the loopback only: passwords would cross the network in the clear.
    """

    port: int = 1883
    address: str = "127.0.0.1"
    certificate: str = ""
    key: str = ""
    ca: str = ""  # clients must show a certificate of this authority


def configuration(home: Path, listeners: Sequence[Listener]) -> str:
    """The text of mosquitto.conf, with the other files in `home`.

    Raises: ValueError for a listener that is open to the network without TLS.
    """
    lines = [
        "# Mosquitto for Pickwright. Start it with: mosquitto -c FILE",
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {home / PASSWORDS}",
        f"acl_file {home / RIGHTS}",
        "set_tcp_nodelay true",
        "persistence false",
        f"message_size_limit {SIZE_MAX}",
        f"max_inflight_messages {IN_FLIGHT_MAX}",
        f"max_queued_messages {QUEUED_MAX}",
        "persistent_client_expiration 1d",
        "max_keepalive 60",
        "connection_messages true",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
    ]
    for listener in listeners:
        lines += ["", *_listener(listener)]
    return "\n".join(lines) + "\n"


def _listener(listener: Listener) -> list[str]:
    lines = [f"listener {listener.port} {listener.address}"]
    if listener.certificate:
        lines += [f"certfile {listener.certificate}", f"keyfile {listener.key}"]
        lines += ["tls_version tlsv1.2"]
        if listener.ca:
            lines += [f"cafile {listener.ca}", "require_certificate true"]
            lines += ["use_identity_as_username true"]
    elif listener.address not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError(
            f"a listener on {listener.address} without a certificate would send passwords in the "
            "clear: give it a certificate and key, or let it listen on 127.0.0.1"
        )
    return lines


def rights(
    *, hosts: Sequence[str] = (HOST,), watchers: Sequence[str] = (), behind: Mapping[str, str] = {}
) -> str:
    """The text of the access file; `behind` names the gateway user of each topic branch."""
    parts = [_RIGHTS]
    parts += [_HOST_RIGHTS.format(user=user) for user in hosts]
    parts += [_WATCHER_RIGHTS.format(user=user) for user in watchers]
    for gateway in sorted(set(behind.values())):
        branches = sorted(branch for branch, user in behind.items() if user == gateway)
        parts.append(f"\n# A gateway: speaks for the devices on its lines.\nuser {gateway}\n")
        for branch in branches:
            parts += [f"topic write {branch}/{leaf}\n" for leaf in ("evt/+", "res/+", "conn")]
            parts.append(f"topic read {branch}/cmd/+\n")
    return "".join(parts)


def password_line(user: str, password: str, salt: bytes = b"") -> str:
    """A line of Mosquitto's password file (PBKDF2 with SHA-512).

    Raises: ValueError for a name that is not safe in a topic.
    """
    if not user or not user.isprintable() or set("+#/:%$ ") & set(user):
        raise ValueError(f"user {user!r}: a name has no spaces and none of + # / : % $")
    salt = salt or secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS, 64)
    coded = "$".join(base64.b64encode(part).decode() for part in (salt, digest))
    return f"{user}:$7${ITERATIONS}${coded}\n"


def new_password() -> str:
    return secrets.token_urlsafe(18)


def passwords(home: Path, users: Sequence[str]) -> dict[str, str]:
    """The password of each user; those that were drawn before are kept, in a file of ours."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / SECRETS
    path.touch(mode=0o600)
    lines = (line.split() for line in path.read_text().splitlines())
    known = {parts[0]: parts[1] for parts in lines if len(parts) == 2}
    drawn = {user: known.get(user) or new_password() for user in users}
    path.write_text("".join(f"{user} {word}\n" for user, word in sorted(drawn.items())))
    return drawn


def write(
    home: Path, listeners: Sequence[Listener], rights_text: str, users: Mapping[str, str]
) -> Path:
    """Writes the three files, passwords readable by the owner only; the configuration's path."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / CONFIGURATION
    path.write_text(configuration(home.resolve(), listeners))
    (home / RIGHTS).write_text(rights_text)
    lines = "".join(password_line(user, word) for user, word in sorted(users.items()))
    for name, text in ((PASSWORDS, lines), (RIGHTS, rights_text)):
        (home / name).touch(mode=0o600)
        (home / name).chmod(0o600)
        (home / name).write_text(text)
    return path
