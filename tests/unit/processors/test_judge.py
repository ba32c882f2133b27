"""The trap: "seen" after a crash between the table's write and the output, an article is lost."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.processors.judge import REVISIONS_KEPT, Seen, judge
from shared.records import Article, Lane, Source, Verdict

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def article(fingerprint: str = "f1") -> Article:
    return Article(
        id="a1",
        url="https://example.org/1",
        title="t",
        published=AT,
        first_seen=AT,
        fingerprint=fingerprint,
        source=Source(feed="f", outlet="o"),
    )


def judged(*messages: tuple[str, str], lane: Lane = Lane.LIVE) -> list[Verdict]:
    """The verdicts on (fingerprint, origin) messages in turn, all of one article."""
    seen: Seen | None = None
    verdicts = []
    for fingerprint, origin in messages:
        judgement = judge(seen, article(fingerprint), origin, lane)
        seen = judgement.seen or seen
        verdicts.append(judgement.verdict)
    return verdicts


def test_the_first_message_of_an_article_is_new() -> None:
    assert judged(("f1", "raw-0-1")) == [Verdict.NEW]


def test_the_same_content_from_another_message_is_unchanged() -> None:
    assert judged(("f1", "raw-0-1"), ("f1", "raw-0-2")) == [Verdict.NEW, Verdict.UNCHANGED]


def test_other_content_is_a_revision() -> None:
    assert judged(("f1", "raw-0-1"), ("f2", "raw-0-2")) == [Verdict.NEW, Verdict.REVISED]


def test_the_same_message_judged_again_after_a_crash_has_the_same_verdict() -> None:
    assert judged(("f1", "raw-0-1"), ("f1", "raw-0-1")) == [Verdict.NEW, Verdict.NEW]


def test_so_has_an_old_message_read_again_after_later_ones_were_judged() -> None:
    first, second = ("f1", "raw-0-1"), ("f2", "raw-0-2")

    assert judged(first, second, first, second) == [
        Verdict.NEW,
        Verdict.REVISED,
        Verdict.NEW,
        Verdict.REVISED,
    ]


def test_content_that_comes_back_after_a_revision_is_not_news_again() -> None:
    messages = ("f1", "raw-0-1"), ("f2", "raw-0-2"), ("f1", "raw-0-3")

    assert judged(*messages)[-1] is Verdict.UNCHANGED


def test_a_replayed_article_keeps_its_first_verdict_from_any_message() -> None:
    seen = judge(None, article(), "raw-0-1", Lane.LIVE).seen

    assert judge(seen, article(), "raw-0-9", Lane.REPLAY).verdict is Verdict.NEW


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=30), st.data())
def test_a_crash_anywhere_and_a_replay_from_there_changes_no_verdict(
    fingerprints: list[str], data: st.DataObject
) -> None:
    messages = [(f, f"raw-0-{offset}") for offset, f in enumerate(fingerprints)]
    crash = data.draw(st.integers(0, len(messages) - 1))

    undisturbed = judged(*messages)
    replayed = judged(*messages, *messages[crash:])

    assert replayed[len(messages) :] == undisturbed[crash:]


def test_what_is_remembered_of_one_article_is_bounded() -> None:
    seen: Seen | None = None
    for offset in range(REVISIONS_KEPT * 2):
        seen = judge(seen, article(f"f{offset}"), f"raw-0-{offset}", Lane.LIVE).seen or seen

    assert seen is not None
    assert len(seen.revisions) == REVISIONS_KEPT
