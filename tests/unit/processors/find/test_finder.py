from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.find import Finder
from services.processors.find.finder import MOST_READ, Asked, Known
from services.processors.find.gazetteer import Name, Strength
from services.processors.find.seen import Seen
from services.processors.find.sense import Found
from shared.records import Field
from tests.shipped import GAZETTEER, finder, once


def sides(text: str, language: str = "und") -> set[str]:
    return {mention.side for mention in finder().find({"text": text}, language)}


def surfaces(text: str, language: str = "und") -> list[str]:
    return [mention.surface for mention in finder().find({"text": text}, language)]


def test_mentions_tell_side_entity_kind_field_and_place() -> None:
    fields: Mapping[Field, str] = {"title": "İran'ın cevabı", "summary": "", "text": "Bkz. Ankara"}
    first, second = finder().find(fields, "tr")
    assert (first.side, first.entity, first.kind, first.field) == (
        "iran",
        "iran",
        "country",
        "title",
    )
    assert (first.start, first.end, first.surface) == (0, 4, "İran")
    assert (second.side, second.field, second.start) == ("turkiye", "text", 5)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("روحانی با اردوغان گفت‌وگو کرد", "fa", ["روحانی", "اردوغان"]),
        ("هشدار جدی روحانی به مردم", "fa", ["روحانی"]),
        ("رئيسي وأردوغان يبحثان الأزمة", "ar", ["رئيسي", "أردوغان"]),
        ("اتصال بين أردوغان وروحاني", "ar", ["أردوغان", "روحاني"]),
        ("ظريف يلتقي نظيره", "ar", ["ظريف"]),
        ("Zarif'ten tepki", "tr", ["Zarif"]),
        ("Dışişleri Bakanı Zarif Bağdat'ta", "tr", ["Dışişleri Bakanı Zarif"]),
        ("یک روحانی و وزیر ترکیه", "fa", ["وزیر ترکیه"]),
        ("تركيا: بند رئيسي: الحدود", "ar", ["تركيا"]),
        ("زنی ظریف با لباسی آبی", "fa", []),
    ],
)
def test_a_surname_that_is_a_word_is_named_where_a_headline_can_mean_nobody_else(
    text: str, language: str, expected: Sequence[str]
) -> None:
    assert surfaces(text, language) == expected


def test_any_number_of_surnames_that_are_words_takes_no_time() -> None:
    text = "Zarif'ten tepki, Dışişleri Bakanı Zarif. " * 4_000
    began = process_time()
    assert len(finder().find({"text": text}, "tr")) == 8_000
    assert process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("والي وان شرقي تركيا", {"turkiye"}),
        ("كما أشار رئيسي إلى أهمية الأمر", set()),
        ("الأمير تركي الفيصل في الرياض", set()),
        ("Haziran ayında", set()),
        ("Wild turkey in Iran", {"iran"}),
        ("A turkey dinner", set()),
        ("Turkey prices soar before Thanksgiving", set()),
        ("Talks between Turkey and Iran", {"iran", "turkiye"}),
        ("IRANIANS IN TURKEY", {"iran", "turkiye"}),
        ("Türkmen ve Turkic halkları", set()),
        ("زایران و ایران‌پور و مشترک", set()),
        ("#İran_Türkiye", {"iran", "turkiye"}),
        ("#FreeIran and #TurkeyEarthquake", {"iran", "turkiye"}),
        ("ÎranTirkiye", {"iran"}),
        ("FreeIran without its sign", set()),
        ("Turco-Iranian", {"iran", "turkiye"}),
        ("Irаn und die Türkеi", {"iran", "turkiye"}),
        ("Ирaн и Tурска", {"iran", "turkiye"}),
        ("🇮🇷🤝🇹🇷", {"iran", "turkiye"}),
        ("伊朗与土耳其", {"iran", "turkiye"}),
    ],
)
def test_sides(text: str, expected: set[str]) -> None:
    assert sides(text) == expected


def test_a_mention_is_shown_as_it_was_written() -> None:
    assert surfaces("говорил Ирaн.", "ru") == ["Ирaн"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("زلزله درایران", "fa", ["ایران"]),
        ("ایران اورترکی کے صدر", "ur", ["ایران", "ترکی"]),
        ("دترکیې ولسمشر", "ps", ["ترکیې"]),
        ("دفترکی دیوار", "ur", []),
    ],
)
def test_a_word_whose_last_letter_joins_nothing_may_be_written_together_with_a_name(
    text: str, language: str, expected: list[str]
) -> None:
    assert surfaces(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("نماینده مجلس در گفت‌وگو با خبرنگاران", {"iran"}),
        ("نماینده مجلس عراق", set()),
        ("نماینده مجلس ترکیه", {"turkiye"}),
    ],
)
def test_a_name_that_reads_on_tells_whose_the_one_before_it_is(
    text: str, expected: set[str]
) -> None:
    assert sides(text, "fa") == expected


def test_a_look_alike_may_be_one_without_a_capital_only() -> None:
    assert sides("Los niños irán a casa", "es") == set()
    assert sides("Irán y Turquía. IRÁN", "es") == {"iran", "turkiye"}


def test_a_weak_name_counts_only_beside_a_strong_one_of_its_side() -> None:
    assert surfaces("فرودگاه وان در ترکیه", "fa") == ["وان", "ترکیه"]
    assert surfaces("وان حمام", "fa") == []
    assert surfaces("وان " + "x " * 400 + "ترکیه", "fa") == ["ترکیه"]


def test_a_word_against_makes_cased_names_weak() -> None:
    assert surfaces("Turkey and gravy") == []
    assert surfaces("Turkey and gravy, says Ankara") == ["Turkey", "Ankara"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("iran turkey talks resume", {"iran", "turkiye"}),
        ("turkey's foreign minister visits tehran", {"iran", "turkiye"}),
        ("Iran bans imports of turkey and chicken", {"iran"}),
        ("iran is mentioned on thanksgiving over turkey", {"iran"}),
        ("iran fries a turkey sandwich", {"iran"}),
        ("a turkey crossed the road", set()),
    ],
)
def test_turkey_without_a_capital_is_the_country_where_no_country_has_one(
    text: str, expected: set[str]
) -> None:
    assert sides(text, "en") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T&uuml;rkiye ve &#304;ran", ["T&uuml;rkiye", "&#304;ran"]),
        ("&#x130;ran&#39;la T&#252;rkiye&#039;nin", ["&#x130;ran", "T&#252;rkiye"]),
        ("&#1575;&#1740;&#1585;&#1575;&#1606; است", ["&#1575;&#1740;&#1585;&#1575;&#1606;"]),
        ("ایران&zwnj;ستیزی", ["ایران"]),
        ("Iran&nbsp;&amp;&nbsp;Turkey", ["Iran", "Turkey"]),
        ("T&nosuch;rkiye & ;Iran", ["Iran"]),
    ],
)
def test_a_name_with_letters_written_as_html_does_is_found_where_it_stands(
    text: str, expected: list[str]
) -> None:
    assert surfaces(text) == expected


def test_a_short_name_is_weak_outside_the_time_in_office_and_a_full_name_is_not() -> None:
    office = date(2021, 8, 3), date(2024, 5, 19)
    short = Name("Raisi", "en", Strength.CASED, "iran", "raisi", "person", *office)
    full = Name("Ebrahim Raisi", "en", Strength.STRONG, "iran", "raisi", "person", *office)
    finder = Finder(Known.of([short, full]))
    in_office, after = date(2023, 1, 1), date(2026, 1, 1)
    assert finder.find({"text": "Raisi spoke"}, "en", in_office)
    assert finder.find({"text": "Raisi spoke"}, "en")
    assert not finder.find({"text": "Raisi spoke"}, "en", after)
    assert finder.find({"text": "Ebrahim Raisi died"}, "en", after)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Pashinyan and Aliyev meet in Washington", "en", {"armenia", "azerbaijan"}),
        ("Пашинян и Алиев встретились", "ru", {"armenia", "azerbaijan"}),
        ("Ermənistan və Azərbaycanın sərhədi", "az", {"armenia", "azerbaijan"}),
        ("An earthquake in West Azerbaijan province", "en", {"iran"}),
        ("زلزله در آذربایجان غربی", "fa", {"iran"}),
    ],
)
def test_another_pair_of_sides_is_another_pair_of_files(
    text: str, language: str, expected: set[str]
) -> None:
    assert sides(text, language) == expected


def test_a_name_does_not_run_over_the_border_of_two_fields() -> None:
    fields: Mapping[Field, str] = {"title": "Hakan", "summary": "Fidan"}
    assert finder().find(fields, "tr") == ()


@given(
    st.text(),
    st.lists(st.sampled_from(["İran’ın", "تركيّا", "ﺇﻳﺮﺍﻥ", "ترکیه‌ای", "Tu\u0308rkiye", "ﷺ", "🇮🇷"])),
    st.text(),
)
def test_offsets_are_exact_in_any_text(before: str, names: list[str], after: str) -> None:
    fields: Mapping[Field, str] = {
        "title": f"{before} {' '.join(names)} {after}",
        "summary": f"{after} {before}",
        "text": " و".join(names) + before,
    }
    for mention in finder().find(fields, "und"):
        assert fields[mention.field][mention.start : mention.end] == mention.surface
        assert mention.surface


@pytest.mark.parametrize(
    "text",
    [
        "Bakirî yazdı, restoranda bekondu.",
        "ككك تركيز مشتركة",
        "Yazdı " * 40,
        "«Bakirî» … № ½ yazdı",
        "ein Restaurant, maßgeblich ﬁnanziert",
        "بَكِرِي تركيزٌ",
    ],
)
def test_a_name_inside_another_word_is_no_mention_wherever_it_stands(text: str) -> None:
    assert surfaces(text, "tr") == []
    assert surfaces(f"{text} Ankara", "tr") == ["Ankara"]
    assert surfaces(f"Ankara {text}", "tr") == ["Ankara"]


class Thorough(Finder):
    """Looks at every text, and at it as a whole."""

    def _may_hold(self, _seen: Seen, _language: str) -> bool:
        return True

    def _found(self, seen: Seen, language: str) -> list[Found]:
        return self._found_in_fold(seen, language)


@cache
def thorough() -> Finder:
    return Thorough.load(GAZETTEER, once)


pieces = st.sampled_from(
    ["Yazdı", "Iran", "ایران", "تركيب", "bakirî", "İran'ın", " ", "  ", "…", "ß", "ﷺ", "\u0640",
     "\u064b", "\u0301", "Rest", "aurant", "伊朗", "의", "🇮🇷", "turkey", "s", "ی", "و", "\x01", "№"]
)  # fmt: skip


@given(st.lists(pieces | st.text(max_size=3)).map("".join), st.sampled_from(["und", "tr", "fa"]))
def test_the_short_ways_find_what_the_long_one_finds(text: str, language: str) -> None:
    fields: Mapping[Field, str] = {"title": text}
    assert finder().find(fields, language) == thorough().find(fields, language)


def test_a_text_of_very_many_names_has_all_of_them() -> None:
    text = "Iran, Ankara " * MOST_READ
    assert len(finder().find({"text": text}, "en")) == 2 * MOST_READ
    assert finder().find({"text": text}, "en") == thorough().find({"text": text}, "en")


@given(st.lists(st.tuples(pieces, st.sampled_from(["und", "tr", "fa"]))))
def test_articles_are_read_in_company_as_alone(texts: list[tuple[str, str]]) -> None:
    asked: list[Asked] = [({"title": text}, language, None) for text, language in texts]
    assert finder().find_all(asked) == [finder().find(*one) for one in asked]
