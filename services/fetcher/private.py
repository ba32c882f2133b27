"""What a private feed is asked with: secrets in headers and parameters, for its own server alone.

    references of the catalogue ▸ revealed for one exchange ▸ added where the server is the feed's
                                                            ▸ taken out of what comes back

An address, an answer and a failure are without them, so no log, memory or article can hold one.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_plus, urlencode, urlsplit

from msgspec import Struct, structs

from services.fetcher.answer import Answer, Failure
from services.fetcher.veil import IN_ITS_PLACE, SHORTEST, credentials, secrets_of, spelt
from shared.reference import Reveal

_ONE_LINE = re.compile(r"[\x20-\x7e]+")


class Unfit(ValueError):  # noqa: N818  not an error of ours
    """A secret that cannot be sent. The message names the reference, never the value."""


class Keys(Struct, frozen=True, kw_only=True):
    """The secrets themselves, for one exchange. Never logged, never kept."""

    origin: tuple[str, str, int | None] = ("", "", None)
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}

    def belong(self, url: str) -> bool:
        """Whether the URL is of the server that they are for."""
        return _origin(url) == self.origin

    def headers_for(self, url: str) -> Mapping[str, str]:
        """The headers to send there."""
        return self.headers if self.belong(url) else {}

    def added(self, url: str) -> str:
        """The URL as it is asked."""
        if not self.query or not self.belong(url):
            return url
        address, mark, fragment = url.partition("#")
        joint = "&" if urlsplit(address).query else "" if address.endswith("?") else "?"
        return f"{address}{joint}{urlencode(self.query)}{mark}{fragment}"

    def bare(self, url: str) -> str:
        """The URL without them; "" where one would be left in it."""
        if self.query and self.belong(url):
            address, mark, query = url.partition("?")
            left = [part for part in query.split("&") if _name(part) not in self.query]
            url = address + mark * bool(left) + "&".join(left)
        return "" if self.veiled(url) != url else url

    def veiled(self, text: str) -> str:
        """The text with other words in their place."""
        for value in self._values():
            text = re.sub(spelt(value), IN_ITS_PLACE, text)
        return text

    def without(self, came: Answer | Failure) -> Answer | Failure:
        """What came back, without them: servers repeat what they were asked."""
        if isinstance(came, Failure):
            return structs.replace(came, detail=self.veiled(came.detail))
        body = came.body
        for value in self._values():
            body = re.sub(spelt(value).encode(), IN_ITS_PLACE.encode(), body)
            for wide in ("utf-16-le", "utf-16-be"):
                body = body.replace(value.encode(wide), IN_ITS_PLACE.encode(wide))
        headers = {name: self.veiled(value) for name, value in came.headers.items()}
        return structs.replace(came, body=body, headers=headers)

    def _values(self) -> Iterator[str]:
        yield from self.query.values()
        for value in self.headers.values():
            yield from secrets_of(value)


class Private(Struct, frozen=True, kw_only=True):
    """The references of a feed at `url`; falsy for a public one."""

    url: str = ""
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self.headers or self.query)

    def revealed(self, reveal: Reveal) -> Keys:
        """What they lead to now. Raises Unfit, and what `reveal` raises."""
        return Keys(
            origin=_origin(self.url),
            headers={name: _header(named, reveal) for name, named in self.headers.items()},
            query={name: _long(named, reveal(named)) for name, named in self.query.items()},
        )


PUBLIC = Private()


def _header(reference: str, reveal: Reveal) -> str:
    value = reveal(reference)
    if not _ONE_LINE.fullmatch(value):
        raise Unfit(f"{reference} must hold a single line of plain characters")
    _long(reference, credentials(value))
    return value


def _long(reference: str, secret: str) -> str:
    if len(secret) < SHORTEST:
        raise Unfit(f"the secret of {reference} has fewer than {SHORTEST} characters")
    return secret


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or usual


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0])
