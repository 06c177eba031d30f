"""The log: one line per event whatever stands in it, and no secret."""

import json
from typing import Any

import pytest
import structlog

from api.logs import configure, redact


def test_secrets_are_hidden_by_their_name_and_in_addresses() -> None:
    event: dict[str, Any] = {
        "pin": "482915",
        "session_token": "abc",
        "database": "postgresql://wms:hunter2@db/wms",
        "badge": "ANN",
    }
    assert redact(None, "info", event) == {
        "pin": "***",
        "session_token": "***",
        "database": "postgresql://wms:***@db/wms",
        "badge": "ANN",
    }


def test_nobody_writes_a_second_line_into_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    structlog.get_logger("test").warning("scan", raw='x\n{"event": "all_is_well"}\r\x1b[31m')
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert json.loads(lines[0])["event"] == "scan"
    assert "\x1b" not in lines[0]
