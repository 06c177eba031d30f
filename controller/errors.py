"""Owns every error of the core, and refuses to know how an edge shows it (no HTTP status here).

ControllerError                 code, fields; `str()` is one plain English sentence
|-- Refused                     the worker, shop or device can fix it; the command changed nothing
|   |-- NotFound                the thing named does not exist here
|   |-- Stale                   the screen or the scan before this one is out of date
|   |-- Conflict                this command id was used before with another content
|   `-- LimitReached            a limit of the house was hit (queue, size, number)
|-- StoreUnavailable            the database is away; nothing was changed, send the same id again
`-- StoreOutdated               the database has a schema that this version cannot serve
"""

from collections.abc import Mapping

Field = str | int


class ControllerError(Exception):
    """A "no" with a code for machines, fields for words, and a sentence for people."""

    def __init__(self, code: str, **fields: Field) -> None:
        super().__init__(code)
        self.code = code
        self.fields: Mapping[str, Field] = fields

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.code.replace('_', ' ')} ({named})" if named else self.code.replace("_", " ")


class Refused(ControllerError):
    pass


class NotFound(Refused):
    pass


class Stale(Refused):
    pass


class Conflict(Refused):
    pass


class LimitReached(Refused):
    pass


class StoreUnavailable(ControllerError):
    pass


class StoreOutdated(ControllerError):
    pass


REFUSALS: Mapping[str, type[Refused]] = {
    kind.__name__: kind for kind in (Refused, NotFound, Stale, Conflict, LimitReached)
}
