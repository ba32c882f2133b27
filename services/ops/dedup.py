"""`newswatch dedup`: what each article is to those before it."""

import sys
from collections.abc import Iterator, Sequence

import msgspec

from services.ops.arrivals import WINDOW, Arrival, arriving
from services.ops.decoded import Unreadable
from services.processors.gather.dedup import Dedup, Finding
from services.processors.gather.wording import wordings


def dedup(*, window: int = WINDOW) -> int:
    """Read articles as JSON lines and print {"id", "verdict", "of", "similarity"}, in order.

    The verdicts are new, revised (the same article with other content), duplicate (the same article
    or the same content) and near-duplicate (the same wording, or an excerpt). "of" is the id of the
    earlier article. A bad line is reported on standard error, and the exit status is then 2.

    Args:
        window: How many articles to remember.
    """
    judge, status = Dedup(max(1, window)), 0
    for group in arriving(sys.stdin.buffer):
        good = [one for one in group if isinstance(one, Arrival)]
        for problem in group:
            if isinstance(problem, Unreadable):
                status = 2
                print(problem, file=sys.stderr)
        sys.stdout.buffer.writelines(findings(judge, good))
        sys.stdout.buffer.flush()
    return status


def findings(judge: Dedup, articles: Sequence[Arrival]) -> Iterator[bytes]:
    """A line of output for each of these articles."""
    worded = wordings([(one.fields["title"], one.body) for one in articles])
    for arrival, wording in zip(articles, worded, strict=True):
        key = msgspec.json.encode(arrival.id).decode()
        yield _line(arrival, judge.judge(key, arrival.address, wording))


def _line(arrival: Arrival, found: Finding) -> bytes:
    line = {
        "id": arrival.id,
        "verdict": found.verdict,
        "of": msgspec.Raw(found.of.encode()) if found.of else None,
        "similarity": found.similarity,
    }
    return msgspec.json.encode(line) + b"\n"
