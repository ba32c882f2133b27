"""`newswatch fetch --once`: every feed polled once, without Kafka; one JSON line a feed."""

import asyncio
import sys
from pathlib import Path

import msgspec

from services.fetcher.catalogue import Feed
from services.fetcher.load import load
from services.fetcher.once import once as poll_once
from services.fetcher.once import report
from services.fetcher.outcome import GOOD
from services.fetcher.retrieve import Retriever
from services.fetcher.sandbox import Sandbox
from services.ops.config_dir import CONFIG_DIR
from shared.addresses import networks
from shared.config import ConfigError

CATALOGUE = CONFIG_DIR / "feeds.toml"
AGENT = "Newswatch/0.1 (feed reader)"


def fetch(
    *,
    feeds: tuple[Path, ...] = (CATALOGUE,),
    once: bool = False,
    state: Path | None = None,
    allow: str = "",
    deadline: float = 30.0,
) -> int:
    """Poll every feed once and print one JSON line for each. Nothing is published.

    The exit status is 0 if all feeds are well, 1 if any is not, 2 if the catalogue has a mistake.

    Args:
        feeds: The catalogue files.
        once: Required. To keep polling, run the service: `python -m services.fetcher`.
        state: A folder for validators and seen entries, so that the next run asks only for what is
            new.
        allow: Networks you allow although they are not public, e.g. 127.0.0.1/32.
        deadline: How many seconds one feed may take.
    """
    if not once:
        print(
            "add --once; to keep polling, run the service: python -m services.fetcher",
            file=sys.stderr,
        )
        return 2
    try:
        catalogue, allowed = load(feeds), networks(allow)
    except (ConfigError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    web = Retriever(user_agent=AGENT, allowed=allowed, deadline=deadline)
    return asyncio.run(_all(catalogue, web, state))


async def _all(feeds: tuple[Feed, ...], web: Retriever, folder: Path | None) -> int:
    named = {feed.id: feed for feed in feeds}
    well = True
    async with web, Sandbox() as sandbox:
        async for result in poll_once(feeds, web=web, sandbox=sandbox, folder=folder, at_once=50):
            line = msgspec.json.encode(report(named[result.feed], result))
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
            well = well and result.outcome in GOOD
    return 0 if well else 1
