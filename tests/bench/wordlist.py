"""A plain word-list tagger, for comparison: both countries' names anywhere in the folded text.

What most monitors do. Names in the languages of the labelled set; matched as substrings of the
casefolded text, as they do it; an article in which both are found is about both.
"""

from collections.abc import Mapping

from shared.records import Level

NAMES: Mapping[str, tuple[str, ...]] = {
    "iran": ("iran", "i̇ran", "îran", "إيران", "ايران", "ایران", "ئێران", "иран", "איראן"),
    "turkiye": (
        "turkey", "turkish", "türkiye", "turkiye", "tirkiye", "türkei", "turquie", "تركيا", "ترکیه",
        "تورکیا", "турци", "турец", "טורקיה",
    ),
}  # fmt: skip


def sides(text: str) -> frozenset[str]:
    """Whose names are in the text."""
    folded = text.casefold()
    return frozenset(side for side, names in NAMES.items() if any(n in folded for n in names))


def level(text: str) -> Level:
    """Bilateral where both are."""
    return Level.BILATERAL if len(sides(text)) == len(NAMES) else Level.NONE
