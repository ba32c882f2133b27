"""Counters, ages and update times change nothing; everything else does. judge and gather agree."""

import re
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather.essence import essence
from services.processors.judge import judge
from shared.cosmetic import (
    _spans,
    without_cosmetics,
    without_cosmetics_folded,
)
from shared.identity import fingerprint
from shared.records import Article, Lane, Source, Verdict
from shared.text import fold

COSMETIC = [
    ("Signed. 120 views", "Signed. 3,400 views"),
    ("Signed. Updated 5 minutes ago", "Signed. Updated 7 minutes ago"),
    ("Signed. Last updated: 3 March 2026, 12:30", "Signed. Last updated: 4 March 2026, 09:05"),
    ("Son güncelleme: 12:30. İmzalandı", "Son güncelleme: 14:45. İmzalandı"),
    ("Son güncelleme: 12.11.2026 12:30. İmzalandı", "Son güncelleme: 13.11.2026 14:45. İmzalandı"),
    ("İmzalandı. Güncelleme: 12.11.2026", "İmzalandı. Güncelleme: 13.11.2026"),
    ("İmzalandı. 12 okunma", "İmzalandı. 13 okunma"),
    ("İmzalandı. Okunma sayısı: 1.234", "İmzalandı. Okunma sayısı: 1.301"),
    ("امضا شد. ۱۲ بازدید", "امضا شد. ۹۹ بازدید"),
    ("İmzalandı. GÜNCELLEME 12:30", "İmzalandı. GÜNCELLEME 14:45"),
    ("İmzalandı. 5 dakika önce", "İmzalandı. 6 dakika önce"),
    ("امضا شد. ۵ دقیقه پیش", "امضا شد. ۷ دقیقه پیش"),
    ("امضا شد. به‌روزرسانی: ۱۲:۳۰", "امضا شد. به‌روزرسانی: ۱۴:۰۵"),
    ("تم التوقيع. منذ ٥ دقائق", "تم التوقيع. منذ ٩ دقائق"),
    ("تم التوقيع. عدد المشاهدات: 1234", "تم التوقيع. عدد المشاهدات: 1300"),
    ("تم التوقيع. عدد القراءات 12", "تم التوقيع. عدد القراءات 15"),
    ("Подписано. 5 минут назад", "Подписано. 8 минут назад"),
    ("Подписано. 15 просмотров", "Подписано. 21 просмотр"),
    ("Подписано. Комментарии: 8", "Подписано. Комментарий: 1"),
    ("Zuletzt aktualisiert: 12.11.2026, 13:40 Uhr", "Zuletzt aktualisiert: 13.11.2026, 9:05 Uhr"),
    ("Unterzeichnet. vor 3 Stunden", "Unterzeichnet. vor 4 Stunden"),
]
CONTENT = [
    ("56 hurt after 3 hours", "58 hurt after 3 hours"),
    ("56 hurt after 3 hours", "56 hurt after 5 hours"),
    ("The ministers meet at 12:30", "The ministers meet at 14:30"),
    ("Sold 1,000 shares", "Sold 2,000 shares"),
    ("Toplantı 12:30'da", "Toplantı 14:30'da"),
    (
        "The list was updated. They meet on 12.11.2026",
        "The list was updated. They meet on 13.11.2026",
    ),
    ("Ölü sayısı: 12", "Ölü sayısı: 13"),
    ("Signed. 120 views", "Not signed. 120 views"),
]
AT = datetime(2026, 3, 1, tzinfo=UTC)


def article(text: str) -> Article:
    return Article(
        id="a", url="", title="t", text=text, published=AT, first_seen=AT,
        fingerprint=fingerprint("t", "", text), source=Source(feed="f", outlet="o"),
    )  # fmt: skip


@pytest.mark.parametrize(("before", "after"), COSMETIC)
def test_what_is_cosmetic_changes_neither_fingerprint_nor_essence(before: str, after: str) -> None:
    assert fingerprint("", "", before) == fingerprint("", "", after)
    assert essence(fold(before)) == essence(fold(after))


@pytest.mark.parametrize(("before", "after"), CONTENT)
def test_what_is_content_changes_both(before: str, after: str) -> None:
    assert fingerprint("", "", before) != fingerprint("", "", after)
    assert essence(fold(before)) != essence(fold(after))


@pytest.mark.parametrize(("before", "after"), COSMETIC)
def test_judge_calls_a_cosmetic_change_unchanged(before: str, after: str) -> None:
    seen = judge(None, article(before), "raw-0-1", Lane.LIVE).seen
    assert judge(seen, article(after), "raw-0-2", Lane.LIVE).verdict is Verdict.UNCHANGED


@given(st.text(max_size=200), st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_text_has_one_fingerprint_whatever_its_counter_shows(
    text: str, one: int, other: int
) -> None:
    assert fingerprint("", "", f"{text}\n{one} views") == fingerprint(
        "", "", f"{text}\n{other} views"
    )


@given(st.text(max_size=200), st.text(alphabet="bcdfgh", min_size=1, max_size=9))
def test_a_word_added_to_any_text_is_seen(text: str, word: str) -> None:
    assert fingerprint("", "", f"{text} {word}") != fingerprint("", "", text)


@given(st.text(max_size=300))
def test_nothing_is_lost_but_what_is_cosmetic(text: str) -> None:
    left = iter(text)
    assert all(char in left for char in without_cosmetics(text) if not char.isspace())


ANY_NUMBER = re.compile("[0-9٠-٩۰-۹][0-9٠-٩۰-۹.,]*+")
_SAID = (
    *("views", "view", "reads", "comments", "like", "okunma", "görüntülenme", "goruntulenme"),
    *("yorum", "بازدید", "بازديد", "مشاهده", "مشاهدات", "نظر", "تعليق", "تعلیق", "aufrufe"),
    *(
        "kommentar",
        "vor",
        "قبل",
        "منذ",
        "ago",
        "önce",
        "پیش",
        "minutes",
        "dakika",
        "ثانیه",
        "دقيقة",
        "просмотров",
        "комментарий",
        "назад",
        "минут",
    ),
    *("Stunden", "Update", "reviews", "İ", "5", "120", "1.000", "۱۲", "٥", "12:30", ",", "x"),
)
_LINES = st.lists(
    st.tuples(st.sampled_from(_SAID), st.sampled_from((" ", "", " : ", ":", "\n", "  "))),
    max_size=8,
).map(lambda parts: "".join(map("".join, parts)))


@given(_LINES)
def test_a_number_left_out_at_first_sight_is_not_cosmetic(text: str) -> None:
    assert list(_spans(text)) == list(_spans(text, ANY_NUMBER))


@given(_LINES | st.text(max_size=200))
def test_a_folded_text_needs_no_look_at_its_capitals(text: str) -> None:
    assert without_cosmetics_folded(fold(text)) == without_cosmetics(fold(text))


@pytest.mark.parametrize("piece", ["1,", "1.", "5 views ", "views 1,", "update 1:", "1 ", "۱٫۱,"])
def test_any_number_of_numbers_takes_no_time(piece: str) -> None:
    text = piece * 60_000
    began = process_time()
    fingerprint(text, "", text)
    assert process_time() - began < 3
