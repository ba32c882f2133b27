"""The edge to the web: one request, followed through its redirects, bounded in every way.

    ask ▸ redirect? ask again, guard included ▸ read the body with a limit ▸ Answer or Failure

Bounded: the whole exchange by one deadline, redirects by five, the body by the feed's limit. gzip
is the only coding asked for. No cookies, no referrer, no proxies; credentials only where a private
feed has them (`private.py`).
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Self
from urllib.parse import urlencode

import httpx
from msgspec import Struct

from services.fetcher.answer import Answer, Failure
from services.fetcher.body import Stopped, bounded
from services.fetcher.links import admissible
from services.fetcher.outcome import Outcome
from services.fetcher.private import PUBLIC, Keys, Private, Unfit
from shared.addresses import Opening
from shared.egress import ForbiddenAddress, GuardedTransport, Resolver, system_resolver
from shared.reference import Reveal
from shared.vault import NoSecret, Vault

MOST_REDIRECTS = 5
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_REDIRECTS = _FOR_GOOD | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}
_KEEPS_METHOD = frozenset({HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT})
_NOTE = 64_000  # bytes of what a server says to a form
_NO_KEYS = Keys()
_ENVIRONMENT = Vault(os.environ)


class Retriever:
    """Asks servers, many at once; an async context manager.

    `user_agent` goes with every request. `deadline` is seconds for one exchange, with redirects.
    `reveal` gives the secret behind a private feed's reference.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allowed: Sequence[Opening] = (),
        deadline: float = 30.0,
        resolver: Resolver = system_resolver,
        connections: int = 100,
        reveal: Reveal = _ENVIRONMENT.reveal,
    ) -> None:
        self._reveal = reveal
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

    async def __aexit__(self, *_raised: object) -> None:
        await self._client.aclose()

    def address_of(self, host: str) -> str:
        """The address that this host last led to; "" where it was not asked yet."""
        return self._transport.address_of(host)

    async def get(
        self, url: str, headers: Mapping[str, str], *, max_bytes: int, private: Private = PUBLIC
    ) -> Answer | Failure:
        """The answer at the end of the redirects, or why there is none. Raises for no peer."""
        try:
            keys = private.revealed(self._reveal)
        except (NoSecret, Unfit) as why:
            return Failure(outcome=Outcome.UNASKED, detail=str(why))
        question = _Question(url=url, headers=headers, max_bytes=max_bytes, keys=keys)
        return keys.without(await self._asked(question))

    async def post(self, url: str, form: Mapping[str, str]) -> Answer | Failure:
        """What the server says to a form; only redirects that keep the method are followed."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode(form).encode("ascii")
        return await self._asked(_Question(url=url, headers=headers, content=content))

    async def _asked(self, question: "_Question") -> Answer | Failure:
        try:
            async with asyncio.timeout(self._deadline):
                return await self._followed(question)
        except TimeoutError:
            return Failure(outcome=Outcome.TIMED_OUT, detail=f"no answer in {self._deadline:g} s")
        except Stopped as stopped:
            return stopped.failure
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return _failure(error)
        except (ValueError, UnicodeError) as error:  # a URL that not even httpx can take apart
            return Failure(outcome=Outcome.BAD_REDIRECT, detail=f"no URL: {error}"[:300])

    async def _followed(self, asked: "_Question") -> Answer:
        url, moved_to, permanent, visited = asked.url, "", True, {asked.url}
        for _ in range(MOST_REDIRECTS + 1):
            self._client.cookies.clear()
            headers = _raw({**asked.headers, **asked.keys.headers_for(url)})
            async with self._client.stream(
                asked.method, asked.keys.added(url), headers=headers, content=asked.content
            ) as response:
                if response.status_code not in asked.redirects:
                    return await _read(response, url, asked.max_bytes, moved_to)
                target = _target(url, response.headers.get("location", ""), asked.keys)
                permanent = permanent and response.status_code in _FOR_GOOD
            if target in visited:
                raise Stopped(Outcome.BAD_REDIRECT, f"a redirect loop through {target}")
            visited.add(target)
            url, moved_to = target, target if permanent else moved_to
        raise Stopped(Outcome.BAD_REDIRECT, f"more than {MOST_REDIRECTS} redirects")


class _Question(Struct, frozen=True, kw_only=True):
    url: str
    headers: Mapping[str, str]
    max_bytes: int = _NOTE
    content: bytes | None = None
    keys: Keys = _NO_KEYS

    @property
    def method(self) -> str:
        return "GET" if self.content is None else "POST"

    @property
    def redirects(self) -> frozenset[int]:
        return _REDIRECTS if self.content is None else _KEEPS_METHOD


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as bytes: a validator goes back exactly as it came, also where it is not ASCII."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _target(url: str, location: str, keys: Keys) -> str:
    target = keys.bare(admissible(location, url)) if location else ""
    if not target:
        raise Stopped(Outcome.BAD_REDIRECT, f"redirected to {keys.veiled(location)[:200]!r}")
    return target.partition("#")[0]


async def _read(response: httpx.Response, url: str, max_bytes: int, moved_to: str) -> Answer:
    headers = _named(response)
    body, sent = b"", 0
    if response.status_code == HTTPStatus.OK:
        coding = headers.get("content-encoding", "")
        body, sent = await bounded(response.aiter_raw(), coding, max_bytes)
    return Answer(
        status=response.status_code, headers=headers, url=url, body=body, sent=sent,
        moved_to=moved_to,
    )  # fmt: skip


def _named(response: httpx.Response) -> dict[str, str]:
    """The headers by name, as they came; the last one of a name, but all of the links."""
    pairs = [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in response.headers.raw]
    links = ", ".join(value for name, value in pairs if name == "link")
    return dict(pairs) | ({"link": links} if links else {})


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
