"""The countries of the lexicon are what CLDR says, and known in every language."""

import pytest

from deploy.lexicon_from_cldr import PAGE, page
from tests.shipped import lexicon


def test_the_file_is_what_cldr_gives() -> None:
    assert PAGE.read_text("utf-8") == page()


@pytest.mark.parametrize(
    ("word", "language", "code"),
    [
        ("Croatian", "en", "hr"),
        ("kroatische", "de", "hr"),
        ("хорватских", "ru", "hr"),
        ("קרואטיה", "he", "hr"),
        ("کرواسی", "fa", "hr"),
        ("Hırvatistanlı", "tr", "hr"),
        ("Хорватії", "uk", "hr"),
        ("Zealand", "en", "nz"),
        ("Italian", "en", "it"),
        ("الإيطالية", "ar", "it"),
        ("Rome", "en", "it"),
    ],
)
def test_a_country_is_known_by_its_name_and_its_adjectives(
    word: str, language: str, code: str
) -> None:
    assert lexicon().concepts(word, language) == (f"country-{code}",)
