"""Owns the host's half of a wh/v1 device's command channel, shared by drivers on that wire.

A command is sent again until the device accepts it, and given up when it expires or its outcome
stays away; its outcome is kept, so that a repeated outbox row is answered from memory. It
refuses to send anything after its deadline.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from msgspec import Struct

from controller.messages import Command, DeviceFault, Event
from devices.driver import Effects, Ids, Recent, Send
from devices.envelope import RESULT, Envelope, Result, Writer, fault_of, outbox_of
from devices.presence import Presence

Take = Callable[[bytes, int], Effects]

ACCEPT_MS: Final = 5_000  # a device that has accepted nothing by then is silent
RESEND_MS: Final = 250
OUTCOME_MS: Final = 120_000


@dataclass(slots=True)
class _Waiting:
    send: Send
    next_ms: int
    expires_ms: int
    accepted: bool = False


class Caller:
    """Commands under way to one device; `outcome_ms` is how long an accepted one may take."""

    def __init__(self, ids: Ids, topic: str, outcome_ms: int = OUTCOME_MS) -> None:
        self._ids = ids
        self._topic = topic
        self._outcome_ms = outcome_ms
        self._writer = Writer(f"{ids.device}-host-{ids.boot}")
        self._waiting: dict[int, _Waiting] = {}
        self._outcomes: Recent[int, Effects] = Recent()

    def knows(self, outbox: int) -> bool:
        """Whether the command of this row is under way, or has come to its end."""
        return outbox in self._waiting or self._outcomes.get(outbox) is not None

    def call(self, event: Event, verb: str, data: Struct, now_ms: int) -> Effects:
        """Sends the command of an outbox row, or answers from memory when it is known."""
        outcome = self._outcomes.get(event.id)
        if outcome:
            return replace(outcome, wake_ms=self._next_ms())
        waiting = self._waiting.get(event.id)
        if waiting:
            again = waiting.accepted or waiting.expires_ms > now_ms
            return self.effects(sends=(waiting.send,) if again else ())
        if event.expires_ms and event.expires_ms <= now_ms:
            fault = self._ids.fault("too_late", f"{verb} expired before it left", event.id)
            return self.settle(event.id, fault)
        payload = self._writer.write(data, now_ms, str(event.id), event.expires_ms)
        send = Send(f"{self._topic}/cmd/{verb}", payload)
        expires_ms = min(event.expires_ms or now_ms + ACCEPT_MS, now_ms + ACCEPT_MS)
        next_ms = min(now_ms + RESEND_MS, expires_ms)
        self._waiting[event.id] = _Waiting(send, next_ms, expires_ms)
        return self.effects(sends=(send,))

    def withdraw(self, verb: str, why: str) -> tuple[DeviceFault, ...]:
        """Sends no command of this kind again; each of their rows is given up."""
        given_up = []
        for outbox, waiting in list(self._waiting.items()):
            if waiting.send.address.endswith(f"/cmd/{verb}"):
                fault = self._ids.fault("withdrawn", why, outbox)
                self.settle(outbox, fault)
                given_up.append(fault)
        return tuple(given_up)

    def result(self, payload: bytes, now_ms: int) -> Envelope[Result]:
        """The device's immediate answer; an accepted command waits for its outcome from now."""
        message = RESULT.read(payload)
        waiting = self._waiting.get(outbox_of(message))
        if message.data.ok and waiting and not waiting.accepted:
            waiting.accepted = True
            waiting.next_ms = waiting.expires_ms = now_ms + self._outcome_ms
        return message

    def answered(self, payload: bytes, now_ms: int, refused: str) -> Effects:
        """The immediate answer of a device that does at once what it accepts, or says why not."""
        message = self.result(payload, now_ms)
        refusal = None
        if not message.data.ok:
            refusal = fault_of(message, self._ids.device, refused, message.data.reason)
        return self.settle(outbox_of(message), refusal)

    def settle(self, outbox: int, outcome: Command[Any] | None) -> Effects:
        """The command came to its end; what follows also answers a repeat of its outbox row."""
        self._waiting.pop(outbox, None)
        commands = (outcome,) if outcome else ()
        delivered = (outbox,) if outbox and not outcome else ()
        end = Effects(commands=commands, delivered=delivered, wake_ms=self._next_ms())
        return self._outcomes.keep(outbox, end) if outbox else end

    def wake(self, now_ms: int) -> Effects:
        """Sends again what is not accepted, and gives up what has expired."""
        again: list[Send] = []
        given_up: list[Command[Any]] = []
        for outbox, waiting in list(self._waiting.items()):
            if waiting.expires_ms <= now_ms:
                what = "its outcome" if waiting.accepted else "the command"
                fault = self._ids.fault("no_answer", f"silent about {what}", outbox)
                self.settle(outbox, fault)
                given_up.append(fault)
            elif waiting.next_ms <= now_ms:
                again.append(waiting.send)
                waiting.next_ms = min(now_ms + RESEND_MS, waiting.expires_ms)
        return self.effects(*given_up, sends=tuple(again))

    def ask_again(self, now_ms: int) -> Effects:
        """After an outage: what was accepted may have been answered into it; a device that did it
        answers from memory, one that did not refuses what has expired."""
        waiting = self.wake(now_ms)
        accepted = tuple(each.send for each in self._waiting.values() if each.accepted)
        return replace(waiting, sends=(*waiting.sends, *accepted))

    def effects(self, *commands: Command[Any], sends: tuple[Send, ...] = ()) -> Effects:
        return Effects(sends=sends, commands=commands, wake_ms=self._next_ms())

    def _next_ms(self) -> int:
        return min((each.next_ms for each in self._waiting.values()), default=0)


class Called:
    """What every driver of a device that is called on wh/v1 does; each adds what its device tells.

    `topic` is the device's branch.
    """

    repeatable = True

    def __init__(
        self, name: str, topic: str, boot: str = "0", outcome_ms: int = OUTCOME_MS
    ) -> None:
        self.name = name
        self._there = Presence(name)
        self._caller = Caller(Ids(name, boot), topic, outcome_ms)
        ends = self._ends() | {"conn": self._presence}
        self._take = {f"{topic}/{end}": take for end, take in ends.items()}
        self.addresses = tuple(self._take)

    def _ends(self) -> dict[str, Take]:
        """What takes the messages of each topic below the device's branch."""
        raise NotImplementedError

    def heard(self, address: str, payload: bytes, now_ms: int, /) -> Effects:
        return self._take[address](payload, now_ms)

    def connected(self, now_ms: int, /) -> Effects:
        return self._caller.ask_again(now_ms)

    def wake(self, now_ms: int, /) -> Effects:
        return self._caller.wake(now_ms)

    def _presence(self, payload: bytes, now_ms: int) -> Effects:
        """What a device said while it was away may be lost: outcomes are asked for again."""
        news = self._there.heard(payload)
        asked = self._caller.ask_again(now_ms) if self._there.online else self._caller.effects()
        return replace(asked, commands=(*news, *asked.commands))
