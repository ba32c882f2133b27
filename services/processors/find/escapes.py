"""Letters written as HTML writes them: "T&uuml;rkiye", "&#304;ran", "ترک&zwnj;یه".

A feed that escapes its text twice leaves them, and a name with one inside is no name any more.
"""

import re
from html import unescape

FILLER = "\u00ad"
"""A soft hyphen, which folds to nothing: stands in for the rest of what a letter was written as."""
_ESCAPE = re.compile(r"&(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z]{2,31}[0-9]{0,2});")


def unescaped(text: str) -> str:
    """The same text, as long, with each such letter behind or before what fills its place."""
    return _ESCAPE.sub(_letter, text) if "&" in text else text


def written_until(text: str, end: int) -> int:
    """Where what is read as `text[:end]` ends in the original of such a text."""
    while text.startswith(FILLER, end):
        end += 1
    return end


def _letter(written: re.Match[str]) -> str:
    letter = unescape(written[0])
    return letter + FILLER * (len(written[0]) - 1) if len(letter) == 1 else written[0]
