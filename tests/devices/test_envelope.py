"""The wh/v1 wire: what is read comes back as written, what is wrong is named."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.driver import BadFrame
from devices.envelope import Topic, Writer, outbox_of, read_topic
from devices.sorter import SCAN, Scan

GOOD: dict[str, Any] = {
    "v": 1,
    "id": "s1-7",
    "ts": 5,
    "session": "s1",
    "seq": 7,
    "corr": "12",
    "deadline": 9,
    "data": {"codes": ["A"], "tracking": "t1"},
}


def packed(**changes: Any) -> bytes:
    message = GOOD | changes
    return json.dumps({key: value for key, value in message.items() if value is not None}).encode()


def test_a_written_message_is_read_as_it_was() -> None:
    data = Scan(codes=("]C100340", "ü"), tracking="t1")
    message = SCAN.read(Writer("s1").write(data, 5, "12", 9))
    assert (message.data, message.seq, message.corr, message.deadline) == (data, 1, "12", 9)
    assert outbox_of(message) == 12


def test_each_message_of_a_session_has_its_own_command_id() -> None:
    writer, data = Writer("s1"), Scan(codes=(), tracking="t1")
    ids = [SCAN.read(writer.write(data, 5)).command_id("sorter") for _ in range(2)]
    assert ids == ["sorter/s1/1", "sorter/s1/2"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"v": 2}, "$.v"),
        ({"v": None}, "`v`"),
        ({"id": None}, "`id`"),
        ({"ts": "now"}, "$.ts"),
        ({"session": ""}, "$.session"),
        ({"seq": None}, "`seq`"),
        ({"seq": -1}, "$.seq"),
        ({"corr": 12}, "$.corr"),
        ({"deadline": 1.5}, "$.deadline"),
        ({"data": None}, "`data`"),
        ({"data": {"codes": [1], "tracking": "t"}}, "$.data.codes[0]"),
        ({"data": {"codes": []}}, "`tracking` - at `$.data`"),
        ({"data": {"codes": [], "tracking": "t", "lane": "x"}}, "`lane` - at `$.data`"),
        ({"data": {"codes": ["x"] * 17, "tracking": "t"}}, "$.data.codes"),
        ({"extra": 1}, "`extra`"),
        ({"data": {"codes": ["x" * 5_000], "tracking": "t"}}, "at most 4096"),
    ],
)
def test_a_message_that_breaks_the_form_is_refused_by_field(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(BadFrame) as wrong:
        SCAN.read(packed(**changes))
    assert named in str(wrong.value)


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_a_bad_frame(payload: bytes) -> None:
    with pytest.raises(BadFrame):
        SCAN.read(payload)


@given(st.integers(0, len(packed()) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_a_message_or_a_bad_frame(at: int, flip: int) -> None:
    payload = bytearray(packed())
    payload[at] ^= flip
    try:
        message = SCAN.read(bytes(payload))
    except BadFrame:
        return
    assert isinstance(message.data, Scan)


def test_corr_that_is_no_row_is_named() -> None:
    with pytest.raises(BadFrame, match="corr '¹'"):
        outbox_of(SCAN.read(packed(corr="¹")))


def test_a_topic_is_read_as_it_was_written() -> None:
    topic = Topic(site="main", area="out", device="sorter1", channel="evt", name="scan")
    assert read_topic(str(topic)) == topic
    assert read_topic("wh/v1/main/out/sorter1/conn").name == ""


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("wh/v2/main/out/sorter1/evt/scan", "wh/v1/<site>"),
        ("wh/v1/main/out/sorter1/event/scan", "'event'"),
        ("wh/v1/main/out/sorter1/evt", "name of its evt"),
        ("wh/v1/main//sorter1/evt/scan", "wh/v1/<site>"),
    ],
)
def test_a_topic_that_breaks_the_form_is_refused(address: str, named: str) -> None:
    with pytest.raises(BadFrame, match=named):
        read_topic(address)
