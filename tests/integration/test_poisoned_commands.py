"""The commands of a running Newswatch, where topics hold what nobody should have written."""

import pytest

from shared.headers import carried
from shared.kafka import Kafka
from shared.topics import (
    ALERTS_DEAD,
    ARTICLES_RAW,
    DELIVERIES,
    MAX_RECORD,
    RECEIVERS_STATE,
    SILENCES,
)
from tests.integration.alerting.service import newswatch

pytestmark = pytest.mark.broker

JUNK = (b"", b"\x00\xff", b"{}", b'{"x":' + b"[" * 100_000, None)
LONG_AGO = -9_000_000_000_000_000  # milliseconds, long before there were years


@pytest.fixture
def poisoned(cluster: Kafka) -> Kafka:
    """Junk on what the commands read, of impossible times."""
    producer = cluster.producer()
    for topic in (ALERTS_DEAD, DELIVERIES, SILENCES, RECEIVERS_STATE):
        for number, value in enumerate(JUNK):
            producer.send(
                cluster.name(topic), key=b"\xff%d" % number, value=value, partition=0,
                timestamp_ms=LONG_AGO,
            ).get(30)  # fmt: skip
    producer.close()
    return cluster


def test_what_cannot_be_read_is_listed_or_passed_over_and_ends_no_command(poisoned: Kafka) -> None:
    dead = newswatch(poisoned, "dead", "list")
    silences = newswatch(poisoned, "silence", "list")
    receivers = newswatch(poisoned, "receiver", "list")
    redriven = newswatch(poisoned, "dead", "redrive")

    done = (dead, silences, receivers, redriven)
    assert [one.returncode for one in done] == [0, 0, 0, 0], [one.stderr for one in done]
    assert len(dead.stdout.splitlines()) == len(JUNK)
    assert "1970-01-01" in dead.stdout
    assert (silences.stdout, receivers.stdout) == ("", "")
    unread = [value for value in JUNK if value is not None]
    for one, nothing in (
        (silences, "no silence is in force"),
        (receivers, "no receiver is disabled"),
    ):
        *passed_over, last = one.stderr.splitlines()
        assert (len(passed_over), last) == (len(unread), nothing)
    assert redriven.stdout == "0 were sent to stories.events\n"


def test_a_silence_can_be_made_and_lifted_beside_what_cannot_be_read(poisoned: Kafka) -> None:
    made = newswatch(poisoned, "silence", "add", "--for", "1h", "--story", "s").stdout.strip()
    assert made in newswatch(poisoned, "silence", "list").stdout
    assert newswatch(poisoned, "silence", "lift", made).returncode == 0
    assert made not in newswatch(poisoned, "silence", "list").stdout


def test_the_beginning_of_a_record_is_not_sent_on_its_way_again(cluster: Kafka) -> None:
    key, value, cut = carried(b"k", b"v" * (2 * MAX_RECORD))
    producer = cluster.producer()
    name = cluster.name(ARTICLES_RAW.dead)
    producer.send(name, key=key, value=value, headers=cut, partition=0).get(30)
    producer.send(name, key=b"whole", value=b"w", headers=[], partition=0).get(30)
    producer.close()

    done = newswatch(cluster, "dead", "redrive", "--topic", "articles.raw.dead")

    assert done.stderr == "0-0 is not sent: only the beginning of the record was kept\n"
    assert done.stdout == "1 were sent to articles.raw\n"
    assert [record.value for record in cluster.read(ARTICLES_RAW)] == [b"w"]
