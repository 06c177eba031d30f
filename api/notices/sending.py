"""Owns the threads that send messages: one for mail, one for webhooks, which wait for nobody else.

A server or a shop that is away is told once, and asked again after a growing pause: its messages
wait, and hold up no others. A message that is refused for now comes again after pauses of up to
ten minutes until it expires. One that is refused for good is a bounce, which a person sees.
Nobody gets more than a few an hour. It refuses to send what names nobody any more.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from api.clock import LiveClock
from api.loop import Loop
from api.notices.absences import Absences
from api.notices.hooks import Webhook, post
from api.notices.mail import MailServer, Post, Refused, ServerDown, is_address, message
from controller.core import Controller
from controller.messages import Event, NoticeAnswered
from controller.outbox import DUE_MAX
from controller.views import notices

IDLE_MS: Final = 30_000
PER_HOUR_MAX: Final = 10
HOUR_S: Final = 3_600.0
PEOPLE_MAX: Final = 10_000

log = structlog.get_logger("pickwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """How messages leave; without a mail server, or a shop's webhook, its messages bounce."""

    mail: MailServer | None = None
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message: sent, skipped, bounced, and why; `said` by who did not take it."""

    state: str
    why: str = ""
    said: str = ""


class Mail:
    """Letters to customers."""

    def __init__(
        self, controller: Controller, clock: LiveClock, server: MailServer | None
    ) -> None:
        self._controller = controller
        self._clock = clock
        self._server = server
        self._post = Post(server) if server else None
        self._flood = Flood()

    def receiver(self, event: Event) -> str:
        """The one server that takes all letters."""
        return event.topic

    def send(self, event: Event) -> Sent:
        """Raises: ServerDown, Refused."""
        if self._server is None or self._post is None:
            return Sent("bounced", "there is no mail server: add [mail] to the site file")
        with self._controller.reading() as db:
            letter = notices.letter(db, event.payload["parcel"], event.payload["status"])
        if letter is None or not letter.to:
            return Sent("skipped", "no address is known, or it was erased")
        if not is_address(letter.to):
            return Sent("skipped", "the address cannot be used")
        if self._flood.is_over(letter.to):
            return Sent("skipped", f"more than {PER_HOUR_MAX} messages an hour to one address")
        when_s = self._clock.now_ms() / 1000
        self._post.send(message(letter, self._server, event.id, when_s))
        self._flood.count(letter.to)
        return Sent("sent")

    def rest(self) -> None:
        """Nothing more is sent now: the server need not keep a connection."""
        if self._post is not None:
            self._post.close()


class Hooks:
    """Facts for the systems of shops."""

    def __init__(
        self, controller: Controller, clock: LiveClock, hooks: Mapping[str, Webhook]
    ) -> None:
        self._controller = controller
        self._clock = clock
        self._hooks = hooks

    def receiver(self, event: Event) -> str:
        """The shop: one that does not answer holds up no other."""
        return f"{event.topic}/{event.payload['shop']}"

    def send(self, event: Event) -> Sent:
        """Raises: ServerDown, Refused."""
        asked = event.payload
        hook = self._hooks.get(asked["shop"])
        if hook is None:
            told = f"shop {asked['shop']} has no webhook: add [[webhooks]] to the site file"
            return Sent("bounced", told)
        with self._controller.reading() as db:
            fact = notices.fact(db, asked["parcel"], asked["status"], asked["at_ms"])
        if fact is None:
            return Sent("skipped", "the parcel is not known")
        post(hook, fact, event.id, self._clock.now_ms() // 1000)
        return Sent("sent")

    def rest(self) -> None:
        """Each message has a connection of its own."""


class Flood:
    """How many messages each address got within the last hour."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    def is_over(self, address: str) -> bool:
        times = self._sent.get(address.lower(), deque())
        while times and times[0] <= self._clock_s() - HOUR_S:
            times.popleft()
        return len(times) >= PER_HOUR_MAX

    def count(self, address: str) -> None:
        if len(self._sent) >= PEOPLE_MAX:
            self._sent.pop(next(iter(self._sent)))
        self._sent[address.lower()].append(self._clock_s())


class Channel:
    """The messages of one kind, oldest first."""

    def __init__(
        self,
        topic: str,
        controller: Controller,
        clock: LiveClock,
        sender: Mail | Hooks,
        failed: Callable[[str, BaseException], None],
    ) -> None:
        self.topic = topic
        self._controller = controller
        self._clock = clock
        self._sender = sender
        self._absences = Absences(controller, clock)
        self.loop = Loop(topic, clock, self.round, failed, rest_s=0.05)

    def round(self) -> int | None:
        """Sends what is due; when to look again."""
        now_ms = self._clock.now_ms()
        try:
            return self._send_due(now_ms)
        finally:
            self._sender.rest()

    def _send_due(self, now_ms: int) -> int:
        """What is for a receiver that is away waits until its pause is over, in one write."""
        due = self._controller.due(self.topic, now_ms)
        waits: dict[int, int] = {}
        for event in due:
            receiver = self._sender.receiver(event)
            until_ms = self._absences.until_ms(receiver)
            if until_ms <= now_ms:
                until_ms = self._try(event, receiver)
            if until_ms:
                waits[event.id] = until_ms
        if waits:
            self._controller.put_off(waits)
        return now_ms if len(due) >= DUE_MAX else now_ms + IDLE_MS

    def _try(self, event: Event, receiver: str) -> int:
        """Sends a message; when it may be tried again, if its receiver is away."""
        try:
            sent = self._sender.send(event)
        except ServerDown as error:
            return self._absences.fails(receiver, str(error))
        except Refused as error:
            if not error.lasting:
                self._controller.later(event)
                log.warning("notice_waits", channel=self.topic, row=event.id, why=str(error))
                return 0
            sent = Sent("bounced", str(error), error.said)
        if sent.state == "sent":
            self._absences.works(receiver)
        self._controller.handle(
            NoticeAnswered(
                id=f"notice/{event.id}/{sent.state}",
                outbox=event.id,
                state=sent.state,
                why=sent.why,
                said=sent.said,
            )
        )
        return 0


def channels(
    controller: Controller,
    clock: LiveClock,
    asked: Notices,
    failed: Callable[[str, BaseException], None],
) -> Iterable[Channel]:
    """A channel for each kind of message, not started yet."""
    mail = Mail(controller, clock, asked.mail)
    hooks = Hooks(controller, clock, asked.webhooks)
    return (
        Channel("notify/mail", controller, clock, mail, failed),
        Channel("notify/webhook", controller, clock, hooks, failed),
    )
