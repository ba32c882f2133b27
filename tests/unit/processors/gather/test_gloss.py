"""Words of other languages in English, one by one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy import lexicon_from_cldr
from services.processors.gather.gloss import CONCEPTS, Glosses
from services.processors.gather.lexicon import Lexicon
from services.processors.gather.score import GLOSSED
from shared.config import ConfigError
from tests.shipped import lexicon

CONFIG = Path("deploy/config")
LEXICON = Lexicon({"foreign-minister": {"fa": "ديپلمات"}, "country-fr": {"fa": "فرانسه"}})
GLOSSES = Glosses(
    LEXICON,
    {"fa": "از\t-\nخبر\tnews\n", CONCEPTS: "country-fr\tFrance\n"},
    {"fa": "# a remark\nخبر\treport\nديپلمات\tdiplomat\nسفير\tambassador\nفروختن\tsell\n"},
)


@pytest.fixture(scope="module")
def ours() -> Glosses:
    return Glosses.load(CONFIG, lexicon())


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("سفیر", "ambassador"),
        ("خبر", "news"),
        ("دیپلمات", "foreign minister"),
        ("فرانسه", "France"),
        ("خبر از سفیر", "news ambassador"),
        ("سفیران", "ambassador"),
        ("می‌فروخت", "sell"),
        ("خبر. سفیر؟", "news . ambassador"),
        ("ناشناخته", ""),
        ("سفیر 2015 UN", "ambassador 2015 UN"),
    ],
)
def test_a_word_is_said_in_english_by_hand_by_its_concept_or_by_wiktionary(
    said: str, english: str
) -> None:
    assert GLOSSES.english(said, "fa") == english


@given(st.text(max_size=60))
def test_a_language_without_glosses_is_left_as_it_is(text: str) -> None:
    assert GLOSSES.english(text, "en") == text


@given(text=st.text(max_size=60), language=st.sampled_from(sorted(GLOSSED)))
def test_any_text_can_be_read(ours: Glosses, text: str, language: str) -> None:
    assert ours.english(text, language) is not None


@pytest.mark.parametrize(
    ("language", "said", "english"),
    [
        ("fa", "احضار سفیر ترکیه", "summon ambassador Turkey"),
        ("he", "המשטרה עצר מרגל", "police arrested spy"),
        ("ckb", "وەزیری دەرەوەی تورکیا", "minister foreign Turkey"),
        ("ku", "Wezîrê derve li Tehranê", "minister Tehran"),
        ("ur", "ترکی کے صدر", "Turkey president"),
        ("az", "Ukrayna prezidenti", "Ukraine president"),
    ],
)
def test_the_glosses_of_this_configuration_say_what_headlines_say(
    ours: Glosses, language: str, said: str, english: str
) -> None:
    assert ours.english(said, language) == english


def test_a_name_with_a_capital_stays_where_the_letters_are_the_models(ours: Glosses) -> None:
    assert ours.english("Zaxaroviç", "ku") == "Zaxaroviç"
    assert ours.english("zaxaroviç", "ku") == ""


def test_the_score_knows_which_languages_have_glosses() -> None:
    folder = CONFIG / "lexicon" / "english"
    known = {path.stem for path in (*folder.glob("*.tsv"), *folder.glob("*/*.tsv"))}
    assert known - {CONCEPTS} == GLOSSED


def test_the_states_english_names_are_those_of_cldr() -> None:
    assert lexicon_from_cldr.ENGLISH.read_text(encoding="utf-8") == lexicon_from_cldr.english()


@pytest.mark.parametrize("line", ["خبر news", "خبر\t", "\tnews", "خبر\tnews\tnews"])
def test_a_line_that_is_no_word_and_its_english_is_told_with_its_place(
    line: str, tmp_path: Path
) -> None:
    folder = tmp_path / "lexicon" / "english"
    folder.mkdir(parents=True)
    (folder / "fa.tsv").write_text(f"# By hand\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"fa\.tsv:2: a word, a tab and its English are wanted"):
        Glosses.load(tmp_path, LEXICON)
