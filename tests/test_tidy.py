"""The habits of the house, held by a test: sizes, names, docstrings, imports of the core.

Each rule gives the places that break it, so a failure reads as a list of what to mend.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
SOURCES = ("controller", "devices", "simulation", "api", "benchmarks")
FILE_LINES_MAX, FUNCTION_LINES_MAX, COLUMNS_MAX = 400, 60, 99
NESTING_MAX, ARGUMENTS_MAX = 4, 6
FILE_LINES_MEDIAN_MAX, FUNCTION_LINES_MEDIAN_MAX = 150, 10
FORBIDDEN_NAMES = re.compile(
    r"util(s|ity|ities)?|helpers?|managers?|base|services?", re.IGNORECASE
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
CONTROLLER_FORBIDS = frozenset(("time", "random", "uuid", "secrets"))
PLAN_FORBIDS = CONTROLLER_FORBIDS | {"logging", "os"}
CLOCKS = frozenset(("now", "utcnow", "today"))
PRETENDING = frozenset(("sleep", "xfail", "mock", "Mock", "MagicMock", "AsyncMock"))
DEVICES_SEE = ("controller.core", "controller.messages", "controller.errors")
ROOMS = {
    "ortools": "controller/plan",
    "sqlmodel": "controller",
    "sqlalchemy": "controller",
    "paho": "devices/transports",
    "serial": "devices/transports",
    "simpy": "simulation",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Rule = Callable[[Path], Iterable[str]]
NESTS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def python_files(*folders: str) -> list[Path]:
    return sorted(chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders))


SOURCE_FILES = python_files(*SOURCES)
TEST_FILES = [path for path in python_files("tests") if path != Path(__file__)]
EVERY_FILE = [*SOURCE_FILES, *TEST_FILES, Path(__file__)]


def check(rule: Rule, paths: Iterable[Path]) -> None:
    """Fails with every place that breaks a rule."""
    broken = [f"{path.relative_to(ROOT)}: {found}" for path in paths for found in rule(path)]
    assert not broken, "\n".join(broken)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree(path)))


def functions(path: Path) -> list[Function]:
    return [node for node in nodes(path) if isinstance(node, Function)]


def lines_of(function: Function) -> int:
    """From the def to the end; decorators say what it is, not how long it is."""
    return (function.end_lineno or 0) - function.lineno + 1


# --- sizes -----------------------------------------------------------------------------------


def test_files_are_short_and_narrow() -> None:
    def rule(path: Path) -> Iterator[str]:
        lines = path.read_text().splitlines()
        if len(lines) > FILE_LINES_MAX:
            yield f"{len(lines)} lines"
        wide = (number for number, line in enumerate(lines, 1) if len(line) > COLUMNS_MAX)
        yield from (f"line {number} is too wide" for number in wide)

    check(rule, EVERY_FILE)


def test_functions_are_short_and_flat() -> None:
    def rule(path: Path) -> Iterator[str]:
        for each in functions(path):
            if lines_of(each) > FUNCTION_LINES_MAX:
                yield f"{each.name} has {lines_of(each)} lines"
            if depth(each) > NESTING_MAX:
                yield f"{each.name} nests {depth(each)} deep"

    check(rule, EVERY_FILE)


def depth(node: ast.AST) -> int:
    """How many statements stand inside each other; an elif is no level of its own."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.Lambda | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        level = 1 if isinstance(child, NESTS) and not is_elif else 0
        deepest = max(deepest, level + depth(child))
    return deepest


def test_functions_take_few_arguments() -> None:
    def rule(path: Path) -> Iterator[str]:
        for each in functions(path):
            if argument_count(each) > ARGUMENTS_MAX:
                yield f"{each.name} takes {argument_count(each)} arguments"

    commands = ROOT / "api" / "commands"  # there an argument is an option of the command line
    check(rule, [path for path in EVERY_FILE if path.parent != commands])


def argument_count(function: Function) -> int:
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def test_most_files_and_functions_are_small() -> None:
    file_lines = [len(path.read_text().splitlines()) for path in SOURCE_FILES]
    function_lines = [lines_of(each) for path in SOURCE_FILES for each in functions(path)]
    assert median(filter(None, file_lines)) <= FILE_LINES_MEDIAN_MAX
    assert median(function_lines) <= FUNCTION_LINES_MEDIAN_MAX


# --- names and words -------------------------------------------------------------------------


def test_names_say_what_a_thing_is() -> None:
    def rule(path: Path) -> Iterator[str]:
        classes = (node.name for node in nodes(path) if isinstance(node, ast.ClassDef))
        for name in (path.stem, path.parent.name, *classes):
            if FORBIDDEN_NAMES.fullmatch(name.strip("_")):
                yield f"the name {name} says nothing"

    check(rule, SOURCE_FILES)


def test_modules_say_what_they_own() -> None:
    def rule(path: Path) -> Iterator[str]:
        docstring = ast.get_docstring(tree(path)) or ""
        has_code = len(tree(path).body) > bool(docstring)
        if has_code and "Owns " not in docstring:
            yield "the docstring does not say what the module owns"

    # A migration is a step in time and owns nothing.
    check(rule, [p for p in SOURCE_FILES if p.parent.name != "versions"])


def test_nothing_is_left_for_later() -> None:
    def rule(path: Path) -> Iterable[str]:
        return UNFINISHED.findall(path.read_text())

    check(rule, SOURCE_FILES + TEST_FILES)


# --- tests -----------------------------------------------------------------------------------


def test_tests_neither_wait_nor_pretend() -> None:
    def rule(path: Path) -> Iterator[str]:
        for node in nodes(path):
            if word_of(node) in PRETENDING:
                yield f"{word_of(node)} in line {getattr(node, 'lineno', 0)}"

    check(rule, TEST_FILES)


def word_of(node: ast.AST) -> str:
    match node:
        case ast.Attribute():
            return node.attr
        case ast.Name():
            return node.id
        case ast.alias():
            return node.name.rpartition(".")[2]
    return ""


def test_names_of_tests_are_sentences() -> None:
    def rule(path: Path) -> Iterator[str]:
        for each in functions(path):
            if each.name.startswith("test_") and each.name.count("_") < 3:
                yield each.name

    check(rule, TEST_FILES)


# --- who may know what -----------------------------------------------------------------------


def test_core_reads_no_clock_and_rolls_no_die() -> None:
    def rule(path: Path) -> Iterator[str]:
        forbids = PLAN_FORBIDS if is_below(path, "controller/plan") else CONTROLLER_FORBIDS
        yield from sorted(forbids & {name.split(".")[0] for name in modules(path)})
        for node in nodes(path):
            if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
                owner = ast.unparse(node.value).rpartition(".")[2]
                if owner in ("datetime", "date"):
                    yield f"{owner}.{node.attr} in line {node.lineno}"

    assert sys.stdlib_module_names >= PLAN_FORBIDS
    check(rule, python_files("controller"))


def test_devices_see_only_the_core_and_its_messages() -> None:
    def rule(path: Path) -> Iterator[str]:
        for name in modules(path):
            ours = name.split(".")[0] in SOURCES and not name.startswith("devices")
            if ours and not name.startswith(DEVICES_SEE) and name != "controller":
                yield name

    check(rule, python_files("devices"))


def test_third_parties_stay_in_their_room() -> None:
    def rule(path: Path) -> Iterator[str]:
        for name in {name.split(".")[0] for name in modules(path)}:
            if name in ROOMS and not is_below(path, ROOMS[name]):
                yield f"{name} belongs into {ROOMS[name]}"

    inside = [path for path in SOURCE_FILES if not is_below(path, "benchmarks")]
    check(rule, inside)


def test_files_of_workflows_form_no_circle() -> None:
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in python_files("controller/workflows")
    }
    circles = TopologicalSorter({name: files.keys() & set(modules(files[name])) for name in files})
    circles.prepare()  # raises CycleError, which names the files


def is_below(path: Path, folder: str) -> bool:
    return path.is_relative_to(ROOT / folder)


def modules(path: Path) -> Iterator[str]:
    """Everything that a file imports, with its package."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_each_migration_follows_the_one_before() -> None:
    files = sorted(ROOT.glob("controller/migrations/versions/0*.py"))
    told = [re.findall(r'^(?:down_)?revision = "?(\w+)"?$', f.read_text(), re.M) for f in files]
    numbers = [file.name[:4] for file in files]
    assert told == [list(each) for each in zip(numbers, ["None", *numbers[:-1]], strict=True)]
