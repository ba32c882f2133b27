"""What a private feed is asked with: secrets in headers and parameters, for its own server alone.

    references of the catalogue ▸ revealed for one exchange ▸ added where the server is the feed's
                                                            ▸ taken out of what comes back

An address, an answer and a failure are without them, so no log, memory or article can hold one.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import unquote_plus, urlencode, urlsplit

from msgspec import Struct, structs

from services.fetcher.answer import Answer, Failure

IN_ITS_PLACE = "[secret]"
SHORTEST = 6
"""Characters of a secret; a shorter one would be taken out of words that merely contain it."""
_SCHEME = re.compile("^[A-Za-z]+ +")
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_ONE_LINE = re.compile(r"[\x20-\x7e]+")

Reveal = Callable[[str], str]


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
        for spelt in map(_spelt, self._values()):
            text = re.sub(spelt, IN_ITS_PLACE, text)
        return text

    def without(self, came: Answer | Failure) -> Answer | Failure:
        """What came back, without them: servers repeat what they were asked."""
        if isinstance(came, Failure):
            return structs.replace(came, detail=self.veiled(came.detail))
        body = came.body
        for value in self._values():
            body = re.sub(_spelt(value).encode(), IN_ITS_PLACE.encode(), body)
            for wide in ("utf-16-le", "utf-16-be"):
                body = body.replace(value.encode(wide), IN_ITS_PLACE.encode(wide))
        headers = {name: self.veiled(value) for name, value in came.headers.items()}
        return structs.replace(came, body=body, headers=headers)

    def _values(self) -> Iterator[str]:
        yield from self.query.values()
        for value in self.headers.values():
            yield from (secret for secret in _secrets(value) if len(secret) >= SHORTEST)


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
        raise Unfit(f"{reference} holds more than one line of plain characters")
    _long(reference, _SCHEME.sub("", value))
    return value


def _long(reference: str, secret: str) -> str:
    if len(secret) < SHORTEST:
        raise Unfit(f"{reference} holds a secret of fewer than {SHORTEST} characters")
    return secret


def _secrets(value: str) -> Iterator[str]:
    """Of a header: what follows "Basic" or "Bearer"; of several cookies each, and without its name.

    A part of letters or of figures alone may be a word or a date: it stays in articles.
    """
    whole = _SCHEME.sub("", value)
    yield from (whole, whole.rstrip("="))  # base64 goes without its end, too
    yield from _password(whole)
    for cookie in re.split("[;, ]+", whole):
        for part in (cookie, cookie.partition("=")[2].strip('"')):
            if re.search("[a-zA-Z]", part) and re.search("[0-9]", part):
                yield part


def _password(basic: str) -> Iterator[str]:
    """What servers make of a header of Basic authentication."""
    with suppress(ValueError):
        _, colon, password = b64decode(basic, validate=True).decode().partition(":")
        if colon and len(password) >= SHORTEST:
            yield password


def _spelt(value: str) -> str:
    r"""A pattern for the value as URLs, XML, HTML and JSON may spell it, each character its own.

    Letters and digits stand for themselves everywhere, and nothing can be read in two ways, so the
    pattern is searched for quickly in any text; a run of \ is one, be it doubled or not.
    """
    return "".join(map(_letter, re.findall(r"\\+|.", value, re.DOTALL)))


def _letter(run: str) -> str:
    if run.isascii() and run.isalnum():
        return run
    ways = "|".join(_ways(run[0]))
    return f"(?:{ways}){{1,{2 * len(run)}}}+" if run[0] == "\\" else f"(?:{ways})"


def _ways(character: str) -> Iterator[str]:
    code, percent = ord(character), "".join(f"%{byte:02x}" for byte in character.encode())
    yield rf"(?i:{percent}|&#0*{code};|&#x0*{code:x};|\\u{code:04x})"
    yield re.escape(character) if character == "\\" else rf"\\?{re.escape(character)}"
    if character in _NAMED:
        yield f"&{_NAMED[character]};"
    if character == " ":
        yield r"\+"


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or usual


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0])
