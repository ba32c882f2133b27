"""Text of any script inside a line of another: cleaned, isolated, cut. Pure.

Isolates are those of the Unicode Bidirectional Algorithm (UAX #9, section 2.4): FSI and PDI keep
a headline in one direction from turning round what stands beside it.
"""

import unicodedata

FSI, LRI, RLI, PDI = "\u2068", "\u2066", "\u2067", "\u2069"

_CONTROLS = dict.fromkeys(
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        0x00AD,
        *(0x200B, 0x2060, 0xFEFF),  # seen by nobody; a headline of them would be none
        *range(0x202A, 0x202F),  # embeddings and overrides
        *range(0x2066, 0x206A),  # isolates: ours are put around, not taken over
        *range(0xD800, 0xE000),  # lone surrogates
        0xFFFE,
        0xFFFF,
    ]
)
_SPACE = dict.fromkeys((*range(0x09, 0x0E), 0x85, 0x2028, 0x2029), " ")
_RTL = {"ar", "fa", "he", "ckb", "ur", "ps", "yi", "azb", "ug", "sd"}
_STRONG_RTL = {"R", "AL"}
MARK = "…"


def clean(text: str) -> str:
    """The text without control characters and without direction controls of its own.

    One character for each kept one: no longer than it was; line breaks become spaces.
    """
    return text.translate(_CONTROLS | _SPACE).strip()


def isolate(text: str) -> str:
    """The text in an isolate of its own direction; nothing stays nothing."""
    return f"{FSI}{text}{PDI}" if text else ""


def is_rtl(language: str, text: str = "") -> bool:
    """Whether it runs from right to left: by its language, else by its first strong letter."""
    if language in _RTL:
        return True
    if language != "und":
        return False
    strong = (unicodedata.bidirectional(char) for char in text)
    return next((d in _STRONG_RTL for d in strong if d in {"L", *_STRONG_RTL}), False)


def size(text: str) -> int:
    """Its length in UTF-16 units, the longest of the ways in which vendors count."""
    return len(text) + sum(char > "\uffff" for char in text)


def clip(text: str, limit: int) -> str:
    """The text, cut to `limit` UTF-16 units with an ellipsis, between whole characters."""
    if size(text) <= limit:
        return text
    kept, used = 0, size(MARK)
    for char in text:
        used += 1 + (char > "\uffff")
        if used > limit:
            break
        kept += 1
    while 0 < kept < len(text) and _joins(text[kept - 1], text[kept]):
        kept -= 1
    return text[:kept].rstrip() + MARK if limit > 0 else ""


def _joins(before: str, after: str) -> bool:
    """Whether the two belong to one character as people see it (a coarse form of UAX #29)."""
    joiner = "\u200d"
    return joiner in {before, after} or unicodedata.category(after) in {"Mn", "Me", "Mc"}
