"""Owns the figures for Prometheus: requests, commands and their time, what the house looks like.

What is counted is counted as it happens; what can be asked is asked when somebody scrapes.
"""

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from api.events import Events
from api.runtime import Runtime
from controller.store import Db
from controller.views import outcomes, traffic

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"))
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    def __init__(self, runtime: Runtime, events: Events) -> None:
        self._runtime = runtime
        self._events = events
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "pickwright_http_requests", "Answers", ["method", "status"], registry=registry
        )
        self._commands = Histogram(
            "pickwright_command_seconds",
            "From request to durable answer",
            ["command"],
            buckets=BUCKETS,
            registry=registry,
        )
        self._gauges = {
            name: Gauge(f"pickwright_{name}", words, labels, registry=registry)
            for name, words, labels in (
                ("commands_total", "Commands in this process", []),
                ("plans_total", "Plans applied by this process", []),
                ("failed_rounds_total", "Rounds of work that failed and were tried again", []),
                ("streams", "Open live pages", []),
                ("alive", "Whether the threads are at work", []),
                ("device_up", "Whether the wire of a device is up", ["device"]),
                ("carrier_up", "Whether a carrier answers", ["carrier"]),
                ("carrier_jobs", "Questions to a carrier without an answer", ["carrier"]),
                ("orders", "Orders", ["state"]),
                ("outbox_rows", "Rows without an answer", ["topic", "state"]),
                ("alarms", "Open alarms", []),
            )
        }
        runtime.desk.took = self._took

    def answered(self, method: str, status: int) -> None:
        self._requests.labels(method if method in METHODS else "other", status).inc()

    def _took(self, command: str, seconds: float) -> None:
        self._commands.labels(command).observe(seconds)

    async def scrape(self) -> bytes:
        """Everything in Prometheus' text format. Raises: StoreUnavailable."""
        orders, rows, alarms = await self._runtime.desk.read(_asked)
        runtime, gauges = self._runtime, self._gauges
        for name, value in (
            ("commands_total", runtime.controller.commands),
            ("plans_total", runtime.plans),
            ("failed_rounds_total", runtime.failures),
            ("streams", len(self._events)),
            ("alive", int(runtime.alive)),
            ("alarms", alarms),
        ):
            gauges[name].set(value)
        for labelled in ("orders", "outbox_rows", "device_up", "carrier_up", "carrier_jobs"):
            gauges[labelled].clear()
        for state, count in orders.items():
            gauges["orders"].labels(state).set(count)
        for (topic, state), count in rows.items():
            gauges["outbox_rows"].labels(topic, state).set(count)
        for device, online in runtime.hub.devices():
            gauges["device_up"].labels(device.name).set(int(online))
        for carrier in runtime.carriers.states():
            gauges["carrier_up"].labels(carrier.name).set(int(not carrier.down))
            gauges["carrier_jobs"].labels(carrier.name).set(carrier.jobs)
        return generate_latest(self._registry)


def _asked(db: Db) -> tuple[dict[str, int], dict[tuple[str, str], int], int]:
    return outcomes.progress(db), traffic.depth(db), traffic.open_alarms(db)
