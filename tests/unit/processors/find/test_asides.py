"""Names that an article shows and does not tell: datelines, bylines, links, what is another's."""

import pytest

from shared.records import Field
from tests.shipped import finder


def sides(text: str, language: str, field: Field = "text") -> set[str]:
    return {mention.side for mention in finder().find({field: text}, language)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "ISTANBUL, Nov 3 (Reuters) - Iran executed two men on Monday."),
        ("en", "ISTANBUL, Turkey (AP) — Iran executed two men on Monday."),
        ("en", "By Ali Kucukgocmen\nANKARA (Reuters) - Iran executed two men."),
        ("en", "By Ali Kucukgocmen | ANKARA (Reuters) - Iran executed two men."),
        ("en", "ISTANBUL — Iran executed two men on Monday."),
        ("en", "ISTANBUL — Two men were executed in Tehran."),
        ("en", "Iran executed two men on Monday.\nISTANBUL — Both were young."),
        ("tr", "İran'da iki kişi idam edildi.\nFevzi Kızılkoyun – ANKARA\nİkisi de gençti."),
        ("tr", "Ankara, 3 Kasım (AA) – İran'da iki kişi idam edildi."),
        ("tr", "Fevzi Kızılkoyun – ANKARA\nİran'da iki kişi idam edildi."),
        ("tr", "İSTANBUL\nİran'da iki kişi idam edildi."),
        ("ar", "إسطنبول 29 يناير كانون الثاني (رويترز) – أعدمت إيران رجلين."),
        ("ar", "اسطنبول-أ ف ب\n\nأعدمت إيران رجلين."),
        ("ar", "أنقرة/ الأناضول: أعدمت إيران رجلين."),
        ("fa", "به گزارش خبرنگار مهر از استانبول، دو نفر در ایران اعدام شدند."),
        ("fa", "آنکارا - ایرنا - دو نفر در ایران اعدام شدند."),
        ("ru", "СТАМБУЛ, 3 ноября. /ТАСС/. В Иране казнили двоих."),
        ("de", "Istanbul (dpa) - Der Iran hat zwei Männer hingerichtet."),
        ("fr", "Istanbul (AFP) - L'Iran a exécuté deux hommes."),
        ("az", "Ankara, 3 noyabr, AZƏRTAC. İranda iki nəfər edam edilib."),
    ],
)
def test_where_a_report_was_written_is_no_side(language: str, text: str) -> None:
    assert sides(text, language) == {"iran"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tehran - Ankara ties have grown, an Iranian minister said."),
        ("en", "Ankara has told Reuters that Iran was informed."),
        ("en", "Ankara is to send Iran a note, a minister (who asked not to be named) said."),
        ("tr", "Ankara, İran'a nota verdi. Karar 3 Kasım'da alındı."),
        ("tr", "Ankara - Tahran hattında gerilim sürüyor."),
        ("fa", "آنکارا از ایران خواست گاز بیشتری بفرستد."),
        ("fa", "به گزارش مهر، هیاتی از آنکارا به ایران آمد."),
        ("ar", "أنقرة وطهران تتفقان (تفاصيل)"),
        ("en", "Turkey — long a neighbour of Iran — raised its rates."),
        ("en", "Iran sent its minister to Istanbul\nTalks go on there."),
        ("en", f"Iran executed two men. {'They were young. ' * 15}\nISTANBUL — Talks went on."),
        ("en", "Meanwhile in Iran talks went on.\nIstanbul was to host the next round."),
    ],
)
def test_a_place_that_does_something_is_told(language: str, text: str) -> None:
    assert sides(text, language) == {"iran", "turkiye"}


def test_a_dateline_opens_the_text_however_long_the_title_is() -> None:
    fields: dict[Field, str] = {
        "title": "Two men were executed " * 8,
        "text": "ISTANBUL — Iran executed two men on Monday.",
    }
    assert {mention.side for mention in finder().find(fields, "en")} == {"iran"}


def test_a_title_has_no_dateline() -> None:
    assert sides("Tehran – what to see", "en", "title") == {"iran"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Iran held drills. (Reporting by Parisa Hafezi in Dubai and Ece Toksabay in Ankara)",
        ),
        ("en", "ANKARA (Reuters) - Iran held drills. (Editing by Emir Yildirim in Istanbul)"),
        ("en", "Iran held drills.\n\n* Writing by Emir Yildirim in Istanbul"),
        ("en", "Iran held drills.\nRead more: Turkey raises rates"),
        ("en", "Iran held drills.\nRead more:\nTurkey raises rates\n"),
        ("tr", "İran tatbikat yaptı. İlgili haberler: Türkiye'de faiz arttı"),
        ("fa", "رزمایش ایران آغاز شد.\nبیشتر بخوانید: زلزله در ترکیه"),
        ("ar", "بدأت مناورات إيران.\nاقرأ أيضًا: زلزال في تركيا"),
        ("ru", "Иран начал учения. Читайте также: Турция повысила ставку"),
    ],
)
def test_who_wrote_it_and_what_else_to_read_is_no_side(language: str, text: str) -> None:
    assert sides(text, language) == {"iran"}


def test_behind_a_link_the_article_goes_on() -> None:
    text = "Iran held drills.\nRead more: Markets today\nTurkey watched them."
    assert sides(text, "en") == {"iran", "turkiye"}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("tr", "Rusya Dışişleri Bakanı konuştu. Türkiye sessiz.", ["Türkiye"]),
        ("tr", "ABD'nin yeni dışişleri bakanı Türkiye'de.", ["Türkiye"]),
        (
            "tr",
            "Bunu söyleyen Dışişleri Bakanı oldu. Türkiye memnun.",
            ["Dışişleri Bakanı", "Türkiye"],
        ),
        (
            "tr",
            "Fidan ve Dışişleri Bakanlığı. Türkiye",
            ["Fidan", "Dışişleri Bakanlığı", "Türkiye"],
        ),
        ("fa", "تیم ملی والیبال ترکیه به ایران آمد", ["تیم ملی والیبال ترکیه", "ایران"]),
        ("fa", "مجلس ملی ترکیه به ایران هشدار داد", ["ترکیه", "ایران"]),
        ("fa", "استقلال به ترکیه رفت و از ایران دور شد", ["استقلال", "ترکیه", "ایران"]),
    ],
)
def test_an_office_belongs_to_the_country_beside_it(
    language: str, text: str, expected: list[str]
) -> None:
    assert [mention.surface for mention in finder().find({"text": text}, language)] == expected
