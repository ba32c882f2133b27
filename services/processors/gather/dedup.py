"""Whether an article is new, a revision, a duplicate or a near-duplicate, without stories.

same address ▸ same content ▸ same wording ▸ new
"""

from collections import OrderedDict
from enum import StrEnum

from msgspec import Struct

from services.processors.gather.alike import Wordings
from services.processors.gather.sketch import Sketch, resemblance
from services.processors.gather.wording import Wording


class Likeness(StrEnum):
    """What an article is to those before it."""

    NEW = "new"
    REVISED = "revised"
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near-duplicate"


class Finding(Struct, frozen=True, gc=False):
    """The likeness, the earlier article meant, and how similar the two are, 0 to 1."""

    verdict: Likeness
    of: str | None = None
    similarity: float = 0.0


class Known(Struct, frozen=True, gc=False):
    """What is kept of an article besides its wording."""

    address: str
    essence: str
    sketch: Sketch


class Dedup:
    """Knows the last `window` articles; those before are forgotten."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._wordings = Wordings()
        self._articles: OrderedDict[str, Known] = OrderedDict()
        self._addresses: dict[str, str] = {}
        self._contents: dict[str, str] = {}

    def judge(self, key: str, address: str, wording: Wording) -> Finding:
        """The finding for one article; `address` is what makes it the same article."""
        known = self._addresses.get(address)
        if known and self._articles[known].essence == wording.essence:
            return Finding(Likeness.DUPLICATE, known, 1.0)
        if not known and (same := self._contents.get(wording.essence)):
            return Finding(Likeness.DUPLICATE, same, 1.0)
        return self._worded(key, Known(address, wording.essence, wording.sketch), known)

    def _worded(self, key: str, article: Known, before: str | None) -> Finding:
        finding = self._revised(before, article) if before else self._found(article)
        self._keep(key, article, before)
        return finding

    def _revised(self, before: str, article: Known) -> Finding:
        similarity = resemblance(self._articles[before].sketch, article.sketch)
        return Finding(Likeness.REVISED, before, round(similarity, 4))

    def _found(self, article: Known) -> Finding:
        alike = next(iter(self._wordings.find(article.sketch)), None)
        if alike and alike.copy:
            return Finding(Likeness.NEAR_DUPLICATE, alike.key, alike.similarity)
        return Finding(Likeness.NEW, None, alike.similarity if alike else 0.0)

    def _keep(self, key: str, article: Known, before: str | None) -> None:
        for old in {before, key} - {None}:
            self._forget(str(old))
        while len(self._articles) >= self._window:
            self._forget(next(iter(self._articles)))
        self._articles[key] = article
        self._addresses[article.address] = key
        self._contents[article.essence] = key
        self._wordings.add(key, article.sketch)

    def _forget(self, key: str) -> None:
        article = self._articles.pop(key, None)
        if article is None:
            return
        self._wordings.remove(key)
        if self._addresses.get(article.address) == key:
            del self._addresses[article.address]
        if self._contents.get(article.essence) == key:
            del self._contents[article.essence]
