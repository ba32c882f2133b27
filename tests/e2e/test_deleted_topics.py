"""Topics are deleted while everything runs: nothing told is told again, nothing new is lost."""

from dataclasses import replace

import pytest

from shared.kafka import Kafka
from shared.topics import (
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    ARTICLES_TAGGED,
    SEEN_CHANGELOG,
    STORIES_CHANGELOG,
    Topic,
)
from tests.deleted import made_anew
from tests.e2e.items import stories
from tests.e2e.world import Item, Service, World
from tests.eventually import eventually
from tests.held import held
from tests.ports import free_port

pytestmark = pytest.mark.kafka

NEW_BEGINNING = 70


def began_anew(service: Service) -> None:
    """It ended by itself, to be started again; that is done here."""
    assert service.wait_ended() == NEW_BEGINNING
    service.start()
    service.wait_ready()


def told_again(item: Item) -> Item:
    """The same story by another article, in nearly the same words."""
    text = f"{item.text} It was announced on Sunday."
    return replace(item, slug=f"copy-{item.slug}", text=text)


@pytest.mark.parametrize(
    "lost",
    [
        (ARTICLES_RAW, ARTICLES_TAGGED, ARTICLES_MATCHED),
        (SEEN_CHANGELOG, STORIES_CHANGELOG),
    ],
    ids=["what stages read", "what stages remember"],
)
def test_topics_that_are_deleted_under_the_processors_cost_no_story_and_repeat_none(
    running: World, namespace: str, lost: tuple[Topic, ...]
) -> None:
    first, other, later, last = stories()[:4]
    running.feed.items += [first, other]
    opened = running.wait_told(first)
    running.wait_told(other)

    made_anew(Kafka(running.servers, namespace), lost)
    running.feed.items.append(later)
    began_anew(running.services["processors"])
    copy = told_again(first)
    running.feed.items += [copy, last]
    grew = running.wait_told(copy)
    for item in (later, last):
        running.wait_told(item)

    assert (opened.body["type"], grew.body["type"]) == ("story.opened", "story.grew")
    assert grew.body["data"]["story"] == opened.body["data"]["story"]
    assert [len(running.told(item)) for item in (first, other, later, last)] == [1, 1, 1, 1]


def test_of_two_processors_each_writes_what_it_remembers_before_the_other_goes_by_it(
    running: World, namespace: str
) -> None:
    items, first = stories()[:8], running.services["processors"]
    second = running.another("processors", free_port())
    second.start()
    second.wait_ready()
    running.feed.items += items
    for item in items:
        running.wait_told(item)

    made_anew(Kafka(running.servers, namespace), (SEEN_CHANGELOG, STORIES_CHANGELOG))
    for service in (first, second):
        began_anew(service)
    copies = [told_again(item) for item in items]
    running.feed.items += copies
    grew = [running.wait_told(copy) for copy in copies]

    assert [told.body["type"] for told in grew] == ["story.grew"] * len(items)


def test_articles_that_were_lost_before_they_were_read_are_published_again(
    made: World, namespace: str
) -> None:
    fetcher, processors, alerting = made.services.values()
    item = stories()[0]
    made.feed.items.append(item)
    fetcher.start()
    alerting.start()
    alerting.wait_ready()
    door = Kafka(made.servers, namespace)
    eventually(
        "the article is published",
        lambda: held(door, ARTICLES_RAW),
    )

    made_anew(door, (ARTICLES_RAW,))
    processors.start()

    made.wait_told(item)
