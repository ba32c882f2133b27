"""How it goes, in one line whenever that changes: `python -m deploy.local.status HOST:PORT …`.

Read from the services' own /metrics, so it says what a dashboard would.
"""

import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

EVERY = 2.0
"""Seconds between two looks."""

Totals = Mapping[tuple[str, str], float]
"""Sums by a metric's name and the label that matters here."""


def totals(pages: Iterable[str]) -> Totals:
    """What these pages of metrics add up to."""
    sums: Counter[tuple[str, str]] = Counter()
    for page in pages:
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                sums[sample.name, _label(sample.labels)] += int(sample.value)
    return sums


def line(sums: Totals) -> str:
    """The one line."""
    feeds = {c: int(sums.get(("newswatch_fetcher_feeds", c), 0)) for c in ("well", "failing")}
    entries, records = "newswatch_fetcher_entries_total", "newswatch_records_total"
    new = sum(int(sums.get((entries, s), 0)) for s in ("published-new", "undated-repaired"))
    dead = sum(int(sums.get((records, f"{s} {o}"), 0)) for s in _STAGES for o in _DEAD)
    matched = int(sums.get((records, "select passed"), 0))
    alerts = int(sums.get(("newswatch_alerting_alerts_total", "delivered"), 0))
    return (
        f"feeds: {feeds['well']} answer, {feeds['failing']} do not · {new} new articles · "
        f"{matched} matched · {alerts} alerts delivered · {dead} put aside"
    )


_STAGES, _DEAD = ("tag", "select", "gather"), ("undecodable", "failed", "too-large")


def _label(labels: Mapping[str, str]) -> str:
    if "stage" in labels:
        return f"{labels['stage']} {labels.get('outcome', '')}"
    return labels.get("condition") or labels.get("state") or labels.get("outcome") or ""


def _page(address: str) -> str:
    try:
        with urlopen(f"http://{address}/metrics", timeout=2) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""  # not up yet; it will be


def main(addresses: list[str]) -> None:
    """Print the line whenever it has changed and then held for one look, until terminated."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    told = seen = ""
    while not stopping.wait(EVERY):
        before, seen = seen, line(totals(map(_page, addresses)))
        if seen == before != told:
            told = seen
            print(told, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
