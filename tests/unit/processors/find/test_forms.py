"""The conformance suite of written forms (tests/data/forms): every form, in its language."""

from collections import Counter
from pathlib import Path

import pytest

from services.processors.find.gazetteer import Strength, read_gazetteer
from tests.shipped import GAZETTEER, finder

ROOT = Path(__file__).parents[4]
FORMS = ROOT / "tests/data/forms"

NO_LANGUAGE = "mul"
UNKNOWN = {NO_LANGUAGE: "und"}


def rows(name: str) -> list[list[str]]:
    lines = (FORMS / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


POSITIVE, LOOK_ALIKES = rows("positive.tsv"), rows("look-alikes.tsv")


def sides(form: str, language: str) -> set[str]:
    found = {mention.side for mention in finder().find({"title": form}, language)}
    return found & {"iran", "turkiye"}


def test_every_written_form_is_found() -> None:
    missed = [
        (language, side, form)
        for language, side, form in POSITIVE
        if side not in sides(form, UNKNOWN.get(language, language))
    ]
    assert missed == []


def test_no_look_alike_is_taken_for_a_side() -> None:
    taken = [
        (language, form, sides(form, language))
        for language, form in LOOK_ALIKES
        if sides(form, language)
    ]
    assert taken == []


@pytest.mark.parametrize("sentence", ["{}", "«{}»", "({})،", "{}: x", "x {}\nx", "x/{}/x"])
def test_punctuation_around_a_form_changes_nothing(sentence: str) -> None:
    missed = [
        (language, form)
        for language, side, form in POSITIVE
        if language in {"ar", "fa", "tr", "en"}
        and side not in sides(sentence.format(form), language)
    ]
    assert missed == []


def test_the_suite_is_as_large_as_promised() -> None:
    assert len({tuple(row) for row in POSITIVE}) == len(POSITIVE) >= 400
    assert len({tuple(row) for row in LOOK_ALIKES}) == len(LOOK_ALIKES) >= 200
    by_language = Counter(row[0] for row in POSITIVE)
    assert all(by_language[language] >= 50 for language in ("ar", "fa", "tr", "en"))


KNOWN = """Iran IRAN İran İRAN İran'ın ایران ایران‌ستیزی ايران وایران إيران وإيران لإيران بإيران
Turkey Türkiye TÜRKİYE Türkiye'nin Turkiye ترکیه ترکیه‌ای تركيه ترکيه وترکیه تركيا وتركيا لتركيا"""


@pytest.mark.parametrize("form", KNOWN.split())
def test_the_26_forms_that_others_miss_are_in_the_suite_and_need_no_language(form: str) -> None:
    assert form in {row[2] for row in POSITIVE}
    assert sides(form, "und")


def test_every_name_of_the_gazetteer_is_found_in_its_language() -> None:
    proving = {Strength.CASED, Strength.OWN, Strength.STRONG}
    missed = [
        (name.language, name.entity, name.text)
        for name in read_gazetteer(GAZETTEER)
        if name.strength in proving
        and name.side in {"iran", "turkiye"}
        and name.side not in sides(name.text, UNKNOWN.get(name.language, name.language))
    ]
    assert missed == []
