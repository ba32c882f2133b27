"""`newswatch dedup`: what each article is to those before it."""

import sys
from typing import Annotated

import msgspec
from cyclopts import Parameter

from services.ops.arrivals import WINDOW, Arrival, arrivals
from services.processors.gather.dedup import Dedup

Window = Annotated[int, Parameter(help="How many articles are remembered.")]


def dedup(*, window: Window = WINDOW) -> int:
    """Read articles as JSON lines, print {"id", "verdict", "of", "similarity"} for each, in order.

    Verdicts: new, revised (the same article says something else), duplicate (the same article or
    the same content), near-duplicate (the same wording, or an excerpt). "of" is the id of the
    earlier article. A bad line is reported on standard error; the exit status is then 2.
    """
    judge, bad = Dedup(max(1, window)), 0
    for arrival in arrivals(sys.stdin.buffer):
        if isinstance(arrival, str):
            bad += 1
            print(arrival, file=sys.stderr)
        else:
            sys.stdout.buffer.write(_line(judge, arrival) + b"\n")
            sys.stdout.buffer.flush()
    return 2 if bad else 0


def _line(judge: Dedup, arrival: Arrival) -> bytes:
    key = msgspec.json.encode(arrival.id).decode()
    found = judge.judge(key, arrival.address, arrival.title, arrival.body)
    return msgspec.json.encode(
        {
            "id": arrival.id,
            "verdict": found.verdict,
            "of": msgspec.Raw(found.of.encode()) if found.of else None,
            "similarity": found.similarity,
        }
    )
