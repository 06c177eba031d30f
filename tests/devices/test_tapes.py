"""Tapes: every driver answers a recorded session as it did when it was recorded."""

import pytest

from devices.transports.tape import replay
from tests.devices.tape_sessions import SESSIONS, TAPES, driver, record


def stored(kind: str) -> list[str]:
    return (TAPES / f"{kind}.jsonl").read_text().splitlines(keepends=True)


@pytest.mark.parametrize("kind", SESSIONS)
def test_a_driver_plays_its_tape(kind: str) -> None:
    assert replay(driver(kind), stored(kind)) == ""


@pytest.mark.parametrize("kind", SESSIONS)
def test_a_session_is_recorded_as_it_is_stored(kind: str) -> None:
    assert record(kind) == stored(kind)


def test_the_first_line_that_differs_is_named() -> None:
    tape = stored("scale")
    at = next(nth for nth, line in enumerate(tape) if '"mass_g":1234' in line)
    tape[at] = tape[at].replace('"mass_g":1234', '"mass_g":1235')
    assert replay(driver("scale"), tape).startswith(f"line {at + 1}: ")


def test_a_tape_with_an_unknown_call_is_refused() -> None:
    with pytest.raises(ValueError, match="'dance'"):
        replay(driver("scale"), ['{"call":"dance","now_ms":1}\n'])
