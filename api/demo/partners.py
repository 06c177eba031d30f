"""Owns whom the demo's house talks to: carriers that answer over HTTP, and a mail server.

They are connected as a site connects its own, by a carriers file with secrets in files beside it.
Nothing leaves this machine: letters come to lie in a folder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from api.carriers.carriers_file import read_carriers
from api.carriers.deliverer import Carriers
from api.demo.site import FOLDER
from api.notices.mail import MailServer
from api.notices.sending import Notices
from controller.store import Store
from controller.views import carriers
from devices.broker import new_password
from simulation.live.clock import ScaledClock
from simulation.outside import carrier
from simulation.outside.mailbox import HOST, Mailbox

SENDER: Final = "parcels@shops.example"
NAMED: Final = (("Albion Parcels", "/albion", "AP"), ("Meridian Express", "/meridian", "MX"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Partners:
    """What the house must know of them; `start` begins what they do by themselves."""

    carriers: Carriers
    notices: Notices
    emulated: carrier.Carriers
    mailbox: Mailbox

    def start(self, store: Store, clock: ScaledClock, port: int) -> None:
        """Parcels under way go on; news are told to the house at this port."""
        with store.reading() as db:
            under_way = carriers.under_way(db)
        by_name = {each.name: each for each in self.emulated.carriers}
        for parcel in under_way:
            if parcel.carrier in by_name:
                by_name[parcel.carrier].take(
                    parcel.tracking, parcel.service, parcel.left_ms, parcel.at_ms
                )
        self.emulated.start(clock.now_ms, clock.speed, port)
        self.mailbox.start()


@contextmanager
def partners(letters: Path) -> Iterator[Partners]:
    """Partners of this start; letters come to lie in this folder."""
    named = tuple(carrier.Carrier(*each, token=new_password()) for each in NAMED)
    emulated, mailbox = carrier.Carriers(named), Mailbox(letters)
    server = MailServer(host=HOST, port=mailbox.port, sender=SENDER, tls="off")
    try:
        with TemporaryDirectory(prefix="pickwright-") as home:
            yield Partners(
                carriers=_connected(Path(home), emulated),
                notices=Notices(mail=server),
                emulated=emulated,
                mailbox=mailbox,
            )
    finally:
        emulated.stop()
        mailbox.stop()


def letters_beside(url: str) -> Path:
    """The folder of letters: beside the file of the database, or here."""
    database = Path(url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else "demo.db")
    return database.with_name(f"{database.stem}-mail")


def _connected(home: Path, emulated: carrier.Carriers) -> Carriers:
    for each in emulated.carriers:
        (home / f"{each.path.strip('/')}.secret").write_text(each.token, encoding="utf-8")
    text = (FOLDER / "carriers.toml").read_text(encoding="utf-8")
    file = home / "carriers.toml"
    file.write_text(text.replace("{url}", emulated.url), encoding="utf-8")
    return read_carriers(file)
