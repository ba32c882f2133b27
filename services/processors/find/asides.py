"""What stands in an article and is not of it: datelines, who wrote it, what else to read.

A name there tells who reported, from where, or what another article is about.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from services.processors.find.datelines import datelines
from services.processors.find.sense import Found
from shared.records import Field

_BYLINE = re.compile(
    r"[(*]?\s?(?:additional )?(?:reporting|writing|editing|translated) by\b[^\n)]{0,250}",
    re.IGNORECASE,
)
_BYLINE_HAS = "ing by "
_SIGNS = {
    "en": ("Read more|Read also|Related", ("Read ", "Related")),
    "tr": (
        "İlgili haber|İLGİLİ HABER|Ayrıca okuyun|Bunlar da ilginizi çekebilir",
        ("lgili haber", "HABER", "Ayrıca okuyun", "Bunlar da ilg"),
    ),
    "fa": ("بیشتر بخوانید|بخوانید|مطالب مرتبط|اخبار مرتبط", ("بخوانید", "مرتبط")),
    "ar": ("اقرأ أيض|إقرأ أيض|اقرأ ايض|اقرأ المزيد|طالع أيض", ("قرأ ", "طالع أيض")),
    "ru": ("Читайте также|Читать также|Читайте ещё", ("Чита",)),
    "de": ("Lesen Sie auch|Mehr zum Thema|Lesen Sie mehr", ("Lesen Sie", "Mehr zum")),
    "fr": ("Lire aussi|À lire aussi|Lire également", ("ire aussi", "Lire ég")),
    "az": ("Oxşar xəbər|Həmçinin oxuyun", ("Oxşar xəbər", "Həmçinin oxuyun")),
    "ur": ("مزید پڑھیں|یہ بھی پڑھیں", ("پڑھیں",)),
    "he": ("קראו גם|קראו עוד", ("קראו",)),
}
"""How a link to another article begins, at a line's or a sentence's beginning; and what tells
quickly that a text has none."""
_LONGEST = 160
"""Code points of such a link, at most: where lines were joined, the text goes on behind it."""
_LINKS = {
    language: re.compile(
        rf"(?:^|[\n\x01]|[.!?؟…»)\]]\s)\W{{0,4}}(?:{signs})"
        rf"[^\n:]{{0,12}}(?::[ \t]*\n?|\n)[^\n\x01]{{0,{_LONGEST}}}"
    )
    for language, (signs, _) in _SIGNS.items()
}
_NONE: tuple[str, tuple[str, ...]] = ("", ())


def told(
    found: Sequence[Found], text: str, fields: Mapping[Field, str], language: str
) -> Sequence[Found]:
    """The names that the article itself tells; `text` is its fields, joined with one sign.

    Bylines and links are looked for only where several sides are named: one alone has no relation.
    """
    asides = datelines(found, text, fields)
    if any(name.sense.side != found[0].sense.side for name in found):
        asides += _links(text, language)
        asides += _bylines(text) if language == "en" else ()
    if not asides:
        return found
    return [name for name in found if not any(a <= name.start < z for a, z in asides)]


def _links(text: str, language: str) -> Iterator[tuple[int, int]]:
    for sign in _SIGNS.get(language, _NONE)[1]:
        if sign in text:
            yield from (link.span() for link in _LINKS[language].finditer(text))
            return


def _bylines(text: str) -> Iterator[tuple[int, int]]:
    if _BYLINE_HAS in text:
        yield from (by.span() for by in _BYLINE.finditer(text))
