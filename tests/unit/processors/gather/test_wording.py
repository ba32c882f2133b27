"""Copies, excerpts and shared titles are known again; other texts are not; no text breaks it."""

import re
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.processors.gather.alike import Wordings
from services.processors.gather.minhash import bands, estimate, signatures
from services.processors.gather.shingles import letter_shingles, word_hashes, word_shingles
from services.processors.gather.sketch import SAMPLED, Sketch
from services.processors.gather.wording import wordings
from shared.text import fold

REPORT = " ".join(f"w{number % 97}x{number * 7 % 89} and so on" for number in range(120))
TITLE = "Iran and Türkiye sign a gas contract in Ankara"


def sketch(title: str, body: str) -> Sketch:
    [made] = wordings([(title, body)])
    return made.sketch


def likeness(one: tuple[str, str], other: tuple[str, str]) -> list[tuple[bool, float]]:
    wordings = Wordings()
    wordings.add("one", sketch(*one))
    return [(l.copy, l.similarity) for l in wordings.find(sketch(*other))]  # noqa: E741


def test_a_copy_with_a_byline_is_a_copy() -> None:
    assert likeness((TITLE, REPORT), (TITLE, f"By our reporter. {REPORT}"))[0][0]


def test_an_excerpt_is_a_copy_of_the_longer_text() -> None:
    excerpt = " ".join(REPORT.split()[:90])
    assert likeness(("First title of four words", REPORT), ("Some other title here", excerpt))[0][0]


def test_a_page_of_a_megabyte_keeps_no_more_than_a_long_report() -> None:
    words = [f"word{number}" for number in range(150_000)]
    page, report = " ".join(words), " ".join(words[: SAMPLED + 2])

    assert len(sketch("", page).samples) == len(sketch("", report).samples)
    assert likeness(("", page), ("", " ".join(words[500:2_000])))[0][0]


def test_the_same_title_over_another_text_is_a_copy() -> None:
    assert likeness((TITLE, REPORT), (TITLE.upper(), "Nothing of that text. " * 12))[0][0]


def test_a_short_title_says_nothing() -> None:
    assert likeness(("Breaking news", REPORT), ("Breaking news", "Another text. " * 20)) == []


def test_short_texts_are_compared_by_letters() -> None:
    one = ("Gas deal signed", "Fidan and Araghchi signed it on Monday.")
    assert likeness(one, ("Gas deal signed", "Fidan and Araghchi signed it on monday!"))[0][0]


ACCIDENT = "Road accident near Konya on the Ankara motorway"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Van'da uyuşturucu operasyonu: 5 gözaltı", "İzmir'de uyuşturucu operasyonu: 7 gözaltı"),
        (
            "Ankara'da Fidan, Kuveytli bakanı kabul etti",
            "Tahran'da Arakçi, Kuveytli bakanı kabul etti",
        ),
        ("سفر وزیر خارجه ترکیه به بغداد", "سفر وزیر خارجه عراق به آنکارا"),
        ("حالة الطقس اليوم الخميس في تونس", "حالة الطقس اليوم الثلاثاء في تونس"),
        ("Kurs dolara do lira 02.01.2026", "Kurs dolara do riala 02.01.2026"),
        (f"{ACCIDENT}: 2 dead", "Two road accidents on the Konya to Ankara motorways: 9 dead"),
    ],
)
def test_headlines_of_one_form_over_two_events_are_no_copies(one: str, other: str) -> None:
    assert not any(copy for copy, _ in likeness((one, ""), (other, "")))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ACCIDENT, f"{ACCIDENT} kills two"),
        ("İran ile Türkiye gaz anlaşmasını Ankara'da imzaladı",
         "İran ve Türkiye, gaz anlaşmasını Ankara'da imzaladı"),
        ("Iran-Turkey gas talks resume in Ankara", "Iran–Türkiye gas talks resume in Ankara"),
        ("وزير الخارجية الإيراني يصل إلى أنقرة للقاء نظيره التركي",
         "وزير الخارجية الايرانى يصل الى انقرة للقاء نظيره التركى"),
    ],
)  # fmt: skip
def test_a_headline_that_was_touched_is_a_copy(one: str, other: str) -> None:
    assert likeness((one, ""), (other, ""))[0][0]


def test_a_short_text_that_grew_by_a_line_is_still_a_copy() -> None:
    line = "Fidan and Araghchi signed it in Ankara on Monday after three years of talks on prices"
    grown = f"{line}. Our correspondent reports that both were tired but in good spirits."
    short, long = sketch("Gas deal signed", line), sketch("A deal on gas", grown)
    assert (short.short, long.short) == (True, False)
    assert likeness(("Gas deal signed", line), ("A deal on gas", grown))[0][0]
    assert likeness(("A deal on gas", grown), ("Gas deal signed", line))[0][0]


def test_what_was_kept_of_short_texts_before_their_runs_were_finds_equal_ones_alone() -> None:
    wordings = Wordings()
    wordings.add("old", replace(sketch("Fidan received the Iraqi envoy", ""), runs=b""))
    assert wordings.find(sketch("Fidan received the Iraqi envoy", ""))[0].copy
    assert wordings.find(replace(sketch("The lira fell once more today", ""), runs=b"")) == []


def test_titles_under_one_kicker_are_two_where_what_follows_it_is_as_long() -> None:
    kicker = "Latest figures of the virus in Iran and the world"
    one, other = f"{kicker} | A record in one province", f"{kicker} | Schools are to open again"
    assert likeness((one, REPORT), (other, "Nothing of that text. " * 12)) == []
    assert likeness((TITLE, REPORT), (f"{TITLE} - The Daily Wire", "No such text. " * 20))[0][0]


def test_other_texts_are_not_alike() -> None:
    other = " ".join(f"v{number} but not so" for number in range(120))
    assert likeness((TITLE, REPORT), ("A football match was played in Tabriz", other)) == []


@pytest.mark.parametrize(
    ("body", "values", "samples", "title", "keys"),
    [
        (REPORT, 1082360087, 3831883523, 1545825715903519467, 3978255475),
        ("", 245749633, 3616594307, 1545825715903519467, 809620387),
    ],
)
def test_what_is_kept_for_days_is_made_the_same_by_every_version(
    body: str, values: int, samples: int, title: int, keys: int
) -> None:
    made = sketch(TITLE, body)
    assert (crc32(made.values), sum(made.samples) % 2**32) == (values, samples)
    assert (made.title, sum(bands(made.signature)) % 2**32) == (title, keys)


def test_what_was_removed_is_not_found() -> None:
    wordings, made = Wordings(), sketch(TITLE, REPORT)
    for key in ("a", "b", "c"):
        wordings.add(key, made)
    wordings.remove("a")
    wordings.remove("c")
    assert [one.key for one in wordings.find(made)] == ["b"]
    assert len(wordings) == 1


def test_the_estimate_is_near_the_exact_similarity() -> None:
    texts = [word_hashes(REPORT), word_hashes(REPORT[len(REPORT) // 3 :])]
    left, right = word_shingles(texts)
    exact = len(np.intersect1d(left, right)) / len(np.union1d(left, right))
    assert abs(estimate(*signatures([left, right])) - exact) < 0.15


@given(st.text(max_size=300))
def test_words_are_those_of_the_regular_expression(text: str) -> None:
    folded = fold(text)
    basic = "".join(char for char in folded if ord(char) < 0x10000)
    pieces = re.findall(r"[^\W\u3040-\u9fff]+|(?!\W)[\u3040-\u9fff]", basic)
    assert len(word_hashes(basic)) == len(pieces)


def test_of_several_texts_each_has_the_words_it_has_alone() -> None:
    texts = [("Gas deal", "signed in Ankara"), ("伊朗与土耳其", "签署协议abc。"), ("خبر", "امروز")]
    together = [made.sketch for made in wordings(texts)]
    assert together == [sketch(*text) for text in texts]


CHINESE = "".join(chr(0x4E00 + number * 977 % 3000) for number in range(400))


def test_a_copy_without_spaces_is_one_although_characters_changed() -> None:
    edited = "".join(
        "中" if place % 25 == 0 else char + ("，" if place % 20 == 0 else "")
        for place, char in enumerate(CHINESE)
    )
    assert likeness(("土耳其", CHINESE), ("伊朗", edited))[0][0]
    assert likeness(("土耳其", CHINESE), ("伊朗", CHINESE[::-1])) == []


def test_a_title_without_spaces_is_a_title() -> None:
    title = "埃尔多安与鲁哈尼举行电话会晤"
    assert likeness((title, CHINESE), (title, CHINESE[::-1]))[0][0]
    assert likeness(("最新消息", CHINESE), ("最新消息", CHINESE[::-1])) == []


@given(st.text(max_size=200))
def test_equal_words_have_equal_hashes_wherever_they_stand(text: str) -> None:
    one, two = word_hashes(f"{text} gas deal"), word_hashes("gas deal")
    assert one[-2:].tolist() == two.tolist()


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_has_a_sketch_that_finds_itself(title: str, body: str) -> None:
    made = sketch(title, body)
    wordings = Wordings()
    wordings.add("it", made)
    if len(word_hashes(fold(f"{title} {body}"))):
        assert wordings.find(made)[0].copy
    assert len(bands(made.signature)) == 42
    assert letter_shingles(fold(body)).ndim == 1
