"""Which secrets a header holds, and the ways in which a server may spell one when it repeats it."""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress

IN_ITS_PLACE = "[secret]"
SHORTEST = 6
"""Characters of a secret; a shorter one would be taken out of words that merely contain it."""
_SCHEME = re.compile("^[A-Za-z]+ +")
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


def credentials(header: str) -> str:
    """What follows "Basic" or "Bearer"; else all of it."""
    return _SCHEME.sub("", header)


def secrets_of(header: str) -> Iterator[str]:
    """All that is secret in the value of a header, the longest first of what holds another."""
    return (part for part in _parts(header) if len(part) >= SHORTEST)


def _parts(value: str) -> Iterator[str]:
    """Of a header: what follows "Basic" or "Bearer"; of several cookies each, and without its name.

    A part of letters or of figures alone may be a word or a date: it stays in articles.
    """
    whole = credentials(value)
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


def spelt(value: str) -> str:
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
