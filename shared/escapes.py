"""What no address may hold as it is. Needs no library, unlike `shared.urls`."""

import re
from urllib.parse import quote

_ODD = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]')
"""Not in RFC 3986's alphabet; courlan and many markups take it for the end of the address."""


def escaped(url: str) -> str:
    """The same address, with what would be taken for its end written as escapes."""
    return _ODD.sub(lambda odd: quote(odd[0]), url)
