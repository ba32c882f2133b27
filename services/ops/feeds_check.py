"""For `newswatch feeds`: an address asked once, as the fetcher would."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from services.fetcher.answer import Answer
from services.fetcher.catalogue import Feed
from services.fetcher.discover import declared, guesses
from services.fetcher.once import once
from services.fetcher.outcome import GOOD
from services.fetcher.poll import Poll
from services.fetcher.retrieve import Retriever
from services.fetcher.sandbox import Sandbox
from services.fetcher.wording import WORDS
from services.ops.fetch import AGENT
from shared.addresses import Opening

_MOST = 4_000_000
"""Bytes of a page that is read for the feeds it names."""
_SHOWN = 5
"""Articles that are shown of a feed."""


@dataclass
class _Edges:
    web: Retriever
    sandbox: Sandbox


@asynccontextmanager
async def _edges(allowed: Sequence[Opening]) -> AsyncIterator[_Edges]:
    async with (
        Retriever(user_agent=AGENT, allowed=allowed) as web,
        Sandbox(workers=1) as sandbox,
    ):
        yield _Edges(web, sandbox)


async def checked(feed: Feed, allowed: Sequence[Opening]) -> int:
    """Say what a poll does, or which feeds the page names; the exit status."""
    async with _edges(allowed) as edges:
        result = await _polled(feed, edges)
        print(f"{feed.url}: {WORDS[result.outcome]}{f' ({result.detail})' * bool(result.detail)}")
        if result.outcome in GOOD:
            _explain(result)
            return 0
        others = await _declared(feed.url, edges)
        for other in others:
            print(f"the page names a feed: {other}")
        return 0 if others else 1


def _explain(result: Poll) -> None:
    entries = ", ".join(f"{count} {state}" for state, count in sorted(result.states.items()))
    state = result.state
    validators = " and ".join(
        name
        for name, value in (("ETag", state.etag), ("Last-Modified", state.last_modified))
        if value
    )
    print(f"{result.size} bytes in {result.seconds:.2f} s; entries: {entries or 'none'}")
    print(f"validators: {validators or 'none; its bytes are compared instead'}")
    if state.url or state.moved_to:
        print(f"it says it moved for good to {state.url or state.moved_to}")
    if state.hints.hubs:
        print(f"it names a WebSub hub: {state.hints.hubs[0]}")
    if state.next_at:
        print(
            f"the next poll would come {(state.next_at - result.began).total_seconds():.0f} s later"
        )
    for article in result.articles[:_SHOWN]:
        print(f"  {article.published:%Y-%m-%d %H:%M} {article.title}")


async def found_at(feed: Feed, allowed: Sequence[Opening]) -> str | None:
    """The URL itself where it is a feed, else the first feed of the site that can be read."""
    async with _edges(allowed) as edges:
        if (await _polled(feed, edges)).outcome in GOOD:
            return feed.url
        for url in (*await _declared(feed.url, edges), *guesses(feed.url)):
            tried = feed.model_copy(update={"url": url})
            if (await _polled(tried, edges)).outcome in GOOD:
                return url
    return None


async def _polled(feed: Feed, edges: _Edges) -> Poll:
    async for result in once([feed], web=edges.web, sandbox=edges.sandbox, folder=None, at_once=1):
        return result
    raise AssertionError("one feed, one result")  # pragma: no cover


async def _declared(url: str, edges: _Edges) -> tuple[str, ...]:
    answer = await edges.web.get(url, {"Accept": "text/html"}, max_bytes=_MOST)
    if not isinstance(answer, Answer) or answer.status != HTTPStatus.OK:
        return ()
    return declared(answer.body, answer.url)
