"""Owns the limit on what one device may say in a second, so that it cannot drown the others."""

from dataclasses import dataclass, field

from devices.driver import DeviceError


class Flood(DeviceError):
    fault = "flood"

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} messages in a second: those beyond are dropped")


@dataclass(slots=True)
class Rates:
    most: int
    _counts: dict[str, tuple[int, int]] = field(default_factory=dict, init=False)

    def exceeded(self, device: str, now_ms: int) -> bool:
        """Counts one more message of this device in the second of `now_ms`."""
        second, count = self._counts.get(device, (0, 0))
        count = count + 1 if second == now_ms // 1_000 else 1
        self._counts[device] = (now_ms // 1_000, count)
        return count > self.most
