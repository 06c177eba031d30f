"""Owns the words of what customers and shops are told: by which rules, and what became of it."""

from dataclasses import dataclass
from typing import ClassVar

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNoticeRules(Command[Done]):
    """Which statuses of parcels of a shop are told, and how: (status, mail or webhook)."""

    shop: str
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNoticeTemplate(Command[Done]):
    """What a message says; an empty subject and body are those of the house again."""

    shop: str
    status: str
    language: str
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAnswered(Command[Done]):
    """What became of a message. `state`: sent, skipped (it must not go out), bounced.

    `said` are the words of the server that did not take it, which may name the customer.
    """

    personal: ClassVar[tuple[str, ...]] = ("said",)
    outbox: int
    state: str
    why: str = ""
    said: str = ""

    @property
    def whose(self) -> str:
        return f"notice/{self.outbox}"
