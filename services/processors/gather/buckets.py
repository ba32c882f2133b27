"""A multimap for millions of keys that mostly hold one article: no list until there are two."""

from collections.abc import Iterable, Sequence

LARGEST = 16
"""How many articles a key remembers: boilerplate shared by thousands says nothing."""


class Buckets:
    """Key → the newest articles that have it."""

    def __init__(self) -> None:
        self._one: dict[int, str] = {}
        self._more: dict[int, list[str]] = {}

    def add(self, keys: Iterable[int], article: str) -> None:
        """Put the article under each key."""
        one, more = self._one, self._more
        for key in keys:
            if one.setdefault(key, article) is not article:
                bucket = more.setdefault(key, [])
                bucket.append(article)
                if len(bucket) > LARGEST:
                    one[key] = bucket.pop(0)

    def remove(self, keys: Iterable[int], article: str) -> None:
        """Take the article from under each key."""
        for key in keys:
            bucket = self._more.get(key, [])
            if article in bucket:
                bucket.remove(article)
            elif self._one.get(key) == article:
                self._promote(key, bucket)
            if not bucket:
                self._more.pop(key, None)

    def find(self, keys: Sequence[int]) -> list[str]:
        """Articles under these keys, one entry for each key they share."""
        one, more = self._one, self._more
        found = [article for article in map(one.get, keys) if article is not None]
        if more:
            for bucket in map(more.get, keys):
                if bucket:
                    found += bucket
        return found

    def _promote(self, key: int, bucket: list[str]) -> None:
        if bucket:
            self._one[key] = bucket.pop(0)
        else:
            del self._one[key]
