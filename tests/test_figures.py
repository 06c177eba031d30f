"""What a benchmark tells of its figures, and which of them miss their bar."""

import pytest

from benchmarks import Figure, tell


@pytest.mark.parametrize(
    ("value", "bars", "missed"),
    [
        (-2.5, {}, False),
        (89.0, {"least": 90.0}, True),
        (-1.0, {"most": 0.5}, False),
        (0.6, {"most": 0.5}, True),
    ],
)
def test_only_a_figure_with_a_bar_can_miss_it(
    value: float, bars: dict[str, float], missed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell([Figure(name="saving", value=value, unit="%", **bars)]) == missed
    assert ("MISSED" in capsys.readouterr().out) == missed
