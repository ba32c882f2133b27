"""Which hub a feed names, and by which topic: in HTTP `Link` headers, else in the document.

RFC 8288 for the header; WebSub section 4 for the order. A feed that names no self is known by the
URL it was read at.
"""

import re

from msgspec import structs

from services.fetcher.document import Hints
from services.fetcher.links import admissible
from services.fetcher.websub import Named

_LONGEST = 8192
_MOST = 8
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))", re.IGNORECASE)


def linked(hints: Hints, header: str, url: str) -> Hints:
    """What the document says of itself; hub and self of the answer's `Link` header come first.

    All made absolute; what may not be asked is left out.
    """
    links = list(_links(header[:_LONGEST]))
    hubs = [target for target, relations in links if "hub" in relations]
    self_url = next((target for target, relations in links if "self" in relations), "")
    absolute = (admissible(hub, url) for hub in (hubs or hints.hubs))
    return structs.replace(
        hints,
        hubs=tuple(dict.fromkeys(filter(None, absolute)))[:_MOST],
        self_url=admissible(self_url or hints.self_url, url),
    )


def named(hints: Hints, url: str) -> Named | None:
    """Where to subscribe for the feed that was read at `url`; None where it names no hub."""
    return Named(hubs=hints.hubs, topic=hints.self_url or url) if hints.hubs else None


def _links(header: str) -> list[tuple[str, frozenset[str]]]:
    return [
        (found[1].strip(), frozenset(relation.lower().split()))
        for found in _LINK.finditer(header)
        if (rel := _RELATION.search(found[2])) and (relation := rel[1] or rel[2] or "")
    ]
