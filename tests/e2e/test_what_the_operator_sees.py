"""Every query of the dashboard and of the alert rules, asked of a real Prometheus.

It scrapes the running services while the sample stories go through them: a query that returns
nothing then would show an empty panel, or be a rule that never fires.
"""

import json
import math
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from shared.codec import encode
from shared.kafka import Kafka
from shared.topics import ARTICLES_RAW
from tests.bench.pipeline import articles
from tests.e2e.supervised import Run, running
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
OVERVIEW = json.loads((ROOT / "deploy/grafana/dashboards/overview.json").read_text("utf-8"))
SOME = 3
"""Alerts after which every counter has moved."""
MORE = 60
"""Articles sent once Prometheus has looked."""
TAGGED = 'sum(newswatch_records_total{stage="tag"})'
SCRAPES = 4
"""Scrapes after the last alert, so that every rate has something to stand on."""

pytestmark = [
    pytest.mark.broker,
    pytest.mark.kafka,  # the fallback miscounts offsets, and with them the lag
    pytest.mark.prometheus,
    pytest.mark.skipif(
        not shutil.which("prometheus") and not os.environ.get("CI"),
        reason="no prometheus here (Debian: apt-get install prometheus)",
    ),
]


class Asked:
    """A Prometheus and its answers."""

    def __init__(self, base: str) -> None:
        self._base = base

    def get(self, path: str, **query: str) -> Any:
        answer = httpx.get(f"{self._base}/api/v1/{path}", params=query)
        return answer.raise_for_status().json()["data"]

    def values(self, query: str) -> list[float]:
        """The values that are numbers; a division of nothing by nothing is none."""
        found = [float(row["value"][1]) for row in self.get("query", query=query)["result"]]
        return [value for value in found if not math.isnan(value)]


@contextmanager
def prometheus(home: Path, run: Run) -> Iterator[Asked]:
    """A Prometheus with our rules, scraping every second where this run's services are."""
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(PROMETHEUS / "alerts.yml")]
    (scraped,) = config["scrape_configs"]
    scraped["static_configs"] = [
        {"targets": [run.address(name)], "labels": {"service": name}}
        for found in scraped.pop("dns_sd_configs")  # there is no such DNS here
        for name in found["names"]
    ]
    del scraped["relabel_configs"]
    (home / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    at = f"127.0.0.1:{free_port()}"
    command = ["prometheus", f"--config.file={home}/prometheus.yml", f"--web.listen-address={at}"]
    command.append(f"--storage.tsdb.path={home}/tsdb")
    with (home / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield Asked(f"http://{at}")
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The Prometheus of a run that has told some of its sample stories."""
    home = tmp_path_factory.mktemp("run")
    with running(["make", "run", f"VAR={home}"], home) as run:
        run.wait_for(lambda: "Newswatch is starting" in run.terminal)
        with prometheus(home, run) as answers:
            run.wait_for(lambda: len(run.headlines()) >= SOME)
            run.wait_for(lambda: bool(answers.values(TAGGED)))
            publish(run)  # what was counted before the first scrape has no rate
            run.wait_for(lambda: answers.values(TAGGED)[0] >= MORE)
            time.sleep(SCRAPES)  # Prometheus' own clock: nothing to wait for but time
            yield answers


def publish(run: Run) -> None:
    """Send more articles, as a fetcher would, and a record that no stage can use."""
    found = re.search(r"^  broker +.* at ([\w.:]+)", run.terminal, re.MULTILINE)
    assert found, run.terminal
    kafka = Kafka(found[1], "")
    producer = kafka.producer()
    producer.send(kafka.name(ARTICLES_RAW), key=b"unusable", value=b"{")
    for article in articles(MORE):
        producer.send(kafka.name(ARTICLES_RAW), key=article.id.encode(), value=encode(article))
    producer.close()


def panels() -> Iterator[tuple[str, str]]:
    listed = OVERVIEW["panels"]
    for panel in (part for one in listed for part in (one, *one.get("panels", []))):
        for target in panel.get("targets", []):
            # the unusable record makes one rule fire: of whichever severity it is
            query = re.sub(r'severity="\w+"', 'severity=~".+"', target["expr"])
            yield f"{panel['title']} {target['refId']}", answering(query)


def rules() -> Iterator[tuple[str, str]]:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in (rule for group in groups for rule in group["rules"]):
        yield rule["alert"], answering(rule["expr"])


def answering(query: str) -> str:
    """The query with a `bool`, so that a comparison answers 0 where it holds for nothing."""
    return re.sub(r" (>|<|==) (?=[\d.]+$)", r" \1 bool ", query)


@pytest.mark.parametrize(("name", "query"), [*panels(), *rules()], ids=lambda text: text[:40])
def test_a_query_returns_data(asked: Asked, name: str, query: str) -> None:
    assert asked.values(query.replace("$__rate_interval", "5m")), name


def test_every_rule_is_evaluated_without_an_error(asked: Asked) -> None:
    groups = asked.get("rules")["groups"]
    health = {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    assert set(health) == {name for name, _ in rules()}
    assert set(health.values()) == {"ok"}


def test_every_service_is_up(asked: Asked) -> None:
    assert asked.values('up{job="newswatch"}') == [1.0, 1.0, 1.0]
