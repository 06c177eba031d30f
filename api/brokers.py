"""Owns how a person names a broker on the command line. It opens nothing."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from api.errors import WrongInput

if TYPE_CHECKING:
    from devices.transports.mqtt_connection import Broker

PORT = 1883


def address(given: str, of_file: "Broker | None", *, user: str = "") -> "Broker":
    """The broker of the file, or another one. Raises: WrongInput when there is none."""
    from devices.settings import PASSWORD
    from devices.transports.mqtt_connection import Broker

    broker = of_file or Broker(client=f"pickwright-{user or 'tool'}")
    if not given and of_file is None:
        raise WrongInput("no broker is named: add --broker HOST, or [broker] to devices.toml")
    if given:
        host, _, port = given.partition(":")
        if not host or (port and not port.isdigit()):
            raise WrongInput(f"--broker {given} is not HOST or HOST:PORT, such as 10.0.0.5:1883")
        broker = replace(broker, host=host, port=int(port or PORT))
    if user:
        word = os.environ.get(PASSWORD, broker.password)
        broker = replace(broker, username=user, password=word, client=f"pickwright-{user}")
    return broker
