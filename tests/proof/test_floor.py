"""Controller and broker die under load, and nothing is lost and nothing done twice."""

from pathlib import Path

import pytest

from devices.mosquitto import BrokerMissing, program
from tests.proof.floor import Floor

SEED = 5


@pytest.mark.long
def test_kills_of_controller_and_broker_lose_and_double_nothing(tmp_path: Path) -> None:
    try:
        program()
    except BrokerMissing as missing:
        pytest.skip(str(missing))
    verdict = Floor(tmp_path, SEED).run(kills=4, broker_kills=2)
    assert verdict.findings == [], f"seed {SEED}"
    assert verdict.orders > 0
    assert verdict.scans > 0
