"""Ids made from content, never from clocks or counters: the same input gives the same id.

An id is the first 16 bytes of BLAKE2b (RFC 7693) over its parts, in hex. Parts are joined with
U+001F (unit separator), which no part may hold in earnest, so that ("ab", "c") and
("a", "bc") differ.
"""

from hashlib import blake2b

from shared.cosmetic import without_cosmetics


def article_id(canonical_url: str) -> str:
    """The article behind a canonical URL; blind to its scheme, `www.` and last slash."""
    address = canonical_url.partition("://")[2] or canonical_url
    return _digest("article", address.removeprefix("www.").rstrip("/"))


def fingerprint(title: str, summary: str, text: str) -> str:
    """The content of one revision.

    Equal for texts that differ only in white space or in what is cosmetic (`shared.cosmetic`).
    """
    said = (without_cosmetics(part).split() for part in (title, summary, text))
    return _digest("content", *map(" ".join, said))


def story_id(watch: str, first_article: str) -> str:
    """The story that this article opened in this watch."""
    return _digest("story", watch, first_article)


def event_id(kind: str, story: str, article: str, content: str) -> str:
    """What this revision (`content` is its fingerprint) of this article did to this story."""
    return _digest("event", kind, story, article, content)


def alert_id(event: str, receiver: str) -> str:
    """This event, told to this receiver."""
    return _digest("alert", event, receiver)


def _digest(*parts: str) -> str:
    joined = "\x1f".join(part.replace("\x1f", " ") for part in parts)
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
