"""Owns the way in which tests call the command line, and files for it to read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: object
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """Calls `pickwright` in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ended:
        with pytest.raises(SystemExit) as left:
            main([str(each) for each in arguments])
        return Ended(left.value.code or 0, *self._capsys.readouterr())


@dataclass(frozen=True, slots=True)
class Files:
    """Writes the files of one test."""

    folder: Path

    def __call__(self, name: str, *lines: str) -> Path:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n")
        return path

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.db"


ITEMS = (
    "sku,name,length_mm,width_mm,height_mm,mass_g,barcodes",
    "MUG,Red mug,120,90,100,340,9521234567899 19521234567896:12",
    "CUP,Cup,80,80,90,210,",
)
PLACES = ("name,kind,aisle,y_mm,volume_ml", "A-1,pick,0,1500,60000", "A-2,pick,1,4500,60000")
STOCK = ("sku,place,qty,face", "MUG,A-1,48,yes", "CUP,A-2,5,yes")
ORDERS = (
    "order,sku,qty,country,name",
    "1001,MUG,2,GB,Ada Example",
    "1002,CUP,1,FR,",
    "1001,CUP,1,GB,Ada Example",
)
