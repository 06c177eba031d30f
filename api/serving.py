"""Owns the process of a real warehouse: checked, opened, served until a signal, and closed.

It refuses to be reached from other computers without TLS unless told to, and secrets that
everybody knows. Nothing here is simulated.
"""

import hashlib
import ipaddress
import signal
import threading
import uuid
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog

from api import layouts, logs
from api.carriers.carriers_file import read_carriers
from api.carriers.deliverer import Carriers
from api.clock import WallClock
from api.databases import shown
from api.edge import Edge
from api.errors import WrongInput
from api.main import create_app
from api.pins import new_pin, pin_hash
from api.runtime import Runtime, Wiring
from api.server import Server, listen_on
from api.settings import SiteFile, password_in, refuse_known_password
from controller import journal
from controller.core import Controller
from controller.messages import (
    ImportWorkers,
    SetPin,
    SetUpContracts,
    SetUpNodes,
    SetUpPreferences,
    SetUpSite,
    SetUpVans,
    SiteSettings,
    Worker,
    to_json,
)
from controller.store import open_store
from controller.views import accounts, catalogue
from controller.workflows.carriers import contracting
from devices import wiring
from devices.driver import DeviceError
from devices.settings import Devices, DevicesWrong, read_devices

ADMIN: Final = "ADMIN"
log = structlog.get_logger("pickwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line and the site file ask for, in full."""

    url: str
    host: str
    port: int
    tls: tuple[Path, Path] | None = None
    insecure: bool = False
    devices: Path | None = None
    carriers: Path | None = None
    site: SiteFile = field(default_factory=SiteFile)


def check(asked: Asked) -> Devices:
    """The devices, after a look at all that can be wrong before anything is opened.

    Raises: WrongInput.
    """
    refuse_known_password(f"the database {shown(asked.url)}", password_in(asked.url))
    if not is_loopback(asked.host) and asked.tls is None and not asked.insecure:
        raise WrongInput(
            f"{asked.host} lets other computers in, and PINs would travel in clear: add "
            "--tls-cert and --tls-key (pickwright cert makes them), or --insecure behind a proxy "
            "that has TLS"
        )
    for path in asked.tls or ():
        if not path.is_file():
            raise WrongInput(f"{path} does not exist: make it with pickwright cert")
    if asked.devices is None:
        return Devices()
    try:
        devices = read_devices(asked.devices)
    except DevicesWrong as error:
        raise WrongInput(*error.problems) from error
    try:
        wiring.drivers(devices, "")
    except (ValueError, DeviceError) as error:
        raise WrongInput(f"{asked.devices}: {error}") from error
    if devices.broker is not None:
        refuse_known_password(f"the broker in {asked.devices}", devices.broker.password)
    return devices


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def run(asked: Asked) -> None:
    """Serves until SIGTERM or SIGINT. Raises: WrongInput, StoreUnavailable."""
    logs.configure()
    devices = check(asked)
    carriers = read_carriers(asked.carriers) if asked.carriers else Carriers()
    for each in (signal.SIGTERM, signal.SIGINT):  # the server has its own while it runs
        signal.signal(each, lambda *_: None)
    with ExitStack() as ends:
        listening = ends.enter_context(closing(listen_on(asked.host, asked.port)))
        store = ends.enter_context(closing(open_store(asked.url)))
        books = Controller(store, WallClock())
        refuse_demo_pins(books)
        set_up(books, asked.site)
        pin = first_admin(books)
        boot = uuid.uuid4().hex[:12]
        wires = wiring.wires(devices, boot)
        drivers = wiring.drivers(devices, boot)
        wired = Wiring(
            drivers=drivers,
            transport=wires,
            silent_ms=wiring.silences(devices),
            carriers=carriers,
            notices=asked.site.notices,
        )
        runtime = Runtime(store, WallClock(), wired)
        edge = Edge(secure=asked.tls is not None, origins=asked.site.serve.origins)
        server = Server(create_app(runtime, edge), asked.tls)
        ends.callback(wires.stop)
        ends.callback(runtime.stop)
        wires.start()
        runtime.start()
        told = threading.Thread(target=_tell, args=(server, asked, listening, pin), daemon=True)
        told.start()
        server.run(sockets=[listening])
        log.info("stopping")
    log.info("stopped")


def _tell(server: Server, asked: Asked, listening: Any, pin: str) -> None:
    """Says where it is served once it is; and the one-time PIN of the first administrator."""
    server.listening.wait()
    scheme = "https" if asked.tls else "http"
    log.info(
        "serving",
        address=f"{scheme}://{asked.host}:{listening.getsockname()[1]}",
        database=shown(asked.url),
    )
    if pin:
        sentence = f"The first administrator is badge {ADMIN}, one-time PIN {pin}."
        print(sentence, flush=True)  # noqa: T201  # to the person who starts it, never to the log


def refuse_demo_pins(controller: Controller) -> None:
    """Raises: WrongInput for a database in which a PIN of the demo still opens the door."""
    with controller.reading() as db:
        badges = accounts.with_pin_of(db, "demo/pin/")
    if badges:
        raise WrongInput(
            f"{', '.join(badges)} have the PIN that the demo prints for everybody: give them "
            "others with pickwright worker pin, or serve another database"
        )


def set_up(controller: Controller, file: SiteFile) -> None:
    """The figures and the floor of the site file, where they are new or were changed since."""
    if file.site is not None:
        _set_up_figures(controller, file, file.site)
    if file.nodes:
        _set_up_nodes(controller, file)
    if file.vans:
        _set_up_vans(controller, file)
    _set_up_carriers(controller, file)
    with controller.reading() as db:
        new = [each for each in layouts.commands(file.layout) if journal.find(db, each.id) is None]
    for command in new:
        controller.handle(command)


def _set_up_figures(controller: Controller, file: SiteFile, site: SiteSettings) -> None:
    digest = hashlib.sha256(to_json((site, file.cartons, file.services))).hexdigest()[:24]
    command_id = f"site-file/{digest}"
    with controller.reading() as db:
        seen = journal.find(db, command_id) is not None
        if seen and catalogue.site(db) == site:
            return
        seq = journal.head(db)[0]
    controller.handle(
        SetUpSite(
            id=f"{command_id}/{seq}" if seen else command_id,
            actor="site-file",
            settings=site,
            cartons=file.cartons,
            services=file.services,
        )
    )


def _set_up_vans(controller: Controller, file: SiteFile) -> None:
    with controller.reading() as db:
        seq = journal.head(db)[0]
    controller.handle(
        SetUpVans(
            id=f"site-file/vans/{seq}",
            actor="site-file",
            settings=file.delivering,
            depots=file.van_depots,
            vans=file.vans,
        )
    )


def _set_up_nodes(controller: Controller, file: SiteFile) -> None:
    digest = hashlib.sha256(to_json(file.nodes)).hexdigest()[:24]
    command = SetUpNodes(id=f"site-file/nodes/{digest}", actor="site-file", nodes=file.nodes)
    controller.handle(command)


def _set_up_carriers(controller: Controller, file: SiteFile) -> None:
    """Contracts and preferences of the file, where it has such and others hold."""
    with controller.reading() as db:
        kept, seq = contracting.terms(db, 0), journal.head(db)[0]
    contracts = {each.carrier: each for each in file.contracts}
    if contracts and contracts != kept.contracts:
        controller.handle(
            SetUpContracts(
                id=f"site-file/contracts/{seq}", actor="site-file", contracts=file.contracts
            )
        )
    preferences = {(each.shop, each.name): each for each in file.preferences}
    if preferences and preferences != kept.preferences:
        controller.handle(
            SetUpPreferences(
                id=f"site-file/preferences/{seq}", actor="site-file", preferences=file.preferences
            )
        )


def first_admin(controller: Controller) -> str:
    """Makes an administrator where none can sign in; the PIN, told this once, or ""."""
    with controller.reading() as db:
        if accounts.has_admin(db):
            return ""
    return give_pin(controller, ADMIN, role="admin")


def give_pin(controller: Controller, badge: str, role: str = "", name: str = "") -> str:
    """A new random PIN for a badge, which is added with `role` when one is given; the PIN.

    It stands on a screen, so it is good for one sign-in, at which it is changed.
    """
    pin, once = new_pin(), uuid.uuid4().hex
    if role:
        worker = Worker(badge=badge, role=role)
        controller.handle(
            ImportWorkers(id=f"worker/{once}", actor="console", workers=(worker,), names=(name,))
        )
    controller.handle(
        SetPin(id=f"pin/{once}", actor="console", badge=badge, pin_hash=pin_hash(pin), once=True)
    )
    return pin
