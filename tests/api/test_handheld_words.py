"""Every sentence that a worker can be answered with has its words, in every language."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from controller import barcodes
from controller.workflows.handheld import ALWAYS
from controller.workflows.table import HANDHELD
from tests.workflows.scenes import SCENES

HOUSE: Final = Path(__file__).parents[2]
WORDS: Final = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((HOUSE / "api/web/src/handheld/words").glob("*.json"))
}
ERRORS: Final = frozenset(("Refused", "NotFound", "Stale", "LimitReached", "Conflict"))
# What the functions of the flows call, and may refuse in their stead.
BENEATH: Final = frozenset(
    f"controller.{name}"
    for name in (
        "core",
        "ledger",
        "turn",
        "workflows.handheld",
        "workflows.packing.boxing",
        "workflows.errands",
        "workflows.packing.reconciling",
        "workflows.shortages",
        "workflows.touring",
    )
)
# Raised by the same modules as scans, but by what announces goods to them.
TOLD_BY_DEVICES: Final = frozenset(
    ("label_printed", "printer_fault", "label_not_bought", "label_from_another", "house_label")
)
ANNOUNCED: Final = frozenset(("receipt_exists", "return_exists", "unknown_order"))
FIELDS_OF_NO_WORDS: Final = frozenset(
    (
        *("sku", "name", "got", "step", "method", "sure", "printed", "place", "item", "slots"),
        *("free", "stop", "nth", "of"),
    )
)


def sources() -> Iterator[Path]:
    """The modules that a scan gets to: those of all flows, and what is beneath them."""
    flows = HANDHELD.flows.values()
    on_the_floor = {each.__module__ for flow in flows for each in flow.transitions.values()}
    for module in sorted(on_the_floor | BENEATH):
        yield HOUSE / f"{module.replace('.', '/')}.py"


def refusals() -> set[str]:
    return {
        str(call.args[0].value)
        for file in sources()
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ERRORS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    } - ANNOUNCED


def messages() -> set[str]:
    """What the functions of the flows return: those that take a job and answer with a key."""
    found: set[str] = set()
    for file in (HOUSE / "controller/workflows").rglob("*.py"):
        for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(each, ast.FunctionDef) and _answers(each):
                found |= set(_texts(each))
    return found


def _answers(function: ast.FunctionDef) -> bool:
    first = function.args.args[:1]
    takes_job = bool(first) and getattr(first[0].annotation, "id", "") == "Job"
    return takes_job and getattr(function.returns, "id", "") == "str"


def _texts(function: ast.FunctionDef) -> Iterator[str]:
    for each in ast.walk(function):
        if isinstance(each, ast.Return) and each.value is not None:
            value = each.value
            parts = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
            for part in parts:
                if isinstance(part, ast.Constant) and part.value:
                    yield str(part.value)


@pytest.mark.parametrize("language", WORDS)
def test_every_answer_of_the_controller_has_words(language: str) -> None:
    keys = refusals() | messages() | TOLD_BY_DEVICES
    assert len(keys) > 100
    assert {key for key in keys if f"say.{key}" not in WORDS[language]} == set()


@pytest.mark.parametrize("language", WORDS)
def test_every_screen_has_words_for_its_step_its_scans_and_its_buttons(language: str) -> None:
    wanted = set()
    for flow in HANDHELD.flows.values():
        wanted |= {f"flow.{flow.name}"} | {f"step.{flow.name}.{step}" for step in flow.draw}
    wanted |= {f"button.{code}" for code in (*barcodes.COMMANDS, *ALWAYS)}
    wanted |= {f"explain.{code}" for code in barcodes.COMMANDS}
    assert wanted - WORDS[language].keys() == set()


@pytest.mark.parametrize(("flow", "step"), [(f, s) for f in SCENES for s in SCENES[f]])
def test_what_a_screen_shows_has_words(flow: str, step: str) -> None:
    reply = SCENES[flow][step].play().screens["W1"]
    screen = reply.screen
    keys = {f"say.{reply.message}", *(f"expect.{each}" for each in screen.expects)}
    keys |= {f"button.{code}" for code in screen.buttons}
    keys |= {f"field.{name}" for name in screen.fields if name not in FIELDS_OF_NO_WORDS}
    for words in WORDS.values():
        assert keys - words.keys() == set()


def test_all_languages_have_the_same_keys_and_fill_in_the_same_fields() -> None:
    assert {"en", "de"} <= WORDS.keys()
    english = WORDS["en"]
    for words in WORDS.values():
        assert words.keys() == english.keys()
        for key, text in words.items():
            assert text.strip()
            assert _gaps(text) == _gaps(english[key]), key


def _gaps(text: str) -> list[str]:
    return sorted(part.split("}")[0] for part in text.split("{")[1:])
