"""timely: an article with times that can be reckoned with.

Time in judge and gather is the articles' own. One article from next year, of a fetcher whose clock
ran ahead or of a forger, would be their time from then on: it would close every story of its watch,
and what these had told would be told again.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.codec import Undecodable
from shared.records import Article, reckonable

AHEAD = timedelta(hours=1)
"""How far a clock may be ahead of ours."""


def timely(article: Article, now: datetime) -> Article:
    """The article, seen now where it says that it will be. Raises Undecodable."""
    for at in (article.published, article.first_seen):
        if not reckonable(at):
            raise Undecodable(f"no article is of the year {at.year}")
    return replace(article, first_seen=now) if article.first_seen > now + AHEAD else article
