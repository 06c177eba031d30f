"""Byte streams: however they are cut, the same frames come out."""

from hypothesis import given
from hypothesis import strategies as st

from devices.frames import SPOILED, Frames

CHUNKS = st.lists(st.integers(1, 5), min_size=1, max_size=40)


def fed(frames: Frames, stream: bytes, cuts: list[int]) -> list[bytes]:
    out, at = [], 0
    for size in cuts:
        out += frames.feed(stream[at : at + size])
        at += size
    return out + frames.feed(stream[at:])


@given(st.lists(st.binary(max_size=12).filter(lambda each: b"\r\n" not in each)), CHUNKS)
def test_lines_come_out_however_the_stream_is_cut(lines: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(line + b"\r\n" for line in lines)
    assert fed(Frames(end=b"\r\n"), stream, cuts) == stream.split(b"\r\n")[:-1]


@given(st.lists(st.text("abc,1", max_size=9)), CHUNKS)
def test_stx_etx_frames_come_out_however_the_stream_is_cut(
    texts: list[str], cuts: list[int]
) -> None:
    stream = b"".join(b"\x02" + text.encode() + b"\x03\r\n" for text in texts)
    frames = Frames(start=b"\x02", end=b"\x03")
    assert fed(frames, stream, cuts) == [text.encode() for text in texts]
    assert frames.garbage == 0


def test_noise_before_a_start_is_counted_and_left_out() -> None:
    frames = Frames(start=b"\x02", end=b"\x03")
    assert frames.feed(b"noise\x02good\x03") == [b"good"]
    assert frames.garbage == 5


def test_a_cut_off_frame_does_not_spoil_the_next() -> None:
    frames = Frames(start=b"\x02", end=b"\x03")
    assert frames.feed(b"\x02lost\x02good\x03") == [b"good"]
    assert frames.garbage == 5


def test_a_piece_without_a_start_is_no_frame() -> None:
    frames = Frames(start=b"\x02", end=b"\x03")
    assert frames.feed(b"tail\x03\x02good\x03") == [b"good"]
    assert frames.garbage == 4


def test_an_endless_frame_is_dropped_at_the_limit() -> None:
    frames = Frames(end=b"\r", size_max=10)
    assert frames.feed(b"x" * 11) == []
    assert frames.garbage == 11
    assert frames.feed(b"ok\r") == [b"ok"]
    assert frames.garbage == 0


def test_the_end_of_a_frame_that_an_outage_has_cut_is_no_frame_of_its_own() -> None:
    frames = Frames(end=b"\r")
    assert frames.feed(b"4006381") == []
    frames.drop()
    assert frames.feed(b"333931\r96385074\r") == [SPOILED + b"333931", b"96385074"]
    frames.drop()
    assert frames.feed(b"12\r") == [b"12"]
