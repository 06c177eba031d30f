"""The simulated wire: a delay for all, and the faults of a broker for messages on wh/ only."""

from collections import Counter
from dataclasses import replace

from devices.driver import Send
from devices.transports.memory import pair
from simulation.clock import US, Agenda
from simulation.scenario import NO_FAULTS, Faults
from simulation.streams import Chance
from simulation.wire import DELAY_US, Wire

START_MS = 1_700_000_000_000
ALWAYS = 1_000_000
TOPIC = "wh/v1/main/out/sorter/evt/scan"
SERIAL = "serial/SCALE-01"


def arrivals(
    faults: Faults, address: str = TOPIC, messages: int = 1
) -> tuple[list[int], Counter[str]]:
    """When so many messages arrive that are sent at once, in microseconds after the start."""
    agenda, counts, times = Agenda(START_MS), Counter[str](), list[int]()
    wire = Wire(agenda, faults, Chance(1, "wire", agenda.now_ms), counts)
    for _ in range(messages):
        wire.deliver(Send(address, b"x"), lambda: times.append(agenda.now_us - START_MS * US))
    agenda.run(START_MS + 60_000)
    return times, counts


def test_a_message_arrives_once_after_a_small_delay() -> None:
    assert arrivals(NO_FAULTS) == ([DELAY_US], Counter())


def test_a_lost_message_never_arrives() -> None:
    assert arrivals(replace(NO_FAULTS, message_lost_ppm=ALWAYS)) == ([], {"message_lost": 1})


def test_a_late_message_arrives_after_those_that_were_sent_after_it() -> None:
    late = replace(NO_FAULTS, message_late_ppm=ALWAYS, late_ms=4_000)
    assert arrivals(late) == ([DELAY_US + 4_000 * US], {"message_late": 1})


def test_a_doubled_message_arrives_twice() -> None:
    twice = replace(NO_FAULTS, message_twice_ppm=ALWAYS)
    assert arrivals(twice) == ([DELAY_US, 2 * DELAY_US], {"message_twice": 1})


def test_a_serial_line_neither_loses_nor_doubles() -> None:
    worst = replace(NO_FAULTS, message_lost_ppm=ALWAYS // 2, message_twice_ppm=ALWAYS // 2)
    assert arrivals(worst, SERIAL, messages=50) == ([DELAY_US] * 50, Counter())


def test_faults_come_at_their_rates_and_the_same_for_the_same_seed() -> None:
    some = replace(NO_FAULTS, message_lost_ppm=100_000, message_twice_ppm=200_000)
    times, counts = arrivals(some, messages=2_000)
    assert 140 < counts["message_lost"] < 260
    assert 330 < counts["message_twice"] < 470
    assert len(times) == 2_000 - counts["message_lost"] + counts["message_twice"]
    assert arrivals(some, messages=2_000) == (times, counts)


def test_what_arrives_after_its_listener_has_hung_up_is_lost() -> None:
    agenda = Agenda(START_MS)
    wire = Wire(agenda, NO_FAULTS, Chance(1, "wire", agenda.now_ms), Counter())
    host, floor = pair(wire.deliver)
    old, new = list[bytes](), list[bytes]()
    host.listen(TOPIC, lambda _address, payload, _taken: old.append(payload))
    floor.send(TOPIC, b"before")
    agenda.run(START_MS + 10)
    floor.send(TOPIC, b"under way")
    host.hang_up()
    agenda.run(START_MS + 20)
    floor.send(TOPIC, b"to nobody")
    host.listen(TOPIC, lambda _address, payload, _taken: new.append(payload))
    floor.send(TOPIC, b"after")
    agenda.run(START_MS + 30)
    assert (old, new) == ([b"before"], [b"after"])
