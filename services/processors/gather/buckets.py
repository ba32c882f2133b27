"""A multimap for millions of keys that mostly hold one article: no list until there are two.

Dictionaries, tuples and lists of Python: an article has some eighty keys, and a call into numpy for
each kind of them costs more than it saves.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, repeat

LARGEST = 17
"""How many articles a key remembers: boilerplate shared by thousands says nothing."""


class Buckets:
    """Key → the newest articles that have it, oldest first. An article is a number, its place."""

    def __init__(self) -> None:
        """Empty."""
        self._held: dict[int, tuple[int, ...] | list[int]] = {}  # a tuple is of one

    def add(self, keys: Iterable[int], place: int) -> None:
        """Put the article under each key; it stands under none of them yet."""
        alone = (place,)  # one for all its keys
        held, known = self._held, self._held.setdefault
        for key, at in [(key, at) for key in keys if (at := known(key, alone)) is not alone]:
            if isinstance(at, tuple):
                held[key] = [*at, place]
            else:
                at.append(place)
                if len(at) > LARGEST:
                    del at[0]

    def remove(self, keys: Iterable[int], place: int) -> None:
        """Take the article from under each key."""
        held = self._held
        for key in keys:
            at = held.get(key)
            if at is None or place not in at:
                continue
            if isinstance(at, tuple):
                del held[key]
            else:
                at.remove(place)
                if len(at) == 1:
                    held[key] = tuple(at)

    def find(self, keys: Iterable[int]) -> Iterator[int]:
        """Articles under these keys, one for each key they share."""
        return chain.from_iterable(map(self._held.get, keys, repeat(())))
