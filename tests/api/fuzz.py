"""Owns the search for a request that breaks the server: calls made from the OpenAPI document.

`python -m tests.api.fuzz --calls 10000` runs it at length. Each operation gets its share of calls,
valid and invalid ones, from an administrator; an answer of 500 or above is what it looks for.
"""

import argparse
import sys
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from api.edge import Edge
from tests.api.serving import Served, served

EVENTS = "text/event-stream"


@dataclass
class Found:
    """Answers by status, and each call that broke something."""

    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return self.statuses.total()


def fuzz(calls: int, number: int = 1) -> Found:
    """About so many calls, all drawn from one seed."""
    found = Found()
    edge = Edge(requests_at_once=1 << 30, sign_ins_at_once=1 << 30)
    with served("sqlite://", {"S1": 300, "S2": 5}, edge) as house:
        document = house.as_("admin").get("/api/openapi.json").json()
        operations = [
            each
            for result in schemathesis.openapi.from_dict(document).get_all_operations()
            if isinstance(result, Ok) and not streams(each := result.ok())
        ]
        share = max(2, calls // len(operations) // 2)
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                attack(house, operation, mode, share, number, found)
    return found


def streams(operation: Any) -> bool:
    """A stream never ends by itself."""
    return EVENTS in str(operation.definition.raw.get("responses", {}).get("200", {}))


def attack(
    house: Served, operation: Any, mode: GenerationMode, share: int, number: int, found: Found
) -> None:
    client = house.as_("admin")

    @seed(number)
    @settings(
        max_examples=share,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        answer = send(house, client, case)
        if answer is None:
            return
        found.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            found.broken.append(f"{answer.status_code} {case.as_curl_command()}: {answer.text}")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception as error:  # a schema that has no wrong values, say
            if "Unsatisfiable" not in type(error).__name__:
                raise


def send(house: Served, client: httpx.Client, case: Any) -> httpx.Response | None:
    """The answer; None for what no client can send at all."""
    kept = case.as_transport_kwargs(base_url=house.url)
    kept.pop("cookies", None)
    headers = dict(kept.pop("headers", {}))
    try:
        answer = client.request(
            kept["method"],
            kept["url"],
            params=kept.get("params"),
            json=kept.get("json"),
            content=kept.get("data") if isinstance(kept.get("data"), bytes | str) else None,
            headers=[(name.encode(), str(value).encode()) for name, value in headers.items()],
        )
    except (ValueError, TypeError, httpx.LocalProtocolError, httpx.InvalidURL):
        return None
    if answer.status_code == 401 or case.path == "/api/sign-out":
        client.cookies = house.as_("admin").cookies
    return answer


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    result = fuzz(asked.calls, asked.seed)
    for each in result.broken:
        sys.stdout.write(f"{each}\n")
    sys.stdout.write(f"{result.calls} calls, seed {asked.seed}: {dict(result.statuses)}\n")
    sys.exit(1 if result.broken else 0)
