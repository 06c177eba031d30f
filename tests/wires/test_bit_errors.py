"""A bad serial line: flipped bits, cut and doubled frames; no wrong code gets through."""

import os
import random
import threading
from pathlib import Path

import pytest

from controller import barcodes
from controller.messages import ContainerSeen
from devices.scanner import Scanner
from tests.wires.ears import Ear
from tests.wires.test_lines import Cable, open_line, serial_line

CODES = ("4006381333931", "9780201379624", "5012345678900", "96385074")
FRAMES = 4_000
FLIPPED = 0.01  # of all frames


def noisy(rng: random.Random) -> list[bytes]:
    """Frames as a bad line carries them, in chunks that keep to no frame."""
    stream = bytearray()
    for _ in range(FRAMES):
        frame = bytearray(b"\x02" + rng.choice(CODES).encode() + b"\x03")
        if rng.random() < FLIPPED:
            frame[rng.randrange(len(frame))] ^= 1 << rng.randrange(8)
        stream += bytes(frame) * (2 if rng.random() < 0.02 else 1)
        if rng.random() < 0.01:
            del stream[-rng.randrange(1, 8) :]
    cuts = sorted(rng.sample(range(len(stream)), len(stream) // 9))
    return [bytes(stream[a:b]) for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_bad_line_accepts_no_wrong_code(tmp_path: Path, seed: int) -> None:
    cable = Cable(tmp_path / "ttyUSB0")
    cable.plug()
    chunks = noisy(random.Random(seed))
    scanner = Scanner(name="s", address="serial/scale", framing="stx_etx", repeat_ms=0)
    with open_line(serial_line(cable)) as (_, ear):
        ear.wait_up()
        writer = threading.Thread(target=lambda: [os.write(cable.end, each) for each in chunks])
        writer.start()
        total = sum(map(len, chunks))
        ear.wait(lambda each: sum(map(len, each.payloads)) >= total)
        writer.join()
    assert b"".join(ear.payloads) == b"".join(chunks)
    accepted = accepted_by(scanner, ear)
    assert set(accepted) <= {code.zfill(14) for code in CODES}
    assert len(accepted) > FRAMES * 0.95


def accepted_by(scanner: Scanner, ear: Ear) -> list[str]:
    """The codes that a scan is understood as; a wrong check digit makes it none."""
    codes: list[str] = []
    for payload in ear.payloads:
        for command in scanner.heard("serial/scale", payload, 1).commands:
            if isinstance(command, ContainerSeen):
                read = (barcodes.read(code) for code in command.codes)
                codes += [each.gtin for each in read if each.gtin]
    return codes
