"""judge: is this revision of this article new, revised, or seen before?

The trap this avoids: a table that only says "seen" loses articles. Killed after the table was
written and before the output was, the processor reads the message again, finds it "seen" and drops
it. So the table remembers *which* message it saw first; that same message is judged the same again,
and what follows from it is sent again under the same ids.
"""

from typing import Annotated

from msgspec import Meta, Struct

from shared.records import Article, Lane, Record, Verdict

REVISIONS_KEPT = 50
"""How many revisions of one article are remembered; beyond that the oldest is forgotten."""


class Revision(Record, frozen=True, kw_only=True):
    """A revision as it was first judged. `origin` is the message's topic-partition-offset."""

    fingerprint: str
    origin: str
    verdict: Verdict


class Seen(Record, frozen=True, kw_only=True):
    """What is remembered of one article, the oldest revision first."""

    last_seen: float  # first_seen of the newest revision, seconds since the epoch
    revisions: Annotated[tuple[Revision, ...], Meta(min_length=1)]

    @property
    def latest(self) -> Revision:
        """The newest one."""
        return self.revisions[-1]


class Judgement(Struct, frozen=True):
    """The verdict, and what to remember from now on (None: as before)."""

    verdict: Verdict
    seen: Seen | None


def judge(seen: Seen | None, article: Article, origin: str, lane: Lane) -> Judgement:
    """Judge the message at `origin`. Deterministic: the same message again, the same verdict.

    A fingerprint seen before under another origin is unchanged, also when other revisions came
    between: what was told once is not news again. On the replay lane it keeps its first verdict,
    so that history can be tagged anew.
    """
    known = _revision(seen, article.fingerprint)
    if known is None:
        return _first_sight(seen, article, origin)
    if known.origin == origin:
        return Judgement(known.verdict, seen)  # written again: a table on disk may be all that knew
    if lane is Lane.REPLAY:
        return Judgement(known.verdict, None)
    return Judgement(Verdict.UNCHANGED, None)


def _revision(seen: Seen | None, fingerprint: str) -> Revision | None:
    revisions = seen.revisions if seen else ()
    return next((r for r in revisions if r.fingerprint == fingerprint), None)


def _first_sight(seen: Seen | None, article: Article, origin: str) -> Judgement:
    verdict = Verdict.REVISED if seen else Verdict.NEW
    revision = Revision(fingerprint=article.fingerprint, origin=origin, verdict=verdict)
    earlier = seen.revisions if seen else ()
    return Judgement(
        verdict,
        Seen(
            last_seen=article.first_seen.timestamp(),
            revisions=(*earlier, revision)[-REVISIONS_KEPT:],
        ),
    )
