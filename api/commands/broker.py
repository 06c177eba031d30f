"""Owns `pickwright broker`: the configuration of Mosquitto for the devices of a site."""

from pathlib import Path
from typing import Annotated

import typer

from api.errors import WrongInput
from api.terminal import out, print_plain

app = typer.Typer(no_args_is_help=True, help="The MQTT broker: its configuration and rights.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The devices.toml of the site.")]
Directory = Annotated[
    Path, typer.Option("--directory", "-d", metavar="DIR", help="Where the files go.")
]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="On the loopback, without TLS.")]
TlsPort = Annotated[int, typer.Option(min=1, max=65_535, help="On all addresses, with TLS.")]
Certificate = Annotated[str, typer.Option(metavar="PEM", help="The broker's certificate for TLS.")]
Key = Annotated[str, typer.Option(metavar="PEM", help="Its key.")]
Also = Annotated[
    list[str], typer.Option("--gateway", metavar="NAME", help="The user of a gateway of the file.")
]


@app.command()
def config(
    file: File,
    directory: Directory = Path("broker"),
    port: Port = 1883,
    tls_port: TlsPort = 8883,
    certificate: Certificate = "",
    key: Key = "",
    gateway: Also = [],  # noqa: B006
) -> None:
    """Write mosquitto.conf, its access file and its passwords for the devices of a file.

    Each device gets a user of its name and a password that was drawn once; it may write its own
    branch and read its own commands. Files that are there keep their passwords. Example:

    `pickwright broker config devices.toml -d /etc/pickwright/broker`
    """
    from devices import broker
    from devices.settings import DevicesWrong, read_devices

    try:
        devices = read_devices(file)
        listeners = [broker.Listener(port=port)]
        if certificate:
            listeners.append(
                broker.Listener(port=tls_port, address="0.0.0.0", certificate=certificate, key=key)
            )
        names = [d.name for d in devices.devices.values() if "topic" in d.settings]
        users = broker.passwords(directory, [broker.HOST, "watcher", *gateway, *names])
        behind = {
            "wh/v1/" + each.address.partition("/")[2]: gateway[0]
            for each in devices.devices.values()
            if each.address.startswith("line/") and gateway
        }
        text = broker.rights(watchers=["watcher"], behind=behind)
        path = broker.write(directory, listeners, text, users)
    except DevicesWrong as wrong:
        raise WrongInput(*wrong.problems) from wrong
    except ValueError as wrong:
        raise WrongInput(str(wrong)) from wrong
    print_plain(out(), f"{path}: {len(users)} users; passwords in {directory / broker.SECRETS}")
    print_plain(out(), f"next: mosquitto -c {path}")
