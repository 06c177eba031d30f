"""Owns the habit of every real wire: open it, serve it, and after a pause open it again.

The pause grows from 1 to 4 seconds while it does not open, and is short again once it did. It
refuses to end for any failure: only `stop` ends it.
"""

import threading
from collections.abc import Callable
from typing import Final

PAUSES_S: Final = (1.0, 2.0, 4.0)
STOP_S: Final = 5.0


class Keeper:
    """`serve` opens and works until the wire is gone, calling `opened` when it is there.

    What it raises is the reason, told to `lost`; an end without a raise has none.
    """

    def __init__(self, name: str, serve: Callable[[], None], lost: Callable[[str], None]) -> None:
        self._serve = serve
        self._lost = lost
        self._stopping = threading.Event()
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def opened(self) -> None:
        self._failures = 0

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ends the pause at once; what `serve` waits for ends by the owner's doing."""
        self._stopping.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self.stopping:
            try:
                self._serve()
                why = "the connection ended"
            except Exception as error:  # a defect must not end the wire for good
                why = str(error) or type(error).__name__
            self._lost(why)
            self._stopping.wait(PAUSES_S[min(self._failures, len(PAUSES_S) - 1)])
            self._failures += 1
