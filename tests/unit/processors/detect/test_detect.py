"""The language of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.detect import detect

HEADLINES = [
    ("ar", "وزير الخارجية الإيراني يصل إلى أنقرة لبحث العلاقات الثنائية"),
    ("fa", "وزیر امور خارجه ایران برای گفتگو درباره روابط دوجانبه وارد آنکارا شد"),
    ("tr", "İran Dışişleri Bakanı ikili ilişkileri görüşmek üzere Ankara'ya geldi"),
    ("en", "Iranian foreign minister arrives in Ankara for talks on bilateral ties"),
    ("az", "İranın xarici işlər naziri ikitərəfli əlaqələri müzakirə etmək üçün Ankaraya gəlib"),
    ("ku", "Wezîrê derve yê Îranê ji bo hevdîtinan hat Enqereyê û li wir axivî"),
    ("ckb", "وەزیری دەرەوەی ئێران بۆ گفتوگۆ لەسەر پەیوەندییەکان گەیشتە ئەنقەرە"),
    ("ur", "ایرانی وزیر خارجہ دو طرفہ تعلقات پر بات چیت کے لیے انقرہ پہنچ گئے"),
    ("ps", "د ایران د بهرنیو چارو وزیر د دوه اړخیزو اړیکو په اړه خبرو ته انقرې ته ورسېد"),
    ("he", "שר החוץ האיראני הגיע לאנקרה לשיחות על היחסים בין שתי המדינות"),
    ("ru", "Министр иностранных дел Ирана прибыл в Анкару на переговоры"),
    ("de", "Der iranische Außenminister ist zu Gesprächen in Ankara eingetroffen"),
    ("fr", "Le ministre iranien des Affaires étrangères est arrivé à Ankara pour des entretiens"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), HEADLINES)
def test_a_headline_is_known_by_its_own_words(code: str, text: str) -> None:
    assert detect(text).code == code


@pytest.mark.parametrize("text", ["", " ", "1404/05/31", "…!?", "🙂", "http://a.org/b", "a"])
def test_nothing_to_read_is_undecided(text: str) -> None:
    assert detect(text).code == "und"
    assert detect(text).confidence == 0.0


@given(st.text(max_size=300), st.sampled_from([None, "fa", "tr", "no such language"]))
def test_any_text_has_an_answer(text: str, prior: str | None) -> None:
    assert 0.0 <= detect(text, prior).confidence <= 1.0
