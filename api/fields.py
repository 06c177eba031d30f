"""Owns what strangers may write in the fields of a request, so a wrong one is told by name."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"

Code = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_CONTROLS)]
Words = Annotated[str, Field(max_length=500, pattern=NO_CONTROLS)]
Kept = Annotated[
    str, Field(max_length=40, pattern="^[a-z_]*$", description='Like frozen; "" is as usual.')
]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Time = Annotated[int, Field(ge=0, le=1 << 52, description="UTC, milliseconds since 1970")]


class Said(BaseModel):
    """A request's body: a field that is not known here is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True)


class Ask(Said):
    """A request that sends a command; `id` is the idempotency key, as is the header."""

    id: Annotated[str, Field(max_length=200, pattern=NO_CONTROLS)] = ""


Text = Annotated[str | None, Query(max_length=200, pattern=NO_CONTROLS)]
