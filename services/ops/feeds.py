"""`newswatch feeds`: the catalogue listed, changed, checked, and exchanged as OPML."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter, Token

from services.fetcher.catalogue import Feed
from services.fetcher.edit import added, removed
from services.fetcher.load import load
from services.fetcher.opml import NotOPML, from_opml, new_ids, to_opml
from services.ops.feeds_check import checked, found_at
from services.ops.fetch import CATALOGUE
from services.ops.rewrite import alone, rewrite
from shared.addresses import Opening, networks
from shared.config import ConfigError

feeds = App(name="feeds", help="List, change and check the feeds of the catalogue.")


def _file(_type: object, given: Sequence[Token]) -> Path:
    named = Path(given[0].value)
    return named / CATALOGUE.name if named.is_dir() else named


Catalogue = Annotated[
    Path,
    Parameter(
        env_var="NEWSWATCH_CONFIG_DIR",
        converter=_file,
        help="The catalogue file, or the configuration folder it is in.",
    ),
]


@feeds.command(name="list")
def show(*, catalogue: Catalogue = CATALOGUE) -> int:
    """List the feeds: id, language, verified or not, outlet, URL."""
    listed = _loaded(catalogue)
    if listed is None:
        return 2
    for feed in listed:
        seen = "verified" if feed.verified else "unverified"
        print("\t".join((feed.id, feed.language or "-", seen, feed.outlet, feed.url)))
    return 0


@feeds.command
def check(url: str, *, allow: str = "") -> int:
    """Poll a URL once and say in words what happens. For a web page, name its feeds.

    Args:
        url: A feed, or a page of a site.
        allow: Networks you allow although they are not public.
    """
    try:
        feed = Feed(id="check", url=url, outlet=url, spacing=0)
    except ValueError:
        return _refuse(f"{url}: not an http or https URL")
    if (allowed := _allowed(allow)) is None:
        return 2
    return asyncio.run(checked(feed, allowed))


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
    """Add a feed to the catalogue, by its own URL or by a page of its site.

    Args:
        url: A feed, or a page of a site.
        outlet: The outlet's name; by default the feed's host.
        language: The language to expect, e.g. fa.
        home: The outlet's country, by its ISO 3166-1 alpha-2 code.
        catalogue: The catalogue file, or the configuration folder it is in.
        allow: Networks you allow although they are not public.
    """
    if _loaded(catalogue) is None:
        return 2
    try:
        first = Feed(id="add", url=url, outlet=outlet or url, spacing=0)
    except ValueError:
        return _refuse(f"{url}: not an http or https URL")
    if (allowed := _allowed(allow)) is None:
        return 2
    found = asyncio.run(found_at(first, allowed))
    if found is None:
        return _refuse(f"{url}: no feed found there; newswatch feeds check {url} says more")
    with alone(catalogue):
        return _enter(catalogue, found, outlet, language=language or None, home=home)


def _enter(catalogue: Path, found: str, outlet: str, **said: str | None) -> int:
    if (known := _loaded(catalogue)) is None:
        return 2
    if any(feed.url == found for feed in known):
        return _refuse(f"{found}: already in {catalogue}")
    name = outlet or Feed(id="x", url=found, outlet="x").host
    (identity,) = new_ids([name], (feed.id for feed in known))
    new = Feed.model_validate(
        {"id": identity, "url": found, "outlet": name, "verified": True, **said}
    )
    rewrite(catalogue, added(catalogue.read_text(encoding="utf-8"), [new]))
    print(f"added {identity}: {found}")
    return 0


@feeds.command
def remove(id_: str, *, catalogue: Catalogue = CATALOGUE) -> int:
    """Remove a feed from the catalogue. Comments and order stay.

    Args:
        id_: The feed's id, as `list` shows it.
        catalogue: The catalogue file, or the configuration folder it is in.
    """
    with alone(catalogue):
        try:
            text = removed(catalogue.read_text(encoding="utf-8"), id_)
        except KeyError:
            return _refuse(f"{id_}: no such feed in {catalogue}; see newswatch feeds list")
        rewrite(catalogue, text)
    print(f"removed {id_}")
    return 0


@feeds.command(name="import")
def take(file: Path, *, catalogue: Catalogue = CATALOGUE) -> int:
    """Add those feeds of an OPML file that are not in the catalogue yet.

    Args:
        file: The OPML file.
        catalogue: The catalogue file, or the configuration folder it is in.
    """
    with alone(catalogue):
        return _take(file, catalogue)


def _take(file: Path, catalogue: Path) -> int:
    known = _loaded(catalogue)
    if known is None:
        return 2
    try:
        named = from_opml(file.read_bytes(), frozenset(feed.id for feed in known))
    except NotOPML as error:
        return _refuse(f"{file}: {error}")
    urls = {feed.url for feed in known}
    new = [feed for feed in named if feed.url not in urls]
    rewrite(catalogue, added(catalogue.read_text(encoding="utf-8"), new))
    print(f"added {len(new)} feeds; {len(named) - len(new)} were there already")
    return 0


@feeds.command(name="export")
def give(file: Path, *, catalogue: Catalogue = CATALOGUE) -> int:
    """Write the catalogue to an OPML file.

    Args:
        file: The OPML file; an existing one is overwritten.
        catalogue: The catalogue file, or the configuration folder it is in.
    """
    listed = _loaded(catalogue)
    if listed is None:
        return 2
    file.write_bytes(to_opml(listed))
    print(f"wrote {len(listed)} feeds to {file}")
    return 0


def _allowed(allow: str) -> tuple[Opening, ...] | None:
    try:
        return networks(allow)
    except ValueError as error:
        print(f"--allow {allow}: {error}", file=sys.stderr)
        return None


def _loaded(catalogue: Path) -> tuple[Feed, ...] | None:
    try:
        return load([catalogue], begun=False)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return None


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 1
