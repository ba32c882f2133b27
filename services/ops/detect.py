"""`newswatch detect`: the language of each line of JSON."""

import sys
from collections.abc import Iterable, Iterator

import msgspec

from services.processors.detect import detect as language_of


class Ask(msgspec.Struct):
    """A line of input: a text, or an article with a title."""

    id: str | int | None = None
    text: str = ""
    title: str = ""
    summary: str = ""
    language: str | None = None


class Answer(msgspec.Struct):
    """A line of output."""

    id: str | int | None
    code: str
    confidence: float


def detect() -> int:
    """Read JSON lines {"id", "text"} (or "title"), print {"id", "code", "confidence"}.

    A line that cannot be read is reported on standard error with its number; the others are
    answered all the same, and the exit status is 2. "language", if given, is a prior.
    """
    bad = 0
    encode = msgspec.json.Encoder().encode
    for answer in _answers(sys.stdin.buffer):
        if isinstance(answer, str):
            bad += 1
            print(answer, file=sys.stderr)
        else:
            sys.stdout.buffer.write(encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    return 2 if bad else 0


def _answers(lines: Iterable[bytes]) -> Iterator[Answer | str]:
    decode = msgspec.json.Decoder(Ask).decode
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            ask = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield f"line {number}: {error}"
            continue
        said = " ".join(part for part in (ask.title, ask.summary, ask.text) if part)
        language = language_of(said, ask.language)
        yield Answer(ask.id, language.code, round(language.confidence, 4))
