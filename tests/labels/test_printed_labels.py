"""Labels as paper: drawn by an independent ZPL renderer, read by an independent decoder.

A small day is worked through; each label that went to a printer must lead a scanner back to its
parcel. Needs Node and the packages of this folder (`make packages`).
"""

import base64
import io
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zxingcpp
from PIL import Image

from controller import barcodes
from controller.store import Store, open_store
from devices.zpl import parcel_label
from simulation.building import scenario_generated
from simulation.run import run

FOLDER = Path(__file__).parent
ORDERS = 25
HOSTILE = r"^XZ^XA ~JA \ ^FS ]C1 Käthe & Söhne 北京"
_LABELS = "SELECT payload FROM outbox WHERE topic LIKE 'device/printer-%' ORDER BY id"
_CODE = "SELECT kind, ref FROM barcode WHERE code = :code"

if not shutil.which("node") or not (FOLDER / "node_modules").is_dir():
    pytest.skip("no label renderer: run make packages (needs Node)", allow_module_level=True)


@dataclass(frozen=True, slots=True)
class Read:
    """One symbol as a scanner sends it, AIM identifier included."""

    symbology: str
    text: str


def drawn(formats: Sequence[str]) -> list[Image.Image]:
    """The labels as pictures."""
    done = subprocess.run(
        ["node", "render.mjs"],
        cwd=FOLDER,
        input="\n".join(formats).encode(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    return [Image.open(io.BytesIO(base64.b64decode(line))) for line in done.stdout.split()]


def read(picture: Image.Image) -> list[Read]:
    return [
        Read(found.symbology_identifier, found.text)
        for found in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    ]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The database after a small day in which parcels were packed and labelled."""
    url = f"sqlite:///{tmp_path_factory.mktemp('day')}/day.db"
    run(scenario_generated(ORDERS, seed=11), database=url)
    return open_store(url, durable=False)


@pytest.fixture(scope="module")
def printed(worked: Store) -> list[dict[str, Any]]:
    """What each label was to say, in the order of printing."""
    with worked.reading() as db:
        labels = [msgspec.json.decode(row.payload)["label"] for row in db.all(_LABELS)]
    assert len(labels) >= ORDERS // 2
    return labels


def test_every_printed_label_leads_the_scanner_to_its_parcel(
    worked: Store, printed: list[dict[str, Any]]
) -> None:
    pictures = drawn([parcel_label(label) for label in printed])
    assert len(pictures) == len(printed)
    with worked.reading() as db:
        for label, picture in zip(printed, pictures, strict=True):
            found = read(picture)
            assert len(found) == 2, (label, found)
            for symbol in found:
                reading = barcodes.read(symbol.symbology + symbol.text)
                named = db.the(_CODE, code=reading.code)
                assert named.kind in ("parcel", "container")  # tracking number, our own plate
                assert named.ref == label["parcel"]


def test_the_sscc_is_a_gs1_element_string(printed: list[dict[str, Any]]) -> None:
    label = next(each for each in printed if each["sscc"])
    (picture,) = drawn([parcel_label(label)])
    (sscc,) = (symbol for symbol in read(picture) if symbol.symbology == "]C1")
    assert sscc.text.lstrip("\x1d") == "00" + label["sscc"]


def test_hostile_text_prints_as_text_on_one_label(printed: list[dict[str, Any]]) -> None:
    zpl = parcel_label(printed[0] | {"to": [HOSTILE], "sender": [HOSTILE], "order": HOSTILE})
    pictures = drawn([zpl])
    assert len(pictures) == 1
    assert len(read(pictures[0])) == 2
