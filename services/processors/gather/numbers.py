"""The numbers a text tells, across languages: "3,5 milyar", "۳٫۵ میلیارد" and "3.5bn" agree."""

import re
from collections.abc import Iterator

from shared.text import fold

_NUMBER = re.compile(
    r"(?<![^\W\u3040-\u30ff\u3400-\u9fff])(?<![./:-])(?<![^\W\u3040-\u30ff\u3400-\u9fff],)"
    r"(\d{1,3}(?:[.,٬' ]\d{3})+|\d+)(?:[.,٫](\d{1,2}))?(?![\d:/])"
    r"(?:\s?([\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]\w*))?"
)
"""Digits, decimals, and the word behind, of which Chinese and Japanese are told a character."""
_DIGITS = re.compile(r"\d+")
_SCALES = {
    1e3: "千 thousand bin min hezar هزار هەزار ہزار زره ألف الف آلاف الاف тыс тысяч тысячи тысяча "
    "тис tausend mille mil אלף אלפים",
    1e4: "万 萬 만",
    1e5: "lakh لاکھ लाख",
    1e6: "million millions mln m mn milyon میلیون ملین ملیۆن مليون ملايين миллион миллиона "
    "миллионов млн мільйон мільйони мільйонів millionen mio milhões millones millón milioni "
    "milione milion miliony milionów milioane miljoen מיליון",
    1e7: "crore کروڑ करोड़",
    1e8: "亿 億 억",
    1e9: "billion billions bn b milyar milyard میلیارد ملیار ارب مليار مليارات миллиард миллиарда "
    "миллиардов млрд мільярд мільярди мільярдів milliarde milliarden milliard milliards mrd "
    "miliardi miliardo miliard miliardy miliardów miliarde miljard bilhões מיליארד",
    1e12: "trillion trillions trilyon تریلیون تريليون триллион триллиона триллионов трлн billionen",
}
_SCALE = {fold(word): scale for scale, words in _SCALES.items() for word in words.split()}
_YEARS = ((1300, 1500), (1900, 2100))
_SMALLEST = 2
_MONTH = "月"
"""Other languages name a month; Chinese and Japanese count it."""


def numbers(folded: str) -> tuple[str, ...]:
    """The numbers of a folded text, each once, as `%g`; no years, clocks, dates, 0 and 1."""
    found = (_value(match) for match in _found(folded) if match[3] != _MONTH)
    return tuple(dict.fromkeys(f"{value:.6g}" for value in found if _tells(value)))


def _found(folded: str) -> Iterator[re.Match[str]]:
    """Each number in turn: it begins with the first of some digits, which are quickly found."""
    past = 0
    for digits in _DIGITS.finditer(folded):
        if digits.start() >= past and (number := _NUMBER.match(folded, digits.start())):
            past = number.end()
            yield number


def _value(match: re.Match[str]) -> float:
    whole = re.sub(r"\D", "", match[1])
    value = float(f"{whole[:15]}.{match[2] or 0}")
    return value * _SCALE.get(match[3] or "", 1.0)


def _tells(value: float) -> bool:
    year = value.is_integer() and any(low <= value < high for low, high in _YEARS)
    return value >= _SMALLEST and not year
