"""No call that can be made from the OpenAPI document breaks the server."""

import pytest

from tests.api.fuzz import fuzz

CALLS = 600


@pytest.mark.long
def test_no_call_from_the_description_breaks_the_server() -> None:
    found = fuzz(CALLS)
    assert found.broken == []
    assert found.calls >= CALLS // 2
    assert {200, 404, 422} <= found.statuses.keys()
