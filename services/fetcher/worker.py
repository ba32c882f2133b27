"""The process that parses: reads jobs from stdin, writes documents to stdout, until stdin ends.

A frame is four bytes of length, big endian, and as many of MessagePack. The process holds nothing
of worth, so that whoever started it may kill it at any moment; it limits its own memory.
"""

import resource
import sys
import time
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, structs

from services.fetcher.document import Document, NotAFeed
from services.fetcher.parse import Opened, opened, part

MOST_MEMORY = 1_500_000_000
SLICE = 1.5
"""Seconds after which a document's remaining entries are left to the next job, with `start`."""
MOST_ENTRIES = 5000
"""Entries of a document that one job reads."""


class Job(Struct, frozen=True, kw_only=True):
    """Bytes to parse, and what is known of them."""

    body: bytes
    now: datetime
    url: str = ""
    content_type: str = ""
    language: str = ""
    time_zone: str = "UTC"
    is_page: bool = False  # a web page, whose article is wanted
    start: int = 0  # of the entries, which to begin with


class Done(Struct, frozen=True, kw_only=True):
    """The document, or why there is none."""

    document: Document | None = None
    refusal: str = ""
    text: str = ""  # of a page
    published: datetime | None = None  # likewise


class Parser:
    """Does one job after another; a document not read to its end stays open for the next."""

    def __init__(self) -> None:
        self._left: tuple[Job, Opened] | None = None

    def run(self, job: Job) -> Done:
        """What comes of a job. Whatever a parser raises is a refusal: the bytes are at fault."""
        if job.is_page:
            return _page(job)
        try:
            return Done(document=self._part(job))
        except NotAFeed as refusal:
            return Done(refusal=str(refusal))
        except Exception as error:  # noqa: BLE001  parsers raise anything at all on hostile bytes
            return Done(refusal=f"the parser gave up: {type(error).__name__}: {error}"[:500])

    def _part(self, job: Job) -> Document:
        enough = _Enough(time.monotonic() + SLICE)
        document = part(
            self._opened(job),
            now=job.now,
            zone=ZoneInfo(job.time_zone),
            start=job.start,
            enough=enough,
        )
        if document.end >= document.total:
            self._left = None
        return document

    def _opened(self, job: Job) -> Opened:
        if job.start and self._left and _same(self._left[0], job):
            return self._left[1]
        document = opened(job.body, job.url, job.content_type, job.language)
        self._left = job, document
        return document


def _same(one: Job, other: Job) -> bool:
    return structs.replace(one, start=0, now=other.now) == structs.replace(other, start=0)


def run(job: Job) -> Done:
    """What comes of one job alone."""
    return Parser().run(job)


class _Enough:
    def __init__(self, until: float) -> None:
        self._until = until

    def __call__(self, entries: int) -> bool:
        return entries >= MOST_ENTRIES or time.monotonic() > self._until


def _page(job: Job) -> Done:
    from services.fetcher.extract import extract  # noqa: PLC0415  half a second, for pages only

    try:
        text, published = extract(
            job.body,
            content_type=job.content_type,
            language=job.language,
            now=job.now,
            zone=ZoneInfo(job.time_zone),
        )
    except Exception as error:  # noqa: BLE001  as above
        return Done(refusal=f"the page is unreadable: {type(error).__name__}: {error}"[:500])
    return Done(text=text, published=published)


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame's content, or None where the stream ends."""
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else None  # noqa: PLR2004


def frame(content: bytes) -> bytes:
    """The content as a frame."""
    return len(content).to_bytes(4, "big") + content


def _limit_memory() -> None:
    """To MOST_MEMORY, or to what whoever started us allows, where that is less."""
    _, allowed = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_MEMORY if allowed == resource.RLIM_INFINITY else min(MOST_MEMORY, allowed)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main() -> None:
    """Serve until stdin ends."""
    _limit_memory()
    parser = Parser()
    decoder, encoder = msgspec.msgpack.Decoder(Job), msgspec.msgpack.Encoder()
    while (content := read_frame(sys.stdin.buffer)) is not None:
        sys.stdout.buffer.write(frame(encoder.encode(parser.run(decoder.decode(content)))))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
