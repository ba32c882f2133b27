"""The fetcher's metrics, declared once. Every label series exists from the start, at zero."""

from collections import Counter as TallyOf
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.fetcher.outcome import GOOD, EntryState, HubOutcome, Outcome, PageOutcome, PushOutcome
from services.fetcher.poll import Poll
from services.fetcher.state import FeedState

CONDITIONS = ("well", "failing", "gone")


class Metrics:
    """What an operator can see of the fetcher."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.polls = Counter(
            "newswatch_fetcher_polls_total", "Polls of feeds, by how they ended.",
            ["outcome"], registry=registry,
        )  # fmt: skip
        self.entries = Counter(
            "newswatch_fetcher_entries_total",
            "Entries of fetched documents; each ends in exactly one state.",
            ["state"], registry=registry,
        )  # fmt: skip
        self.feeds = Gauge(
            "newswatch_fetcher_feeds", "Feeds that this fetcher owns, by condition.",
            ["condition"], registry=registry,
        )  # fmt: skip
        self.overflows = Counter(
            "newswatch_fetcher_window_overflows_total",
            "Polls whose document held nothing seen before: entries may have been missed.",
            registry=registry,
        )  # fmt: skip
        self.pages = Counter(
            "newswatch_fetcher_pages_total",
            "Pages read for the text of entries of only a line, by how that ended.",
            ["outcome"], registry=registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "newswatch_fetcher_poll_seconds", "How long a poll took, reading included.",
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30), registry=registry,
        )  # fmt: skip
        self.sent = Counter(
            "newswatch_fetcher_received_bytes_total", "Bytes of feed documents on the wire.",
            registry=registry,
        )  # fmt: skip
        self.unacknowledged = Counter(
            "newswatch_fetcher_unacknowledged_total",
            "Polls whose records the broker did not confirm; they are polled again.",
            registry=registry,
        )  # fmt: skip
        self.late = Gauge(
            "newswatch_fetcher_late_seconds", "How long the most overdue feed has been due.",
            registry=registry,
        )  # fmt: skip
        self.refused = Gauge(
            "newswatch_configuration_refused",
            "1 while a changed catalogue is refused for a mistake and the earlier one is used.",
            registry=registry,
        )
        self.last_good = Gauge(
            "newswatch_fetcher_last_good_poll_timestamp_seconds",
            "When any feed was last polled successfully.", registry=registry,
        )  # fmt: skip
        self.pushes = Counter(
            "newswatch_fetcher_pushes_total", "What hubs pushed (WebSub), by how it ended.",
            ["outcome"], registry=registry,
        )  # fmt: skip
        self.hub_requests = Counter(
            "newswatch_fetcher_hub_requests_total",
            "Requests to hubs to subscribe or unsubscribe us, by their answer.",
            ["mode", "outcome"], registry=registry,
        )  # fmt: skip
        self.subscriptions = Gauge(
            "newswatch_fetcher_subscriptions", "Feeds with an active subscription at a hub.",
            registry=registry,
        )  # fmt: skip
        for push in PushOutcome:
            self.pushes.labels(push)
        for mode in ("subscribe", "unsubscribe"):
            for said in HubOutcome:
                self.hub_requests.labels(mode, said)
        for outcome in Outcome:
            self.polls.labels(outcome)
        for state in EntryState:
            self.entries.labels(state)
        for condition in CONDITIONS:
            self.feeds.labels(condition)
        for page in PageOutcome:
            self.pages.labels(page)

    def own(self, memory: Iterable[FeedState]) -> None:
        """Show the condition of the feeds with these memories, all that this fetcher owns."""
        counts = TallyOf("gone" if s.gone else "failing" if s.errors else "well" for s in memory)
        for condition in CONDITIONS:
            self.feeds.labels(condition).set(counts[condition])

    def polled(self, poll: Poll) -> None:
        """Count a poll whose records are safe, or that had none."""
        self.polls.labels(poll.outcome).inc()
        self.seconds.observe(poll.seconds)
        self.sent.inc(poll.sent)
        self.counted(poll.states)
        if poll.overflow:
            self.overflows.inc()
        if poll.outcome in GOOD:
            self.last_good.set(poll.began.timestamp())

    def counted(self, states: Mapping[EntryState, int]) -> None:
        """Count the entries of a document, polled or pushed, whose records are safe."""
        for state, count in states.items():
            self.entries.labels(state).inc(count)
