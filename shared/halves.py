"""Half a surrogate pair, written out in JSON: titles that are cut in an emoji have them.

No UTF-8 can hold one, and a strict decoder refuses the whole document for it.
"""

import re

_HALF = re.compile(
    r"((?<!\\)(?:\\\\)*)"  # no backslash that is itself escaped
    r"(?:\\u[dD][89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])"  # a first half with no second
    r"|(?<!\\u[dD][89abAB][\da-fA-F]{2})\\u[dD][c-fC-F][\da-fA-F]{2})"  # or the other way round
)


def whole(json: str) -> str:
    """The same JSON, with U+FFFD for each half of a pair that is written out by itself."""
    return _HALF.sub(r"\1\\ufffd", json)
