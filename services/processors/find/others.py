"""Weak names that belong to somebody else: "Rusya Dışişleri Bakanı", "مجلس ملی ترکیه".

An office or a force that goes without its country's name is that of the article's own
country, unless another one stands beside it: before it in Turkish, behind it in Persian.
"""

import re
from collections.abc import Sequence

from services.processors.find.gazetteer import Strength
from services.processors.find.sense import Found

_KINDS = frozenset({"institution", "military"})
_REACH = 40
_BEFORE = re.compile(
    r"(?:[A-ZÂÇĞİÎÖŞÜ][\wâîû-]*|[A-ZÂÇĞİÎÖŞÜ][\wâîû-]*['’]\w{1,4} [a-zçğıöşü]+) $",
)
"""A word with a capital right before; one in the genitive may have an adjective behind it."""
_NEXT_BUT_ONE = re.compile(r" (?:(?!(?:به|از|در|با|و|را|برای|علیه) )\w+ )?")
"""What may stand before the country that a Persian name belongs to: a word, no preposition."""


def own(found: Sequence[Found], text: str) -> Sequence[Found]:
    """The names without those that belong to somebody else."""
    theirs = {
        number
        for number, name in enumerate(found)
        if name.sense.strength is Strength.WEAK
        and name.sense.kind in _KINDS
        and _anothers(name, found[number + 1] if number + 1 < len(found) else None, text)
    }
    return [name for number, name in enumerate(found) if number not in theirs] if theirs else found


def _anothers(name: Found, following: Found | None, text: str) -> bool:
    sense = name.sense
    if "tr" in sense.languages:
        return _BEFORE.search(text, max(0, name.start - _REACH), name.start) is not None
    return (
        "fa" in sense.languages
        and following is not None
        and following.sense.strength > Strength.WEAK
        and following.sense.side != sense.side
        and following.sense.kind in {"country", "demonym"}
        and _NEXT_BUT_ONE.fullmatch(text, name.end, following.start) is not None
    )
