"""Every fault that the controller raises has words on the console that say what to do."""

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
WORDS: Final = ROOT / "api/web/src/console/words.ts"
RAISES: Final = ("alarming.raise_alarm", "raise_alarm")
CHOSEN: Final = {  # by modules that choose among faults, or pass on what a device said
    "controller/workflows/alarming.py": {"given_up"},
    "controller/workflows/carriers/falling_back.py": {"no_pieces", "no_label"},
    "controller/workflows/nodes/store_packing.py": {
        *("danger_not_known", "declaration_needed", "no_service"),
    },
    "controller/workflows/packing/labelling.py": {
        *("customs_data_missing", "danger_not_known", "declaration_needed", "no_service"),
    },
}


def raised() -> set[str]:
    """The faults of all calls that raise an alarm."""
    found: set[str] = set()
    for path in sorted(ROOT.glob("controller/**/*.py")):
        tree, name = ast.parse(path.read_text()), str(path.relative_to(ROOT))
        calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
        faults = [each.args[2] for each in calls if ast.unparse(each.func) in RAISES]
        known = {
            ast.unparse(target): each.value.value
            for each in tree.body
            if isinstance(each, ast.Assign | ast.AnnAssign)
            and isinstance(each.value, ast.Constant)
            for target in (each.targets if isinstance(each, ast.Assign) else [each.target])
        }
        for fault in faults:
            if isinstance(fault, ast.Constant):
                found.add(str(fault.value))
            elif ast.unparse(fault) in known:
                found.add(str(known[ast.unparse(fault)]))
            else:
                found |= CHOSEN[name]
    return found


def test_who_looks_after_an_alarm_reads_what_to_do() -> None:
    cures = WORDS.read_text().partition("const CURES")[2].partition("};")[0]
    told = set(re.findall(r"^  (\w+): ", cures, re.MULTILINE))
    faults = raised()
    assert {"pickup_missing", "customs_data_missing", "left_out"} <= faults
    assert faults <= told, sorted(faults - told)
