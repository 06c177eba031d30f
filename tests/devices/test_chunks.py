"""Bytes of a line that cross a broker which may die: kept, in order, once, and losses are told."""

from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.chunks import CHUNK, CHUNK_MAX, LOST, RECEIVED, Backlog, Joiner, Received
from devices.envelope import SIZE_MAX, Writer

NOW_MS = 1_767_600_000_000
NEVER_S = 1e9


def backlog(session: str = "g1", most: int = 100, for_s: float = NEVER_S) -> Backlog:
    return Backlog(Writer(session), most, for_s)


def sent(stream: Backlog, clock_s: float = 0.0) -> list[bytes]:
    """All that the gateway would send now."""
    messages = []
    while message := stream.message(clock_s, NOW_MS):
        messages.append(message)
        stream.sent()
    return messages


def joined(joiner: Joiner, messages: list[bytes]) -> bytes:
    return b"".join(joiner.take(CHUNK.read(each)) for each in messages)


def word(joiner: Joiner, again: bool = False) -> Received:
    return Received(session=joiner.session, at=joiner.at, again=again)


def test_what_was_sent_into_a_dead_broker_is_sent_again_and_heard_once() -> None:
    stream, joiner = backlog(), Joiner()
    stream.add(b"one\r", 0)
    assert joined(joiner, sent(stream)) == b"one\r"
    stream.add(b"two\r", 0)
    assert len(sent(stream)) == 1  # lost
    assert sent(stream) == []
    stream.again()
    assert joined(joiner, sent(stream)) == b"two\r"
    stream.received(word(joiner))
    stream.again()
    assert sent(stream) == []


def test_a_chunk_before_its_turn_waits_for_those_before_it() -> None:
    stream, joiner = backlog(), Joiner()
    for part in (b"4006381", b"333931\r"):
        stream.add(part, 0)
    first, second = sent(stream)
    assert joiner.take(CHUNK.read(second)) == b""
    assert joiner.missing
    stream.received(word(joiner, again=True))
    assert joined(joiner, sent(stream)) == b"4006381333931\r"
    assert not joiner.missing
    assert joiner.take(CHUNK.read(first)) == b""


def test_a_controller_that_starts_again_goes_on_where_the_one_before_had_worked_off() -> None:
    stream, before, after = backlog(), Joiner(), Joiner()
    stream.add(b"one\r", 0)
    joined(before, sent(stream))
    stream.received(word(before))
    for part in (b"two\r", b"three\r"):
        stream.add(part, 0)
    joined(before, sent(stream))  # it dies with these in hand
    stream.received(Received(session="", at=0, again=True))
    assert joined(after, sent(stream)) == b"two\rthree\r"


def test_what_is_too_old_or_too_much_is_given_up_from_its_start_and_told() -> None:
    stream, joiner = backlog(most=2, for_s=10), Joiner()
    for part in (b"one\r", b"two\r", b"three\r"):
        stream.add(part, 0)
    assert joined(joiner, sent(stream)) == LOST + b"two\rthree\r"
    stream.received(word(joiner))
    stream.add(b"four\r", 100)
    stream.add(b"five\r", 105)
    assert joined(joiner, sent(stream, 111)) == LOST + b"five\r"
    assert stream.lost_bytes == len(b"one\r" + b"four\r")


def test_a_loss_with_nothing_after_it_is_told_too_and_to_a_new_controller_once() -> None:
    stream = backlog(for_s=10)
    stream.add(b"one\r", 0)
    first, second, third = Joiner(), Joiner(), Joiner()
    assert joined(first, sent(stream, 20)) == LOST
    assert sent(stream, 20) == []
    stream.again()
    assert joined(first, sent(stream, 20)) == b""
    stream.again()
    assert joined(second, sent(stream, 20)) == LOST
    stream.received(word(second))
    stream.add(b"two\r", 30)
    assert joined(second, sent(stream, 30)) == b"two\r"
    stream.again()
    assert joined(third, sent(stream, 30)) == b"two\r"


def test_a_gateway_that_starts_again_is_a_gap() -> None:
    joiner = Joiner()
    for session, said in (("g1", b"one\r"), ("g2", LOST + b"two\r")):
        stream = backlog(session)
        stream.add(said.removeprefix(LOST), 0)
        assert joined(joiner, sent(stream)) == said


def test_a_flood_is_cut_into_messages_that_the_broker_takes() -> None:
    stream, flood = backlog(), b"x" * (3 * CHUNK_MAX)
    stream.add(flood, 0)
    messages = sent(stream)
    assert len(messages) == 3
    assert max(map(len, messages)) <= SIZE_MAX
    assert joined(Joiner(), messages) == flood


STEPS = st.lists(st.sampled_from(("scan", "carry", "work", "broker", "host", "ask")), max_size=60)


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_whatever_dies_when_all_is_heard_in_order(steps: list[str]) -> None:
    """Both ends and the broker die at any moment; who is back asks, and nothing is missing.

    What a dead controller had in hand, or on its way to it, comes to the next one, perhaps twice.
    """
    stream, joiner = backlog(), Joiner()
    heard = committed = said = b""
    way: deque[bytes] = deque()  # what the broker has
    worked_off = Received(session="", at=0, again=False)
    for step in [*steps, "ask", *["carry"] * 1_000]:
        if step == "scan":
            part = b"%d\r" % len(said)
            said += part
            stream.add(part, 0)
            way.extend(sent(stream))
        elif step == "carry" and way:
            heard += joiner.take(CHUNK.read(way.popleft()))
            if joiner.missing:
                stream.received(word(joiner, again=True))
                way.extend(sent(stream))
        elif step == "work" and joiner.session:
            worked_off, committed = word(joiner), heard
            stream.received(RECEIVED.read(Writer("h").write(worked_off, NOW_MS)).data)
        elif step == "broker":
            way.clear()
            stream.again()
        elif step == "host":
            joiner, heard = Joiner(), committed
        elif step == "ask":
            again = Received(session=joiner.session, at=worked_off.at, again=True)
            stream.received(again)
            way.extend(sent(stream))
    if "host" not in steps:
        assert heard == said
    assert list(dict.fromkeys(heard.split(b"\r"))) == said.split(b"\r")
