"""Owns whether a wh/v1 device is there, by its own word and by the will that the broker sends."""

from dataclasses import dataclass, field

from controller.messages import DeviceFault
from devices.envelope import ONLINE, fault_of


@dataclass(slots=True)
class Presence:
    """A repeat of what is known is no news; the first word of a process always is.

    `online` is the last word; None before the first. A device that has started again, while nobody
    heard that it was away, has a new session: that is news.
    """

    device: str
    online: bool | None = field(default=None, init=False)
    _session: str = field(default="", init=False)

    def heard(self, payload: bytes) -> tuple[DeviceFault, ...]:
        """What a `conn` message tells: the fault `offline`, or that it is over."""
        message = ONLINE.read(payload)
        online = message.data.online
        if online == self.online and (message.session == self._session or not online):
            return ()
        self.online, self._session = online, message.session
        fault, detail = ("online", "") if online else ("offline", "left the wire")
        return (fault_of(message, self.device, fault, detail),)
