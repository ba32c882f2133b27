"""What the processors tell Prometheus. Every series that can be known beforehand starts at zero."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.processors.stages import StageOutcome

Lags = Callable[[], Iterator[tuple[str, int, int]]]
"""Topic, partition, and how many of its records are not yet committed."""

STAGES = ("tag", "select", "gather")


class Metrics:
    """The metrics of one processor process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.records = Counter(
            "newswatch_records",
            "Records that ended, by stage and outcome; each record ends in exactly one.",
            ["stage", "outcome"],
            registry=registry,
        )
        self.seconds = Histogram(
            "newswatch_processors_stage_seconds",
            "Time a stage spent deciding on one record, without the broker.",
            ["stage"],
            buckets=(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
            registry=registry,
        )
        for stage in STAGES:
            self.seconds.labels(stage)
            for outcome in StageOutcome:
                self.records.labels(stage, outcome)


class LagCollector(Collector):
    """Consumer lag, read when scraped."""

    def __init__(self, group: str, lags: Lags) -> None:
        self._group = group
        self._lags = lags

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge a partition that this process holds."""
        family = GaugeMetricFamily(
            "newswatch_consumer_lag_records",
            "Records on the topic that the group has not committed yet.",
            labels=["group", "topic", "partition"],
        )
        for topic, partition, lag in self._lags():
            family.add_metric([self._group, topic, str(partition)], lag)
        yield family
