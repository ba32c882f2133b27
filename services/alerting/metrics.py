"""Alerting's metrics, each declared once, with a sentence."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.alerting.message import Reason

LATENCY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400)


class Metrics:
    """All of them, on this registry; every label series stands at zero from the start."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.records = Counter(
            "newswatch_records",
            "Records that a stage read, by how each ended.",
            ["stage", "outcome"],
            registry=registry,
        )
        self.latency = Histogram(
            "newswatch_alert_latency_seconds",
            "The time from first seeing an article to delivering its alert.",
            ["receiver"],
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self.attempts = Counter(
            "newswatch_alerting_attempts",
            "Requests to a receiver, by the reason for how each ended.",
            ["receiver", "reason"],
            registry=registry,
        )
        self.alerts = Counter(
            "newswatch_alerting_alerts",
            "Alerts that were settled, by outcome.",
            ["receiver", "outcome"],
            registry=registry,
        )
        self.waiting = Gauge(
            "newswatch_alerting_waiting_alerts",
            "Alerts in the ledger that wait: grouped, in quiet hours, held back, or to be retried.",
            ["receiver"],
            registry=registry,
        )
        self.held = Gauge(
            "newswatch_alerting_receiver_held",
            "1 where this process tells the receiver, 0 where it stands by for another.",
            ["receiver"],
            registry=registry,
        )
        self.up = Gauge(
            "newswatch_alerting_receiver_up",
            "1 while a receiver takes alerts, 0 while its breaker is open or it is disabled.",
            ["receiver"],
            registry=registry,
        )
        self.lag = Gauge(
            "newswatch_consumer_lag_records",
            "Records of a partition that its consumer group has not read.",
            ["group", "topic", "partition"],
            registry=registry,
        )
        self.reloads = Counter(
            "newswatch_alerting_reloads",
            "Readings of changed receivers and routes, taken over or refused.",
            ["outcome"],
            registry=registry,
        )
        self.refused = Gauge(
            "newswatch_configuration_refused",
            "1 while changed files are refused for a mistake and the earlier ones are used.",
            registry=registry,
        )
        for outcome in ("taken", "refused"):
            self.reloads.labels(outcome)

    def start(self, receivers: Iterable[str]) -> None:
        """Create every series of these receivers."""
        for receiver in receivers:
            self.latency.labels(receiver)
            self.waiting.labels(receiver)
            self.held.labels(receiver)
            self.up.labels(receiver).set(1)
            for reason in Reason:
                self.attempts.labels(receiver, reason.value)
                self.records.labels(f"alerting-{receiver}", reason.value)
            for kind in ("delivered", "dead", "suppressed"):
                self.alerts.labels(receiver, kind)
