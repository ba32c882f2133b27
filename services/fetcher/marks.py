"""What a feed's memory holds of an entry: who it is and what it said, in twelve bytes.

Eight bytes of the article's id and four of its fingerprint. One entry may have several: some feeds
list one link twice with different words. Small, because the memory of a document with 100,000
entries has to fit into one record.
"""

from collections.abc import Iterable, Mapping

from shared.records import Article

MARK = 12
"""Bytes of a mark, with its key."""
_KEY = 8

Marks = dict[bytes, set[bytes]]


def mark_of(article: Article) -> tuple[bytes, bytes]:
    """The article's key and its mark."""
    return bytes.fromhex(article.id[:16]), bytes.fromhex(article.fingerprint[:8])


def unpacked(packed: bytes) -> Marks:
    """The marks of each key, the latest last."""
    marks: Marks = {}
    for at in range(0, len(packed) - MARK + 1, MARK):
        marks.setdefault(packed[at : at + _KEY], set()).add(packed[at + _KEY : at + MARK])
    return marks


def packed(marks: Iterable[tuple[bytes, set[bytes]]] | Mapping[bytes, set[bytes]]) -> bytes:
    """The other way round."""
    items = marks.items() if isinstance(marks, Mapping) else marks
    return b"".join(key + mark for key, own in items for mark in sorted(own))


def older(seen: Iterable[tuple[str, str]]) -> bytes:
    """Marks as records of the first version held them, in pairs of 16 hex digits."""
    return b"".join(bytes.fromhex(key + mark[:8]) for key, mark in seen)
