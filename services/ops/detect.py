"""`newswatch detect`: the language of each line of JSON."""

import sys
from collections.abc import Iterator, Sequence

import msgspec

from services.ops.decoded import Unreadable, decoded
from services.ops.lines import batches
from services.processors.detect import detect_all


class Ask(msgspec.Struct):
    """A line of input: a text, or an article with a title."""

    id: str | int | None = None
    text: str | None = None
    title: str | None = None
    summary: str | None = None
    language: str | None = None

    @property
    def said(self) -> str:
        """All that is given of it."""
        return " ".join(part for part in (self.title, self.summary, self.text) if part)


class Answer(msgspec.Struct):
    """A line of output."""

    id: str | int | None
    code: str
    confidence: float


def detect() -> int:
    """Read JSON lines {"id", "text"} (or "title") and print {"id", "code", "confidence"}.

    "language", if a line gives one, is taken as a hint. A line that cannot be read is reported on
    standard error, by its number. The others are answered all the same, and the exit status is 2.
    """
    bad = 0
    encode, decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(Ask).decode
    number = 1
    for lines in batches(sys.stdin.buffer):
        for answer in _answers(list(decoded(decode, lines, number))):
            if isinstance(answer, Unreadable):
                bad += 1
                print(answer, file=sys.stderr)
            else:
                sys.stdout.buffer.write(encode(answer) + b"\n")
        sys.stdout.buffer.flush()
        number += len(lines)
    return 2 if bad else 0


def _answers(asked: Sequence[Ask | Unreadable]) -> Iterator[Answer | Unreadable]:
    found = iter(detect_all([(ask.said, ask.language) for ask in asked if isinstance(ask, Ask)]))
    for ask in asked:
        if isinstance(ask, Unreadable):
            yield ask
        else:
            language = next(found)
            yield Answer(ask.id, language.code, round(language.confidence, 4))
