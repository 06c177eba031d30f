"""Owns the site file of a warehouse: how it is served, figures, floor, nodes, carriers, messages.

Every problem of the file is told at once, with table, key and fix. It refuses keys that it does
not know, and passwords that everybody knows.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from api.errors import WrongInput
from api.layouts import Reader, Section
from api.notices.sending import Notices
from api.notices.settings import MailTable, WebhookTable, notices
from api.toml_tables import read_tables
from controller.grounds import rectangle
from controller.messages import (
    CartonType,
    Contract,
    FloorLayout,
    Node,
    Place,
    Preference,
    ShippingService,
    SiteSettings,
    Van,
    VanDepot,
    VanSettings,
)
from controller.plan.graphs.ground import floor_of, way_name

T = TypeVar("T")
KNOWN_PASSWORDS: Final = frozenset(
    ("postgres", "password", "changeme", "change-me", "admin", "secret", "pickwright", "123456")
)
_PASSWORD: Final = re.compile(r"://[^:/@]*:([^@/]*)@")
_TABLES: Final = (
    *("serve", "site", "layout", "cartons", "services", "nodes", "contracts", "preferences"),
    *("mail", "webhooks"),
    *("delivering", "van_depots", "vans"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """How the controller is served; paths are relative to the site file."""

    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    tls_cert: str = ""
    tls_key: str = ""
    devices: str = ""
    carriers: str = ""
    origins: tuple[str, ...] = ()
    insecure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """`site` is None where the file leaves the figures to the database."""

    serve: Serve = field(default_factory=Serve)
    site: SiteSettings | None = None
    layout: Section = field(default_factory=Section)
    cartons: tuple[CartonType, ...] = ()
    services: tuple[ShippingService, ...] = ()
    nodes: tuple[Node, ...] = ()
    notices: Notices = field(default_factory=Notices)
    delivering: VanSettings = field(default_factory=VanSettings)
    van_depots: tuple[VanDepot, ...] = ()
    vans: tuple[Van, ...] = ()
    contracts: tuple[Contract, ...] = ()
    preferences: tuple[Preference, ...] = ()


def read_site(path: Path) -> SiteFile:
    """Raises: WrongInput with every problem of the file."""
    return _Reader(path).read(read_tables(path))


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[str] = []

    def read(self, tables: Mapping[str, Any]) -> SiteFile:
        for name in tables:
            if name not in _TABLES:
                self._problem(f"[{name}]", f"is no table of this file{_like(name, _TABLES)}")
        floor = Reader(self._path)
        mail = self._one(MailTable, "mail", tables["mail"]) if "mail" in tables else None
        hooks = self._many(WebhookTable, "webhooks", tables.get("webhooks", []))
        made = SiteFile(
            layout=floor.read(tables.get("layout", {})),
            serve=self._one(Serve, "serve", tables.get("serve", {})) or Serve(),
            site=self._one(SiteSettings, "site", tables["site"]) if "site" in tables else None,
            cartons=self._many(CartonType, "cartons", tables.get("cartons", [])),
            services=self._many(ShippingService, "services", tables.get("services", [])),
            nodes=self._many(Node, "nodes", tables.get("nodes", [])),
            notices=notices(self._path.parent, mail, hooks, self._problem),
            delivering=self._one(VanSettings, "delivering", tables.get("delivering", {}))
            or VanSettings(),
            van_depots=self._many(VanDepot, "van_depots", tables.get("van_depots", [])),
            vans=self._many(Van, "vans", tables.get("vans", [])),
            contracts=self._many(Contract, "contracts", tables.get("contracts", [])),
            preferences=self._many(Preference, "preferences", tables.get("preferences", [])),
        )
        needing = made.cartons or made.services or made.nodes or made.vans
        if needing and "site" not in tables:
            self._problem("[site]", "is missing: cartons, services, nodes and vans need it")
        self._problems += floor.problems
        if self._problems:
            raise WrongInput(*self._problems)
        return made

    def _many(self, shape: type[T], name: str, rows: Any) -> tuple[T, ...]:
        if not isinstance(rows, list):
            self._problem(f"[{name}]", f"is a list of tables: write [[{name}]]")
            return ()
        made = [self._one(shape, f"{name}[{n}]", row) for n, row in enumerate(rows, 1)]
        return tuple(each for each in made if each is not None)

    def _one(self, shape: type[T], name: str, table: Any) -> T | None:
        if not isinstance(table, dict):
            self._problem(f"[{name}]", f"is a table: write [{name}]")
            return None
        known = [each.name for each in fields(shape)]  # type: ignore[arg-type]
        for key in table:
            if key not in known:
                self._problem(f"[{name}] {key}", f"is no key of this table{_like(key, known)}")
        try:
            return msgspec.convert(table, shape)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at `$")
            key = where.strip("`.")
            self._problem(f"[{name}] {key}".rstrip(), f"is wrong: {what[:1].lower()}{what[1:]}")
            return None

    def _problem(self, where: str, what: str) -> None:
        self._problems.append(f"{self._path}: {where} {what}")


def read_layout(path: Path) -> tuple[FloorLayout, tuple[Place, ...]]:
    """The floor of a site file and its places, each with the name of its way.

    Raises: WrongInput with every problem of the file.
    """
    file = read_site(path)
    section = file.layout
    if section.layout is not None:
        return section.layout, section.places
    if file.site is None:
        raise WrongInput(f"{path}: neither [layout] nor [site] says what the floor is like")
    named = (replace(each, way=way_name(each.aisle, each.block)) for each in section.places)
    return floor_of(rectangle(file.site)), tuple(named)


def _like(name: str, known: Any) -> str:
    """The nearest known name, or all of them."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f": did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"


def refuse_known_password(what: str, password: str) -> None:
    """Raises: WrongInput for a password that everybody tries first."""
    if password.lower() in KNOWN_PASSWORDS:
        raise WrongInput(f"{what} has a password that everybody knows: choose another")


def password_in(url: str) -> str:
    """The password inside a URL, or ""."""
    found = _PASSWORD.search(url)
    return found[1] if found else ""
