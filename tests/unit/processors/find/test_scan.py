"""The scan may say yes too often, and no only where there is nothing."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.find.finder import Known
from services.processors.find.gazetteer import Name, Strength, read_gazetteer
from services.processors.find.lexicon import Lexicon
from services.processors.find.scan import Scan, Searching
from services.processors.find.seen import Hit, Seen
from services.processors.find.stems import Stems
from shared.text import folding, normalise
from tests.shipped import GAZETTEER, once

ROOT = Path(__file__).parents[4]


@cache
def known() -> Known:
    return once(GAZETTEER, Known, lambda: Known.of(read_gazetteer(GAZETTEER)))


@cache
def lexicon() -> Lexicon:
    return Lexicon(known().stems)


@cache
def shipped() -> Scan:
    return Scan(*known())


FORMS = [
    line.split("\t")
    for line in (ROOT / "tests/data/forms/positive.tsv").read_text("utf-8").splitlines()[1:]
]
names = st.sampled_from([form for _, _, form in FORMS])
odd = st.text(
    "ab  \n\t\u00a0\u200c\u0301\u064b\u0640ßﷺﬁ…№½´¨🇮🇷\ud83c\udc00é가イ\x00\x01", max_size=8
)


def seen(scan: Scan, text: str) -> Seen:
    [found] = scan.seen_all([text])
    return found


def may_hold(text: str, language: str = "und") -> bool:
    return any(True for _ in shipped().proving(seen(shipped(), text), language))


def hits(read: Seen) -> list[Hit]:
    return sorted(shipped().stand(normalise(read.text), read))


def test_it_lets_every_written_form_through() -> None:
    assert [f for language, _, f in FORMS if not may_hold(f, language)] == [
        f for language, _, f in FORMS if language == "mul" and not may_hold(f)
    ]


@given(st.text() | odd, names, st.text() | odd)
def test_what_the_lexicon_proves_it_lets_through(before: str, form: str, after: str) -> None:
    text = f"{before}{form}{after}"
    read = seen(shipped(), text)
    normal = normalise(read.text)
    proved = [
        found
        for found in lexicon().look_up(normal, shipped().stand(normal, read), "und")
        if found.sense.strength >= Strength.CASED
    ]
    assert may_hold(text) or not proved


def stand(folded: str) -> list[Hit]:
    return [
        (number, start, start + len(stem))
        for number, stem in enumerate(known().stems.texts)
        if stem in folded
        for start in range(len(folded))
        if folded.startswith(stem, start)
    ]


@given(st.lists(odd | names | st.text(max_size=5)).map("".join))
def test_it_sees_in_a_text_what_stands_in_its_fold(text: str) -> None:
    read = seen(shipped(), text)
    normal = normalise(read.text)
    standing = stand(normal.text)
    found = hits(read)
    assert not set(found) - set(standing)
    run_into = set(standing) - set(found)
    assert not any(lexicon().look_up(normal, run_into, "und"))


@pytest.mark.parametrize(
    ("text", "name"), [("Miran", "iran"), ("Тиран", "иран"), ("نایران", "ايران")]
)
def test_a_name_that_a_letter_runs_into_is_not_seen(text: str, name: str) -> None:
    assert name in {known().stems.texts[number] for number, _, _ in stand(normalise(text).text)}
    assert name not in {known().stems.texts[number] for number, _, _ in hits(seen(shipped(), text))}


def test_a_name_of_a_language_without_spaces_may_stand_in_a_word() -> None:
    own = Stems.of([Name("IRNA", "zh", Strength.STRONG, "iran", "irna", "media")])
    scan = Scan(own, Searching.of(own))
    assert list(scan.proving(seen(scan, "据xirna报道"), "zh")) == [(0, 2, 6)]


def test_no_sign_becomes_spaces_alone_so_that_places_agree_where_lengths_do() -> None:
    assert all(expansion.strip() for expansion in folding().expansions)


@pytest.mark.parametrize(
    "text", ["", "Haziran ayında", "Miranda", "a quiet day in June", "аспиранты", "\ud83c"]
)
def test_it_stops_what_holds_no_name(text: str) -> None:
    assert not may_hold(text)


def test_a_name_of_one_language_alone_is_looked_for_in_that_language() -> None:
    own = Stems.of([Name("ظریف:", "fa", Strength.OWN, "iran", "zarif", "person")])
    scan = Scan(own, Searching.of(own))
    found = seen(scan, "ظریف: نه")
    assert list(scan.proving(found, "fa")) == [(0, 0, 5)]
    assert list(scan.proving(found, "ar")) == []


def test_tables_of_another_version_are_made_anew() -> None:
    own = Stems.of([Name("Iran", "en", Strength.STRONG, "iran", "iran", "country")])
    foreign = Searching.of(own)._replace(proving=b"of another version", others=b"")
    assert list(Scan(own, foreign).proving(seen(Scan(own, foreign), "in Iran"))) == [(0, 3, 7)]
