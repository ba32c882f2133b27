"""The body of an answer, read raw and inflated with a limit.

gzip is the only coding accepted: httpx would turn a kilobyte of brotli into a gigabyte.
"""

import zlib
from collections.abc import AsyncIterator

from services.fetcher.answer import Failure
from services.fetcher.outcome import Outcome

_GZIP = frozenset({"gzip", "x-gzip"})
_MEMBER = b"\x1f\x8b"  # how a member begins
_WINDOW = 16 + zlib.MAX_WBITS  # a gzip header is expected


class Stopped(Exception):  # noqa: N818  carries a Failure out of a stream, nothing more
    """Why an answer was not read to its end."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(detail)
        self.failure = Failure(outcome=outcome, detail=detail)


async def bounded(chunks: AsyncIterator[bytes], coding: str, max_bytes: int) -> tuple[bytes, int]:
    """The body and the bytes it took on the wire; neither is ever above the limit.

    `coding` is the Content-Encoding as it came, "" for none. Raises Stopped.
    """
    inflater = _Inflater() if _is_gzip(coding) else None
    body, sent = bytearray(), 0
    async for chunk in chunks:
        sent += len(chunk)
        body += chunk if inflater is None else inflater.take(chunk, max_bytes - len(body))
        if sent > max_bytes or len(body) > max_bytes:
            raise Stopped(Outcome.TOO_LARGE, f"more than {max_bytes} bytes")
    if inflater is not None and sent and not inflater.is_whole:
        raise Stopped(Outcome.BAD_ENCODING, "the gzip data ends too early")
    return bytes(body), sent


def _is_gzip(coding: str) -> bool:
    named = coding.strip().lower() or "identity"
    if named not in _GZIP | {"identity"}:
        raise Stopped(
            Outcome.BAD_ENCODING, f"Content-Encoding {named[:40]!r}; only gzip was asked for"
        )
    return named in _GZIP


class _Inflater:
    """gzip in chunks, of one member or several (RFC 1952); what follows them is not read."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_WINDOW)
        self._rest = b""  # of a chunk, after a member ended

    @property
    def is_whole(self) -> bool:
        return self._member.eof

    def take(self, chunk: bytes, room: int) -> bytes:
        """What the chunk holds, at most one byte more than there is room for."""
        taken = bytearray()
        data = self._rest + chunk
        while data and len(taken) <= room:
            if self._member.eof:
                if not _MEMBER.startswith(data[:2]):
                    return bytes(taken)  # padding, or rubbish
                if len(data) < len(_MEMBER):
                    break
                self._member = zlib.decompressobj(_WINDOW)
            taken += self._inflated(data, max(room - len(taken), 0) + 1)
            data = self._member.unused_data
        self._rest = data if self._member.eof else b""
        return bytes(taken)

    def _inflated(self, data: bytes, most: int) -> bytes:
        try:
            return self._member.decompress(data, most)
        except zlib.error as error:
            raise Stopped(Outcome.BAD_ENCODING, f"not gzip: {error}") from error
