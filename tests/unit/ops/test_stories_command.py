"""`newswatch stories`: a line in, a line out, in order, at once, in bounded memory."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest

from services.ops.arrivals import Arrival
from services.ops.stories import FULL, Clustering, story_lines
from services.processors.watches import chosen
from tests import shipped
from tests.unit.ops.at_once import answers_at_once

COMMAND = (sys.executable, "-m", "services.ops", "stories")
PATIENCE = 120.0
START = datetime(2026, 3, 1, tzinfo=UTC)
LONG = " ".join(f"sentence {number} of the report on the gas pipeline" for number in range(30))


def line(key: str, title: str, text: str = "", **more: str) -> str:
    return json.dumps({"id": key, "title": title, "text": text, **more}, ensure_ascii=False) + "\n"


def run(text: str, *options: str) -> tuple[list[dict[str, object]], str, int]:
    done = subprocess.run(
        [*COMMAND, *options],
        input=text, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    return [json.loads(one) for one in done.stdout.splitlines()], done.stderr, done.returncode


def test_an_article_without_a_time_is_of_the_newest_time_before_it() -> None:
    title = "Iran to send Turkey two billion cubic metres more gas a year"
    answers, _, _ = run(
        line("dated", title, published="2026-03-01T10:00:00Z")
        + line("undated", "Turkey gets two billion cubic metres more gas a year from Iran")
        + line("in a feed's form", title, published="Sun, 01 Mar 2026 12:00:00 +0300")
        + line("weeks later", title, published="2026-04-20")
    )
    stories = [one["story"] for one in answers]
    assert len(set(stories[:3])) == 1
    assert stories[3] != stories[0]


def test_a_watch_takes_its_articles_and_leaves_the_others_without_a_story() -> None:
    answers, _, status = run(
        line("en", "Iran to send Turkey two billion cubic metres more gas a year", LONG)
        + line("weather", "Rain expected in Norway", "Showers in the west.")
        + line("copy", "Iran to send Turkey two billion cubic metres more gas a year", LONG)
    )
    assert [one["id"] for one in answers] == ["en", "weather", "copy"]
    assert answers[0]["story"] is not None
    assert answers[1]["story"] is None
    assert (answers[2]["story"], answers[2]["role"]) == (answers[0]["story"], "copy")
    assert status == 0


def test_a_former_office_holders_short_name_counts_while_he_was_in_office() -> None:
    visit = "آقای روحانی به ترکیه سفر کرد"  # "Mr Rouhani travelled to Türkiye"
    answers, _, _ = run(
        line("in office", visit, published="2020-01-10")
        + line("another of that name", visit, published="2026-01-10")
        + line("first seen then", visit, first_seen="2026-01-10")
        + line("undated", visit)
    )
    assert [one["story"] is not None for one in answers] == [True, False, False, True]


def test_all_clusters_any_article_and_templates_of_other_days_stay_apart() -> None:
    gold = "Gold closed at {} dollars an ounce on {} after traders weighed the bank's {} decision."
    answers, _, _ = run(
        line("storm", "Storm floods the port of Bergen", "Ferries to the islands were cancelled.")
        + line("rates", "Central bank of Brazil raises its rate to 14.75 percent", "")
        + line("storm2", "Storm floods Bergen's port, ferries cancelled", "")
        + line("gold1", "Gold price today", gold.format("2,411", "Monday", "June"),
               published="2026-03-02T18:00:00Z")
        + line("gold2", "Gold price today", gold.format("2,398", "Tuesday", "July"),
               published="2026-03-03T18:00:00Z")
        + line("title", "Video")
        + line("title2", "Video"),
        "--all",
    )  # fmt: skip
    story = {one["id"]: one["story"] for one in answers}
    assert None not in story.values()
    assert story["storm"] != story["rates"]
    apart = ("storm", "rates", "gold1", "gold2", "title", "title2")
    assert len({story[one] for one in apart}) == len(apart)


def test_bad_lines_are_named_and_the_others_are_answered() -> None:
    answers, problems, status = run(
        line("a", "Iran and Turkey sign gas deal") + "nonsense\n" + line("b", "Something"), "--all"
    )
    assert [one["id"] for one in answers] == ["a", "b"]
    assert "line 2" in problems
    assert status == 2


def test_a_line_is_answered_before_the_next_one_comes() -> None:
    lines = {key: line(key, f"Report {key} of the day") for key in ("a", "b")}
    answers_at_once([*COMMAND, "--all"], lines, PATIENCE)


@pytest.fixture(scope="module")
def clustering() -> Clustering:
    understanding = shipped.understanding()
    watch = chosen(understanding.watches, None)
    return Clustering(shipped.reader(), understanding, watch, everything=True)


def clustering_of(window: int, like: Clustering) -> Clustering:
    return Clustering(
        like._reader, like._understanding, like._watch, everything=True, window=window
    )


def undated(count: int) -> bytes:
    reports = (line(f"n{number}", f"Report {number * 7919} of {number}") for number in range(count))
    return "".join(reports).encode()


def test_without_dates_the_window_bounds_memory_and_says_so_once(clustering: Clustering) -> None:
    small, out, problems = clustering_of(20, clustering), BytesIO(), StringIO()
    assert story_lines(BytesIO(undated(90)), out, problems, small) == 0
    live = small._stories.live
    assert len(live.signals) == len(live.wordings) <= 20
    assert len(live.accounts) == len(small._quiet)
    assert len(out.getvalue().splitlines()) == 90
    assert problems.getvalue() == FULL + "\n"


def test_the_story_longest_without_an_article_is_closed_first(clustering: Clustering) -> None:
    small = clustering_of(3, clustering)
    title = "Storm floods the port of Bergen, ferries to the islands cancelled"
    first = place(small, "storm", title)
    place(small, "rates", "Central bank of Brazil raises its rate to 14.75 percent")
    assert place(small, "storm2", title) == first
    place(small, "gold", "Gold closes at 2,411 dollars an ounce in London")
    assert place(small, "storm3", title) == first


def test_a_story_larger_than_the_window_ends_too(clustering: Clustering) -> None:
    small = clustering_of(2, clustering)
    stories = [
        place(small, f"copy{number}", "Storm floods the port of Bergen") for number in range(6)
    ]
    assert len(set(stories)) == 2
    assert len(small._stories.live.signals) <= 2


def place(clustering: Clustering, key: str, title: str) -> str | None:
    (told,) = clustering.place([Arrival(id=key, title=title)])
    return told.story


def days(count: int, each: int) -> Iterator[Arrival]:
    for number in range(count * each):
        at = START + timedelta(days=number // each)
        yield Arrival(id=number, title=f"Report {number} {number * 7919}", published=at.isoformat())


EVENTS = {
    7: "Wildfire destroys two hundred homes near Izmir",
    2: "Central bank cuts its rate to forty percent",
    10: "Ferry runs aground off Bandar Abbas with sixty aboard",
    0: "Parliament in Baghdad elects a new speaker",
    5: "Volleyball: Iran beat Japan in four sets",
}
"""What happened in some months of a year."""


def report(outlet: str, month: int) -> Arrival:
    """Of what happened in this month."""
    at = f"2026-{month + 1:02}-05"
    return Arrival(id=f"{outlet}{month}", title=EVENTS[month], published=at)


def test_memory_is_bounded_by_the_life_of_a_story(clustering: Clustering) -> None:
    for arrival in days(30, 4):
        assert [one.id for one in clustering.place([arrival])] == [arrival.id]
    live = clustering._stories.live
    assert len(live.signals) <= 4 * 9
    assert len(live.wordings) == len(live.signals)
    assert len(live.window.rows) <= len(live.signals)


def test_a_year_of_one_outlet_after_that_of_another_tells_the_same_stories(
    clustering: Clustering,
) -> None:
    year = [report(outlet, month) for outlet in "abc" for month in sorted(EVENTS)]
    fresh = clustering_of(100, clustering)
    stories = [line.story for arrival in year for line in fresh.place([arrival])]
    first, second, third = stories[:5], stories[5:10], stories[10:]
    assert first == second == third
    assert len(set(first)) == 5


def test_stories_that_open_again_find_no_more_room_than_there_is(
    clustering: Clustering,
) -> None:
    small = clustering_of(6, clustering)
    for arrival in [*days(30, 1), *days(10, 2)]:
        list(small.place([arrival]))
        assert len(small._stories.live.signals) <= 6
        assert set(small._quiet) == set(small._stories.live.accounts)


def test_articles_of_a_year_in_no_order_tell_the_stories_of_their_order(
    clustering: Clustering,
) -> None:
    told = [report(outlet, month) for outlet in "abc" for month in (7, 2, 10, 0, 5)]
    lines = [line for arrival in told for line in clustering.place([arrival])]
    stories = {month: {one.story for one in lines[place::5]} for place, month in enumerate(EVENTS)}
    assert [len(one) for one in stories.values()] == [1, 1, 1, 1, 1]
    assert len({story for one in stories.values() for story in one}) == 5
