"""Carries out HTTP requests. An edge: the only one of alerting that knows httpx.

To checked addresses only, inside a total deadline, redirects never followed, the answer's body
capped, also where it is packed: httpx would turn two kilobytes of gzip in gzip into gigabytes.
"""

import asyncio
import logging
import ssl
import zlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import httpx

from services.alerting.message import Failure, Reason, Request, Response
from shared.addresses import Network
from shared.egress import ForbiddenAddress, GuardedTransport

BODY_CAP = 64 * 1024
"""Bytes of an answer that are read; no receiver says anything of use beyond them."""

PACKED = frozenset({"gzip", "x-gzip", "deflate"})
"""Codings that are undone, though none is asked for; of any other the bytes stay as they came."""

_ANY_HEADER = 32 + zlib.MAX_WBITS  # gzip's or zlib's

DRAIN = 3.0
"""Seconds that an attempt still has once the process is asked to stop."""


class Deliverer:
    """Sends one request at a time, from one thread; `hurry` may be called from another."""

    def __init__(self, *, allowed: Sequence[Network], deadline: timedelta) -> None:
        for chatty in ("httpx", "httpcore"):  # they log URLs, and those are secrets
            logging.getLogger(chatty).setLevel(logging.WARNING)
        self._deadline = deadline.total_seconds()
        self._runner = asyncio.Runner()
        self._loop = self._runner.get_loop()
        self._current: asyncio.Task[Response | Failure] | None = None
        self._hurried = False
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(allowed=allowed),
            follow_redirects=False,
            timeout=self._deadline,
            trust_env=False,
            headers={"user-agent": "newswatch", "accept-encoding": "identity"},
        )

    def send(self, request: Request) -> Response | Failure:
        """The answer, or why there is none. Never raises for what a receiver does."""
        return self._runner.run(self._send(request))

    def hurry(self) -> None:
        """Give the attempt under way DRAIN seconds more, and any later one as much."""
        self._hurried = True
        with suppress(RuntimeError):  # it is closed: whoever used it has failed
            self._loop.call_soon_threadsafe(self._cut_short)

    def close(self) -> None:
        """Close connections and the loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    def _cut_short(self) -> None:
        if self._current is not None:
            self._loop.call_later(DRAIN, self._current.cancel)

    async def _send(self, request: Request) -> Response | Failure:
        seconds = min(self._deadline, DRAIN) if self._hurried else self._deadline
        self._current = asyncio.current_task()
        heard: list[Response] = []
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request, heard)
        except (TimeoutError, httpx.TimeoutException, asyncio.CancelledError):
            return _failure(Reason.TIMEOUT, heard)
        except ForbiddenAddress:
            return Failure(reason=Reason.FORBIDDEN_ADDRESS)
        except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
            return _failure(_reason(error), heard)
        finally:
            self._current = None

    async def _exchange(self, request: Request, heard: list[Response]) -> Response:
        async with self._client.stream(
            request.method, request.url, content=request.body, headers=dict(request.headers)
        ) as answer:
            headers = dict(answer.headers)  # by names in lower case
            heard.append(Response(status=answer.status_code, headers=headers))
            body = bytearray()
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) >= BODY_CAP:
                    break
            said = _unpacked(bytes(body[:BODY_CAP]), headers.get("content-encoding", ""))
            return Response(status=answer.status_code, headers=headers, body=said)


def _unpacked(body: bytes, coding: str) -> bytes:
    """What the body says, at most BODY_CAP of it; the body itself where it is not packed so."""
    if coding.lower() not in PACKED:
        return body
    try:
        return zlib.decompressobj(_ANY_HEADER).decompress(body, BODY_CAP)
    except zlib.error:
        return body


def _failure(reason: Reason, heard: list[Response]) -> Failure:
    return Failure(reason=reason, status=heard[0].status if heard else None)


def _reason(error: Exception) -> Reason:
    """The named reason; the error's own words may hold a URL and go nowhere."""
    if _tls(error):
        return Reason.TLS
    if isinstance(error, httpx.ConnectError):
        return Reason.UNREACHABLE
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Reason.FORBIDDEN_ADDRESS
    return Reason.BROKEN


def _tls(error: BaseException) -> bool:
    """Whether TLS is at the bottom of it. Chains of causes may be circular: each link once."""
    seen: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and not any(link is other for other in seen):
        if isinstance(link, ssl.SSLError) or "CERTIFICATE" in str(link) or "SSL" in str(link):
            return True
        seen.append(link)
        link = link.__cause__ or link.__context__
    return False
