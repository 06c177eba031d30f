"""A day over a real broker in lock-step: the same digests as in one process."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest

from devices.driver import Send
from devices.mosquitto import BrokerMissing, Mosquitto
from simulation.building import scenario_generated
from simulation.lockstep import over_broker
from simulation.plant import SORTER
from simulation.run import run
from tests.simulation.seeds import digests

ORDERS, SEED = 6, 5


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    try:
        started = Mosquitto(tmp_path / "broker", {SORTER: "word-of-the-sorter"})
    except BrokerMissing as missing:
        pytest.skip(str(missing))
    started.start()
    yield started
    started.stop()


@pytest.mark.long
def test_a_day_over_mqtt_in_lock_step_ends_as_in_one_process(
    planner: Executor, broker: Mosquitto
) -> None:
    crossed: list[str] = []
    scenario = scenario_generated(ORDERS, SEED)
    with over_broker(broker.login(), broker.login(SORTER)) as carry:

        def count(send: Send, arrive: Callable[[], None]) -> None:
            crossed.append(send.address)
            carry(send, arrive)

        over_mqtt = run(scenario, planner=planner, carry=count)
    assert digests(over_mqtt) == digests(run(scenario, planner=planner))
    on_topics = [address for address in crossed if address.startswith("wh/")]
    assert {address.split("/")[5] for address in on_topics} == {"cmd", "evt", "res"}
    assert over_mqtt.violations == 0
