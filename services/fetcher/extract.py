"""A web page to the article's text and time; run where it can be killed, like every parser."""

import re
from datetime import datetime, tzinfo

import trafilatura

from services.fetcher import dates
from services.fetcher.decode import decode

_TIME = re.compile(
    r"""(?:property|itemprop|name)=["'](?:article:published_time|datePublished)["'][^>]{0,80}?
    content=["']([^"']{4,60})["']|"datePublished"\s*:\s*"([^"]{4,60})\"""",
    re.VERBOSE,
)


def extract(
    body: bytes, *, content_type: str, language: str, now: datetime, zone: tzinfo
) -> tuple[str, datetime | None]:
    """The text of the page's article, "" where none is found, and when it says it appeared."""
    html, _ = decode(body, content_type, language)
    text = trafilatura.extract(
        html, include_comments=False, include_tables=False, favor_precision=True
    )
    found = _TIME.search(html)
    published = dates.read(found[1] or found[2], now=now, zone=zone) if found else None
    return text or "", published
