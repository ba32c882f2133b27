"""What a commit says beside its offset, and when a log is not the one that was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.note import Mark, Note, is_gone, noted

MARK = Mark(offset=7, time=1_000)
topics = st.sampled_from(["", "d1f0c0ffee"])
marks = st.builds(Mark, st.integers(0, 10**15), st.integers(0, 10**13))


@given(topics, st.integers(0, 10**6), st.none() | marks)
def test_what_is_noted_is_read_again(topic: str, ends: int, mark: Mark | None) -> None:
    note = Note(topic, ends, mark)
    assert noted(str(note)) == note


@given(st.text())
def test_whatever_somebody_else_commits_can_be_read(text: str) -> None:
    assert str(noted(text)).split() == text.split() or "~" in text


def test_what_an_earlier_version_noted_is_the_topics_id() -> None:
    assert noted("d1f0c0ffee") == Note("d1f0c0ffee")


def test_the_latest_record_by_time_is_kept_whatever_clocks_the_others_had() -> None:
    note = Note("t").read(Mark(5, 900)).read(MARK).read(Mark(8, 999))
    assert note.mark == MARK


def test_what_is_left_of_a_log_is_another_log() -> None:
    before = Note("t", mark=MARK)
    after = before.of_what_is_left()
    assert (before.log, after.log, after.of_what_is_left().log) == ("t", "t~1", "t~2")
    assert after.mark is None


@pytest.mark.parametrize(
    ("since", "first", "gone"),
    [
        (Mark(7, 1_000), 0, False),
        (Mark(6, 1_000), 0, False),
        (Mark(7, 1_001), 0, True),
        (Mark(3, 1_001), 0, True),
        (Mark(9, 1_000), 0, True),
        (None, 0, True),
        (None, 7, True),
        (Mark(9, 1_001), 8, False),
        (None, 8, False),
    ],
    ids=[
        "it is there",
        "beside another of the same millisecond",
        "another stands there",
        "the log ended before it and has gone on",
        "its time, but another's offset",
        "the log ends before it",
        "the log ends before it, and began with it",
        "it was too old to be kept",
        "it was too old to be kept, and nothing has come since",
    ],
)
def test_a_record_is_gone_where_its_log_has_another_or_none_in_its_place(
    since: Mark | None, first: int, *, gone: bool
) -> None:
    assert is_gone(MARK, first, since) is gone
