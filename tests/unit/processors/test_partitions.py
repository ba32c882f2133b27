"""A broker on which what is remembered would not lie beside what is read is refused."""

from services.processors.partitions import BESIDE, mismatches
from shared.topics import ARTICLES_RAW, SEEN_CHANGELOG, every_topic


def test_as_many_partitions_everywhere_is_as_it_should_be() -> None:
    assert list(mismatches(dict.fromkeys(every_topic(), 6))) == []


def test_each_topic_that_grew_is_named_with_both_numbers_and_the_way_out() -> None:
    [told] = mismatches({topic: 12 if topic == ARTICLES_RAW else 6 for topic in every_topic()})

    for part in (ARTICLES_RAW.name, SEEN_CHANGELOG.name, "12", "6", "NEWSWATCH_NAMESPACE"):
        assert part in told


def test_every_topic_of_which_something_is_remembered_is_looked_at() -> None:
    assert len(list(mismatches({topic: n for n, topic in enumerate(every_topic())}))) == len(BESIDE)
