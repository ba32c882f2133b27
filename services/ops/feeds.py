"""`newswatch feeds`: the catalogue listed, changed, checked, and exchanged as OPML."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter, Token

from services.fetcher.answer import Answer
from services.fetcher.catalogue import Feed
from services.fetcher.discover import declared, guesses
from services.fetcher.edit import added, removed
from services.fetcher.load import load
from services.fetcher.once import once
from services.fetcher.opml import NotOPML, from_opml, new_ids, to_opml
from services.fetcher.outcome import GOOD
from services.fetcher.poll import Poll
from services.fetcher.retrieve import Retriever
from services.fetcher.sandbox import Sandbox
from services.fetcher.wording import WORDS
from services.ops.fetch import AGENT, CATALOGUE
from shared.addresses import Opening, networks
from shared.config import ConfigError

feeds = App(name="feeds", help="List, change and check the catalogue of feeds.")


def _file(_type: object, given: Sequence[Token]) -> Path:
    named = Path(given[0].value)
    return named / CATALOGUE.name if named.is_dir() else named


Catalogue = Annotated[
    Path,
    Parameter(
        env_var="NEWSWATCH_CONFIG_DIR",
        converter=_file,
        help="The file, or the folder of the configuration that it is in.",
    ),
]

_MOST = 4_000_000
_SHOWN = 5


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


@feeds.command(name="list")
def show(*, catalogue: Catalogue = CATALOGUE) -> int:
    """Print the feeds of a catalogue: id, language, verified or not, outlet, URL."""
    listed = _loaded(catalogue)
    if listed is None:
        return 2
    for feed in listed:
        seen = "verified" if feed.verified else "unverified"
        print("\t".join((feed.id, feed.language or "-", seen, feed.outlet, feed.url)))
    return 0


@feeds.command
def check(url: str, *, allow: str = "") -> int:
    """Say in words what a poll of URL does; for a site's page, name its feeds.

    Args:
        url: A feed, or a page of a site.
        allow: Networks that may be connected to although they are not public.
    """
    try:
        feed = Feed(id="check", url=url, outlet=url, spacing=0)
    except ValueError:
        return _refuse(f"{url}: not an http or https URL")
    if (allowed := _allowed(allow)) is None:
        return 2
    return asyncio.run(_check(feed, allowed))


@feeds.command
def add(
    url: str,
    *,
    outlet: str = "",
    language: str = "",
    home: str = "",
    catalogue: Catalogue = CATALOGUE,
    allow: str = "",
) -> int:
    """Poll URL, or discover the feed of the site there, and write it into the catalogue.

    Args:
        url: A feed, or a page of a site.
        outlet: Its name; by default the feed's host.
        language: What to expect, e.g. fa.
        home: The outlet's country, ISO 3166-1 alpha-2.
        catalogue: The file, or the folder of the configuration that it is in.
        allow: Networks that may be connected to although they are not public.
    """
    known = _loaded(catalogue)
    if known is None:
        return 2
    try:
        first = Feed(id="add", url=url, outlet=outlet or url, spacing=0)
    except ValueError:
        return _refuse(f"{url}: not an http or https URL")
    if (allowed := _allowed(allow)) is None:
        return 2
    found = asyncio.run(_find(first, allowed))
    if found is None:
        return _refuse(f"{url}: no feed there, and none declared; see newswatch feeds check {url}")
    if any(feed.url == found for feed in known):
        return _refuse(f"{found}: already in {catalogue}")
    name = outlet or Feed(id="x", url=found, outlet="x").host
    (identity,) = new_ids([name], (feed.id for feed in known))
    new = Feed(id=identity, url=found, outlet=name, language=language or None, home=home,
               verified=True)  # fmt: skip
    catalogue.write_text(added(catalogue.read_text(encoding="utf-8"), [new]), encoding="utf-8")
    print(f"added {identity}: {found}")
    return 0


@feeds.command
def remove(id_: str, *, catalogue: Catalogue = CATALOGUE) -> int:
    """Take the feed with this id out of the catalogue; comments and order stay."""
    try:
        text = removed(catalogue.read_text(encoding="utf-8"), id_)
    except KeyError:
        return _refuse(f"{id_}: no such feed in {catalogue}; see newswatch feeds list")
    catalogue.write_text(text, encoding="utf-8")
    print(f"removed {id_}")
    return 0


@feeds.command(name="import")
def take(file: Path, *, catalogue: Catalogue = CATALOGUE) -> int:
    """Add the feeds of an OPML file that the catalogue does not have yet."""
    known = _loaded(catalogue)
    if known is None:
        return 2
    try:
        named = from_opml(file.read_bytes(), frozenset(feed.id for feed in known))
    except OSError as error:
        return _refuse(f"{file}: {error.strerror}")
    except NotOPML as error:
        return _refuse(f"{file}: {error}")
    urls = {feed.url for feed in known}
    new = [feed for feed in named if feed.url not in urls]
    catalogue.write_text(added(catalogue.read_text(encoding="utf-8"), new), encoding="utf-8")
    print(f"added {len(new)} feeds, {len(named) - len(new)} were there")
    return 0


@feeds.command(name="export")
def give(file: Path, *, catalogue: Catalogue = CATALOGUE) -> int:
    """Write the catalogue as an OPML file."""
    listed = _loaded(catalogue)
    if listed is None:
        return 2
    file.write_bytes(to_opml(listed))
    print(f"wrote {len(listed)} feeds to {file}")
    return 0


async def _check(feed: Feed, allowed: Sequence[Opening]) -> int:
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


async def _find(feed: Feed, allowed: Sequence[Opening]) -> str | None:
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


def _allowed(allow: str) -> tuple[Opening, ...] | None:
    try:
        return networks(allow)
    except ValueError as error:
        print(f"--allow {allow}: {error}", file=sys.stderr)
        return None


def _loaded(catalogue: Path) -> tuple[Feed, ...] | None:
    try:
        return load([catalogue])
    except ConfigError as error:
        print(error, file=sys.stderr)
        return None


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 1
