"""Concepts: words by language, whole or open-ended, behind particles, folded."""

from pathlib import Path

import pytest

from services.processors.concepts import Concepts, Listed

CONFIG = Path(__file__).parents[3] / "deploy" / "config"

CONCEPTS = Concepts(
    Listed.of(
        {
            "trade": {
                "ar": ("تبادل تجاري", "تجار*"),
                "en": ("trade",),
                "tr": ("ticaret*",),
                "he": ("סחר",),
            },
            "border": {
                "fa": ("مرز*", "گفت‌وگو*"),
                "tr": ("sınır*",),
                "de": ("grenz*",),
                "zh": ("边境",),
            },
        }
    )
)

CASES = [
    ("a whole word", "en", "the trade grew", {"trade"}),
    ("not a part of a word", "en", "the tradesman", set()),
    ("not the end of a word", "en", "a rhytrade", set()),
    ("an open end", "tr", "ticaretin hacmi", {"trade"}),
    ("capitals and dotless i", "tr", "SINIRDA bekleyiş", {"border"}),
    ("an Arabic article and conjunction", "ar", "والتجارة مع", {"trade"}),
    ("two words", "ar", "حجم التبادل التجاري", {"trade"}),
    ("a Hebrew particle", "he", "הסחר גדל", {"trade"}),
    ("another keyboard's yeh and kaf", "fa", "مرزهاي مشترك", {"border"}),
    ("ZWNJ or space", "fa", "گفت وگوی تلفنی", {"border"}),
    ("only the article's language", "en", "grenzen", set()),
    ("every language where it is unknown", "und", "grenzen", {"border"}),
    ("in Chinese between any two characters", "zh", "两国将在边境会谈", {"border"}),
    ("and behind a word of another script", "zh", "在Van边境", {"border"}),
]


@pytest.mark.parametrize(("rule", "language", "text", "expected"), CASES)
def test_a_word_is_found(rule: str, language: str, text: str, expected: set[str]) -> None:
    assert set(CONCEPTS.counts([text], language)[0]) == expected, rule


def test_the_shipped_concepts_speak_every_language_of_the_product() -> None:
    concepts = Concepts.load(CONFIG / "concepts")
    for language, text in (
        ("ar", "الحدود"), ("fa", "مرزها"), ("tr", "sınırda"), ("en", "border"), ("az", "sərhəddə"),
        ("ku", "li ser sînorê"), ("ckb", "سنووری"), ("ur", "سرحدی"), ("ps", "سرحدي"),
        ("he", "הגבול"),
        ("ru", "на границе"), ("de", "grenze"), ("fr", "frontière"), ("zh", "两国边境"),
        ("id", "di perbatasan"), ("pl", "na granicy"), ("pt", "na fronteira"), ("nl", "de grens"),
        ("ja", "国境で"), ("ko", "국경에서"),
    ):  # fmt: skip
        assert concepts.counts([text], language)[0]["relation:border"], language


def test_for_a_file_without_its_words_a_language_is_read_by_those_of_all() -> None:
    concepts = Concepts(
        Listed.of(
            {
                "relation:trade": {"en": ("trade",), "es": ("comerci*",)},
                "topics:sport": {"en": ("gol",)},
            }
        )
    )
    assert set(concepts.counts(["comercio, gol"], "es")[0]) == {"relation:trade", "topics:sport"}
    assert not concepts.counts(["trade"], "es")[0]
