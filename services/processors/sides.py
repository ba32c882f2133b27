"""The two sides of a watch: which mentions stand for each."""

from collections.abc import Iterable

from msgspec import Struct

from shared.records import Mention


class Side(Struct, frozen=True):
    """Whom a mention may name to count for this side."""

    entities: frozenset[str]  # sides of the gazetteer, or single entities
    without: frozenset[str] = frozenset()  # entities and kinds that do not count
    countries: frozenset[str] = frozenset()  # ISO 3166-1 alpha-2: never "another country"

    def has(self, mention: Mention) -> bool:
        """Whether this mention stands for the side."""
        named = mention.side in self.entities or mention.entity in self.entities
        return named and mention.entity not in self.without and mention.kind not in self.without


class Sides(Struct, frozen=True):
    """Two sides, in the watch's order."""

    first: Side
    second: Side

    def of(self, mention: Mention) -> int | None:
        """0 or 1 for a mention of the first or the second side, None for one of neither."""
        if self.first.has(mention):
            return 0
        return 1 if self.second.has(mention) else None

    def both(self, mentions: Iterable[Mention]) -> bool:
        """Whether each side is named by one of these."""
        first = second = False
        for mention in mentions:
            first = first or self.first.has(mention)
            second = second or self.second.has(mention)
            if first and second:
                return True
        return False

    @property
    def countries(self) -> frozenset[str]:
        """The countries that are not "others" to this watch."""
        return self.first.countries | self.second.countries
