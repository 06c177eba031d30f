"""What Ctrl-C does to work that can be stopped."""

import signal

import pytest

from api.terminal import until_ctrl_c


def test_ctrl_c_asks_work_to_end_and_again_ends_it_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with until_ctrl_c() as stopping:
        assert not stopping()
        signal.raise_signal(signal.SIGINT)
        assert stopping()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before
