"""The pure parts of the pages: keys that become scans, codes, the way ahead."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

WEB: Final = Path(__file__).parents[2] / "api/web"


def test_the_pure_parts_of_the_pages_hold_by_their_own_tests() -> None:
    node = shutil.which("node")
    program = WEB / "node_modules/vitest/vitest.mjs"
    if node is None or not program.is_file():
        pytest.skip("no Node.js or no packages of the pages here: make web")
    run = subprocess.run([node, program, "run"], cwd=WEB, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
