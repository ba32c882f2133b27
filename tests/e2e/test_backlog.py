"""What follows from the first articles of a backlog does not wait for its last one."""

from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.codec import encode
from shared.kafka import Kafka
from shared.topics import ARTICLES_RAW
from tests.bench.pipeline import articles
from tests.e2e.world import Service, World
from tests.eventually import eventually

pytestmark = pytest.mark.kafka

BACKLOG = 1_500


def test_articles_are_selected_at_the_pace_at_which_they_are_tagged(
    made: World, cluster: Kafka
) -> None:
    producer = cluster.producer()
    for article in articles(BACKLOG):
        producer.send(cluster.name(ARTICLES_RAW), key=article.id.encode(), value=encode(article))
    producer.close()
    processors = made.services["processors"]
    processors.start()
    processors.wait_ready()

    done = eventually(
        "all are tagged",
        lambda: done if (done := _done(processors))["tag"] >= BACKLOG else None,
        why=processors.state,
    )

    assert done["select"] >= BACKLOG / 2


def _done(service: Service) -> Counter[str]:
    """Records that each stage has done."""
    done = Counter[str]()
    for family in text_string_to_metric_families(service.page("/metrics")):
        for sample in family.samples:
            if sample.name == "newswatch_records_total":
                done[sample.labels["stage"]] += int(sample.value)
    return done
