"""The edge to the web: one request, followed through its redirects, bounded in every way.

    ask ▸ redirect? ask again, guard included ▸ read raw, inflate with a limit ▸ Answer or Failure

Bounded: the whole exchange by one deadline, redirects by five, bytes sent and bytes inflated each
by the feed's limit. gzip is the only coding asked for and accepted: httpx would turn a kilobyte of
brotli into a gigabyte. No cookies, no referrer, no proxies, no credentials.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import httpx
from msgspec import Struct

from services.fetcher.answer import Answer, Failure
from services.fetcher.links import admissible
from services.fetcher.outcome import Outcome
from shared.addresses import Opening
from shared.egress import ForbiddenAddress, GuardedTransport, Resolver, system_resolver

MOST_REDIRECTS = 5
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_REDIRECTS = _FOR_GOOD | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}
_KEEPS_METHOD = frozenset({HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT})
_NOTE = 64_000  # bytes of what a server says to a form
_GZIP = frozenset({"gzip", "x-gzip"})
_MEMBER = b"\x1f\x8b"  # how a member begins
_WINDOW = 16 + zlib.MAX_WBITS  # a gzip header is expected


class _Stop(Exception):  # noqa: N818  carries a Failure out of a stream, nothing more
    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(detail)
        self.failure = Failure(outcome=outcome, detail=detail)


class Retriever:
    """Asks servers, many at once; an async context manager.

    `user_agent` goes with every request. `deadline` is seconds for one exchange, with redirects.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allowed: Sequence[Opening] = (),
        deadline: float = 30.0,
        resolver: Resolver = system_resolver,
        connections: int = 100,
    ) -> None:
        self._deadline = deadline
        self._transport = GuardedTransport(
            allowed=allowed,
            resolver=resolver,
            limits=httpx.Limits(
                max_connections=connections, max_keepalive_connections=20, keepalive_expiry=15
            ),
        )
        self._client = httpx.AsyncClient(
            transport=self._transport,
            headers={"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(deadline),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    def address_of(self, host: str) -> str:
        """The address that this host last led to; "" where it was not asked yet."""
        return self._transport.address_of(host)

    async def get(
        self, url: str, headers: Mapping[str, str], *, max_bytes: int
    ) -> Answer | Failure:
        """The answer at the end of the redirects, or why there is none. Raises for no peer."""
        return await self._asked(_Question(url=url, headers=_raw(headers), max_bytes=max_bytes))

    async def post(self, url: str, form: Mapping[str, str]) -> Answer | Failure:
        """What the server says to a form; only redirects that keep the method are followed."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode(form).encode("ascii")
        return await self._asked(_Question(url=url, headers=_raw(headers), content=content))

    async def _asked(self, question: "_Question") -> Answer | Failure:
        try:
            async with asyncio.timeout(self._deadline):
                return await self._followed(question)
        except TimeoutError:
            return Failure(outcome=Outcome.TIMED_OUT, detail=f"no answer in {self._deadline:g} s")
        except _Stop as stop:
            return stop.failure
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return _failure(error)
        except (ValueError, UnicodeError) as error:  # a URL that not even httpx can take apart
            return Failure(outcome=Outcome.BAD_REDIRECT, detail=f"no URL: {error}"[:300])

    async def _followed(self, asked: "_Question") -> Answer:
        url, moved_to, permanent, visited = asked.url, "", True, {asked.url}
        for _ in range(MOST_REDIRECTS + 1):
            self._client.cookies.clear()
            async with self._client.stream(
                asked.method, url, headers=asked.headers, content=asked.content
            ) as response:
                if response.status_code not in asked.redirects:
                    return await _read(response, url, asked.max_bytes, moved_to)
                target = _target(url, response.headers.get("location", ""))
                permanent = permanent and response.status_code in _FOR_GOOD
            if target in visited:
                raise _Stop(Outcome.BAD_REDIRECT, f"a redirect loop through {target}")
            visited.add(target)
            url, moved_to = target, target if permanent else moved_to
        raise _Stop(Outcome.BAD_REDIRECT, f"more than {MOST_REDIRECTS} redirects")


class _Question(Struct, frozen=True, kw_only=True):
    url: str
    headers: list[tuple[bytes, bytes]]
    max_bytes: int = _NOTE
    content: bytes | None = None

    @property
    def method(self) -> str:
        return "GET" if self.content is None else "POST"

    @property
    def redirects(self) -> frozenset[int]:
        return _REDIRECTS if self.content is None else _KEEPS_METHOD


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as bytes: a validator goes back exactly as it came, also where it is not ASCII."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _target(url: str, location: str) -> str:
    target = admissible(location, url) if location else ""
    if not target:
        raise _Stop(Outcome.BAD_REDIRECT, f"redirected to {location[:200]!r}")
    return target.partition("#")[0]


async def _read(response: httpx.Response, url: str, max_bytes: int, moved_to: str) -> Answer:
    headers = _named(response)
    body, sent = b"", 0
    if response.status_code == HTTPStatus.OK:
        coding = headers.get("content-encoding", "identity").strip().lower() or "identity"
        if coding not in _GZIP | {"identity"}:
            raise _Stop(
                Outcome.BAD_ENCODING, f"Content-Encoding {coding[:40]!r}; only gzip was asked"
            )
        body, sent = await _bounded(response.aiter_raw(), max_bytes, inflate=coding in _GZIP)
    return Answer(
        status=response.status_code, headers=headers, url=url, body=body, sent=sent,
        moved_to=moved_to,
    )  # fmt: skip


def _named(response: httpx.Response) -> dict[str, str]:
    """The headers by name, as they came; the last one of a name, but all of the links."""
    pairs = [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in response.headers.raw]
    links = ", ".join(value for name, value in pairs if name == "link")
    return dict(pairs) | ({"link": links} if links else {})


async def _bounded(
    chunks: AsyncIterator[bytes], max_bytes: int, *, inflate: bool
) -> tuple[bytes, int]:
    """The body and the bytes it took on the wire; neither is ever above the limit."""
    inflater = _Inflater() if inflate else None
    body, sent = bytearray(), 0
    async for chunk in chunks:
        sent += len(chunk)
        body += chunk if inflater is None else inflater.take(chunk, max_bytes - len(body))
        if sent > max_bytes or len(body) > max_bytes:
            raise _Stop(Outcome.TOO_LARGE, f"more than {max_bytes} bytes")
    if inflater is not None and sent and not inflater.is_whole:
        raise _Stop(Outcome.BAD_ENCODING, "gzip that ends too early")
    return bytes(body), sent


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
            raise _Stop(Outcome.BAD_ENCODING, f"not gzip: {error}") from error


def _failure(error: Exception) -> Failure:
    text = str(error) or type(error).__name__
    match error:
        case ForbiddenAddress():
            outcome = Outcome.FORBIDDEN_ADDRESS
        case httpx.TimeoutException():
            outcome = Outcome.TIMED_OUT
        case httpx.ConnectError() if text.startswith("name not resolved"):
            outcome = Outcome.NOT_RESOLVED
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            outcome = Outcome.BAD_REDIRECT
        case _:
            outcome = Outcome.UNREACHABLE
    return Failure(outcome=outcome, detail=text)
