"""Owns the carriers file: `[carriers.NAME]` tables, checked before anything is opened.

Every problem is told at once, with table, key and fix. Secrets stand in the environment or in
files of their own. It refuses keys that it does not know, and secrets written into it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from api.carriers import files, karrio_bridge, rest, secrets, statuses
from api.carriers.adapter import Adapter
from api.carriers.calls import Calls, SignIn
from api.carriers.deliverer import Carriers, Connected
from api.carriers.line import Terms
from api.carriers.secrets import Secret, Source
from api.carriers.tellers import Teller, Webhook
from api.carriers.templates import holes
from api.errors import WrongInput
from api.toml_tables import read_tables

KINDS: Final = ("rest", "files", "karrio")
AUTHS: Final = ("none", "basic", "bearer", "key", "oauth")


class Credentials(Struct, frozen=True, forbid_unknown_fields=True):
    """`secret` is the password, token, key or client secret."""

    auth: str = "none"
    secret: Source = Source()
    user: str = ""
    header: str = "X-Api-Key"
    client: str = ""
    token_url: str = ""
    scope: str = ""


class Pickups(Struct, frozen=True, forbid_unknown_fields=True):
    """Its pickups are booked, so long before they leave; they may come so long before."""

    ahead_min: int = 120
    window_min: int = 120


class Carrier(Struct, frozen=True, forbid_unknown_fields=True):
    """One `[carriers.NAME]`; `calls` are those of a `rest` carrier, `exchange` that of `files`.

    `accounts` are those that pay, by owner of the goods; "" is for everybody else.
    A `karrio` carrier has a connector (`ups`), its settings, and those of them that are secret.
    """

    kind: str
    url: str = ""
    credentials: Credentials = Credentials()
    calls: dict[str, rest.Call] = {}
    services: dict[str, str] = {}
    accounts: dict[str, str] = {}
    statuses: dict[str, str] = {}
    exchange: files.Exchange | None = None
    connector: str = ""
    settings: dict[str, Any] = {}
    secrets: dict[str, Source] = {}
    webhook: Webhook | None = None
    label_form: str = "zpl"
    key_header: str = "Idempotency-Key"
    connections: int = 4
    patience_s: float = 20.0
    unclear_s: float = 30.0
    failures_max: int = 4
    dearer_percent: int = 10
    elsewhere_percent: int = 200
    stuck_days: int = 3
    pickups: Pickups | None = None


def read_carriers(path: Path) -> Carriers:
    """Raises: WrongInput with every problem of the file."""
    return _Reader(path).read(read_tables(path))


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[str] = []

    def read(self, tables: Mapping[str, Any]) -> Carriers:
        for name in tables:
            if name != "carriers":
                self._problem(f"[{name}]", "is no table of this file; known is [carriers.NAME]")
        connected, tellers = [], {}
        for name, table in dict(tables.get("carriers", {})).items():
            carrier = self._carrier(name, table)
            adapter = self._adapter(name, carrier) if carrier else None
            if carrier is None or adapter is None:
                continue
            if carrier.webhook is not None:
                secret = self._secret(name, "webhook.secret", carrier.webhook.secret)
                words = statuses.Statuses(carrier.statuses)
                tellers[name] = Teller(carrier.webhook, secret, words)
                adapter.offers |= {"tell"}
            if carrier.pickups is not None:
                self._pickups(f"[carriers.{name}] pickups", carrier.pickups, adapter)
            terms = _terms(carrier)
            if carrier.kind == "files":
                terms = replace(terms, connections=1)  # files are read one after another
            connected.append(Connected(adapter=adapter, terms=terms))
        if self._problems:
            raise WrongInput(*self._problems)
        return Carriers(connected=tuple(connected), tellers=tellers)

    def _carrier(self, name: str, table: Any) -> Carrier | None:
        try:
            made = msgspec.convert(table, Carrier)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at `$")
            key = where.strip("`.")
            fix = ' (a secret is { env = "NAME" } or { file = "PATH" })' if "secret" in key else ""
            self._problem(
                f"[carriers.{name}] {key}".rstrip(), f"is wrong: {what[:1].lower()}{what[1:]}{fix}"
            )
            return None
        where = f"[carriers.{name}]"
        if made.kind not in KINDS:
            self._problem(f"{where} kind", f"is {made.kind!r}: one of {', '.join(KINDS)}")
        for wrong in statuses.wrong(made.statuses):
            self._problem(f"{where} statuses", wrong)
        if not 1 <= made.connections <= 64:
            self._problem(f"{where} connections", "is 1 to 64")
        if made.patience_s <= 0 or made.failures_max < 1 or made.stuck_days < 1:
            self._problem(where, "patience_s, failures_max and stuck_days are more than 0")
        return made if made.kind in KINDS else None

    def _adapter(self, name: str, carrier: Carrier) -> Adapter | None:
        build: dict[str, Callable[[str, Carrier], Adapter | None]] = {
            "rest": self._rest,
            "files": self._files,
            "karrio": self._karrio,
        }
        return build[carrier.kind](name, carrier)

    def _rest(self, name: str, carrier: Carrier) -> Adapter | None:
        where = f"[carriers.{name}]"
        before = len(self._problems)
        if not carrier.url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            self._problem(f"{where} url", "is an https:// address")
        if "@" in carrier.url:
            self._problem(f"{where} url", "has a password in it: move it to credentials")
        for what, call in carrier.calls.items():
            self._call(f"[carriers.{name}.calls.{what}]", what, call)
        sign_in = self._sign_in(name, carrier.credentials)
        if len(self._problems) > before:
            return None
        return rest.Rest(
            name=name,
            offers=frozenset(carrier.calls) - {"check"},
            repeats=bool(carrier.key_header),
            calls=Calls(carrier.url, sign_in, carrier.connections),
            asks=carrier.calls,
            statuses=statuses.Statuses(carrier.statuses),
            services=carrier.services,
            accounts=carrier.accounts,
            label_form=carrier.label_form,
            key_header=carrier.key_header,
        )

    def _files(self, name: str, carrier: Carrier) -> Adapter | None:
        where, exchange = f"[carriers.{name}.exchange]", carrier.exchange
        if exchange is None:
            self._problem(where, "is missing: a carrier of kind files needs it")
            return None
        numbers = exchange.numbers
        if numbers.check not in files.CHECKS:
            self._problem(f"{where} numbers.check", f"is none of {', '.join(files.CHECKS)}")
        if not 0 <= numbers.first <= numbers.last < 10**numbers.digits:
            self._problem(f"{where} numbers", "first to last is no range of so many digits")
        if numbers.check == "mod11" and numbers.digits != len(files.WEIGHTS):
            self._problem(f"{where} numbers.digits", "is 8 for mod11")
        for word in ("tracking", "status", "at"):
            if word not in exchange.news:
                self._problem(f"{where} news", f"lacks the column of {word}")
        for folder in (exchange.out, exchange.read):
            if not (self._path.parent / folder).is_dir():
                self._problem(where, f"{self._path.parent / folder} is no folder: make it")
        return files.Files(
            name=name,
            offers=frozenset(("buy", "add", "void", "void_all", "manifest", "track")),
            repeats=True,
            exchange=exchange,
            folder=self._path.parent,
            statuses=statuses.Statuses(carrier.statuses),
        )

    def _karrio(self, name: str, carrier: Carrier) -> Adapter | None:
        where = f"[carriers.{name}]"
        kept = {
            key: self._secret(name, f"secrets.{key}", source)
            for key, source in carrier.secrets.items()
        }
        adapter = karrio_bridge.Karrio(
            name=name,
            connector=carrier.connector,
            settings=carrier.settings,
            secrets=kept,
            statuses=statuses.Statuses(karrio_bridge.STATUSES | carrier.statuses),
            services=carrier.services,
            accounts=carrier.accounts,
            url=carrier.url,
            label_form=carrier.label_form,
        )
        try:
            adapter.connect()
        except (karrio_bridge.NotInstalled, ValueError) as error:
            self._problem(f"{where} connector", f"{carrier.connector!r} is not to be had: {error}")
            return None
        return adapter

    def _pickups(self, where: str, pickups: Pickups, adapter: Adapter) -> None:
        missing = {"pickup", "cancel_pickup"} - adapter.offers
        if missing:
            fix = f"{adapter.name} has no {' and no '.join(sorted(missing))}"
            self._problem(where, f"cannot be booked: {fix}; leave it out, and call")
        if pickups.ahead_min < 1 or pickups.window_min < 1:
            self._problem(where, "ahead_min and window_min are 1 or more")

    def _call(self, where: str, what: str, call: rest.Call) -> None:
        if what not in rest.WANTED:
            self._problem(where, f"is no call; known are {', '.join(rest.WANTED)}")
            return
        for word in rest.WANTED[what]:
            if word not in call.answer and not (word == "cost" and "cost_cents" in call.answer):
                self._problem(f"{where} answer", f"lacks the path of {word}")
        for word in call.answer:
            if word not in rest.KNOWN[what]:
                self._problem(
                    f"{where} answer", f"{word} is none of {', '.join(rest.KNOWN[what])}"
                )
        if what == "find" and "{reference}" not in call.path + str(call.body):
            self._problem(where, "asks without {reference}")
        if any("secret" in hole for hole in holes([call.path, call.body])):
            self._problem(where, "a secret has no place in a call: use credentials")

    def _sign_in(self, name: str, given: Credentials) -> SignIn:
        where = f"[carriers.{name}.credentials]"
        if given.auth not in AUTHS:
            self._problem(f"{where} auth", f"is {given.auth!r}: one of {', '.join(AUTHS)}")
        if given.auth == "basic" and not given.user:
            self._problem(f"{where} user", "is missing")
        if given.auth == "oauth" and not (given.client and given.token_url):
            self._problem(where, "oauth needs client and token_url")
        secret = Secret("")
        if given.auth != "none":
            secret = self._secret(name, "credentials.secret", given.secret)
        names = {n: getattr(given, n) for n in ("user", "header", "client", "token_url", "scope")}
        return SignIn(given.auth, names, secret)

    def _secret(self, name: str, key: str, source: Source) -> Secret:
        try:
            return secrets.read(source, self._path.parent)
        except ValueError as error:
            self._problem(f"[carriers.{name}] {key}", str(error))
            return Secret("")

    def _problem(self, where: str, what: str) -> None:
        self._problems.append(f"{self._path}: {where} {what}")


def _terms(carrier: Carrier) -> Terms:
    return Terms(
        connections=carrier.connections,
        patience_ms=int(carrier.patience_s * 1_000),
        unclear_ms=int(carrier.unclear_s * 1_000),
        failures_max=carrier.failures_max,
        dearer_percent=carrier.dearer_percent,
        elsewhere_percent=carrier.elsewhere_percent,
        stuck_days=carrier.stuck_days,
        ahead_ms=carrier.pickups.ahead_min * 60_000 if carrier.pickups else 0,
        window_ms=carrier.pickups.window_min * 60_000 if carrier.pickups else 0,
    )
