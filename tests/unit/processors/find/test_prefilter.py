"""The prefilter may say yes too often, and no only where there is nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.find.gazetteer import Name, Strength, read_gazetteer
from services.processors.find.lexicon import Lexicon
from services.processors.find.prefilter import Prefilter
from shared.text import normalise

ROOT = Path(__file__).parents[4]
LEXICON = Lexicon(read_gazetteer(ROOT / "deploy/config/gazetteer"))
PREFILTER = Prefilter(LEXICON.proving())
FORMS = [
    line.split("\t")
    for line in (ROOT / "tests/data/forms/positive.tsv").read_text("utf-8").splitlines()[1:]
]


def test_it_lets_every_written_form_through() -> None:
    assert [f for language, _, f in FORMS if not PREFILTER.may_hold(f, language)] == [
        f for language, _, f in FORMS if language == "mul" and not PREFILTER.may_hold(f)
    ]


@given(st.text(), st.sampled_from([form for _, _, form in FORMS]), st.text())
def test_what_the_lexicon_proves_it_lets_through(before: str, form: str, after: str) -> None:
    text = f"{before}{form}{after}"
    proved = [
        found
        for found in LEXICON.look_up(normalise(text), "und")
        if found.sense.strength >= Strength.CASED
    ]
    assert PREFILTER.may_hold(text) or not proved


@pytest.mark.parametrize(
    "text", ["", "Haziran ayında", "Miranda", "a quiet day in June", "аспиранты", "\ud83c"]
)
def test_it_stops_what_holds_no_name(text: str) -> None:
    assert not PREFILTER.may_hold(text)


def test_a_name_of_one_language_alone_is_looked_for_in_that_language() -> None:
    own = Lexicon([Name("ظریف:", "fa", Strength.OWN, "iran", "zarif", "person")])
    prefilter = Prefilter(own.proving())
    assert prefilter.may_hold("ظریف: نه", "fa")
    assert not prefilter.may_hold("ظریف: نه", "ar")
