"""Compiled kernels are kept by the sources of all that is built into them."""

from importlib import import_module
from pathlib import Path

import pytest

from controller.plan import _kept

MARKED = tuple(f"\n@{each}\n" for each in ("compiled", "inlined", "inner", "kernel"))
KERNELS = [
    path
    for path in sorted(_kept.PLAN.rglob("*.py"))
    if any(mark in path.read_text() for mark in MARKED)
    and path.parent.name != "cartons"  # compiled together, as twins
]


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_kernel_is_kept_by_the_source_of_each_that_it_calls(path: Path) -> None:
    from numba.core.dispatcher import Dispatcher

    names = path.relative_to(_kept.PLAN).with_suffix("").parts
    module = import_module(".".join(("controller", "plan", *names)))
    called = {
        Path(each.py_func.__code__.co_filename)
        for each in vars(module).values()
        if isinstance(each, Dispatcher)
    }
    assert path in called
    assert called <= set(_kept.used_by(path))


def test_numbers_that_are_read_count_and_planners_do_not() -> None:
    streams, sources = _used("streams/kernels.py"), _used("sources/turning.py")
    assert {"tours/passes.py", "walks/frontier.py", "_kept.py"} <= streams
    assert "_chance.py" in sources
    assert not (streams | sources) & {"batching.py", "walking.py", "loads/spaces.py"}


def test_private_file_that_is_imported_by_its_name_counts(tmp_path: Path) -> None:
    source = tmp_path / "some.py"
    source.write_text(
        "from controller.plan import (\n    Effort,\n    _chance,\n    walking,\n)\n"
    )
    used = {path.name for path in _kept.used_by(source)}
    assert used >= {"__init__.py", "_chance.py"}
    assert "walking.py" not in used


def _used(name: str) -> set[str]:
    return {str(path.relative_to(_kept.PLAN)) for path in _kept.used_by(_kept.PLAN / name)}
