"""Owns `pickwright cert`: TLS for handhelds on the local network, and how they trust it."""

import re
import socket
from pathlib import Path
from typing import Annotated, Final

import typer

from api.errors import WrongInput
from api.terminal import out, print_plain

Hosts = Annotated[
    list[str] | None,
    typer.Argument(metavar="[HOST]...", help="Names and addresses by which handhelds reach it."),
]
Folder = Annotated[Path, typer.Option(metavar="FOLDER", help="Where the files go.")]
HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,250}[A-Za-z0-9])?")
NEXT: Final = """\
{ca}: the authority; install it on each handheld, once:
  Android: copy the file to the device (or open it from a download), then Settings > Security >
  Encryption and credentials > Install a certificate > CA certificate. On managed devices push it
  as a trusted root.
  iPhone and iPad: open the file, install the profile, then Settings > General > About >
  Certificate Trust Settings: switch it on.
{folder}/ca.key: keep it secret, it can sign for any address.
{cert}, {key}: for the server, good for {days} days; run this again before.

pickwright serve --host 0.0.0.0 --tls-cert {cert} --tls-key {key}"""


def cert(hosts: Hosts = None, folder: Folder = Path("certificates")) -> None:
    """Make a certificate for this server, signed by an authority of this house.

    Camera and offline work need TLS on handhelds. The authority is made once and used again.
    Example:

    `pickwright cert wms.local 192.168.1.20`
    """
    from datetime import UTC, datetime

    from api.certificates import SERVER_DAYS, Authority

    named = hosts or [socket.gethostname()]
    for host in named:
        if not HOST.fullmatch(host):
            raise WrongInput(f"{host!r} is no name or address: write wms.local or 192.168.1.20")
    names = list(dict.fromkeys((*named, "localhost", "127.0.0.1")))
    authority = Authority(folder, datetime.now(UTC))
    certificate, key = authority.server(names)
    print_plain(
        out(),
        NEXT.format(ca=authority.file, folder=folder, cert=certificate, key=key, days=SERVER_DAYS),
    )
