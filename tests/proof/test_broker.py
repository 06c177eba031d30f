"""A broker that dies under load loses no divert and doubles none."""

from pathlib import Path

import pytest

from devices.mosquitto import BrokerMissing, program
from tests.proof.broker import kill_often

pytestmark = pytest.mark.long


def test_five_deaths_of_the_broker_lose_no_divert_and_double_none(tmp_path: Path) -> None:
    try:
        program()
    except BrokerMissing as missing:
        pytest.skip(str(missing))
    verdict = kill_often(tmp_path, 5, seed=1)
    assert verdict.findings == []
    assert verdict.kills == 5
    assert verdict.rows > 100
