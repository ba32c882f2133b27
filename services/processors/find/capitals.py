"""Words written together, each with its capital: "#FreeIran", "IranTurkey"."""

import re

_LONGEST = 24
"""Letters of a tag before a name that are looked at."""
_TAG = re.compile(r"#\w*$")


def ends_by_capital(text: str, end: int) -> bool:
    """Whether a word ends here because the next one, written onto it, has a capital."""
    return 0 < end < len(text) and text[end].isupper() and text[end - 1].islower()


def in_tag(text: str, start: int) -> bool:
    """Whether a word begins here with its capital inside a hashtag."""
    return (
        ends_by_capital(text, start)
        and _TAG.search(text, max(0, start - _LONGEST), start) is not None
    )
