"""Datelines: where a report was written ("ISTANBUL, Nov 3 (Reuters) -"), which tells of no side.

A place is one where it opens a field or a line and an agency, a day with a dash, or a dash alone
follows it; where "reported from" goes before it; and where it makes a line with a byline. What
stands between the place and the agency ("TEHRAN, Iran (AP) -") is part of it. Titles have none.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.processors.find.sense import Found
from shared.records import Field

OPENING = 250
"""Code points of a field in which a dateline begins."""

_PLACES = frozenset({"capital", "city", "province"})
_REACH = 90
"""Code points behind the place that are looked at."""

_AGENCIES = (
    "Reuters AFP AP dpa AA DHA İHA IHA ANKA IRNA ISNA FNA MNA IP Tasnim Xinhua KUNA SANA UPI EFE "
    "ANSA Bloomberg BBC CNN Anadolu Trend APA AZƏRTAC ТАСС РИА Интерфакс رويترز فرانس.برس الأناضول "
    "الاناضول شينخوا إرنا ارنا ایرنا ايرنا ایسنا تسنیم تسنيم مهر فارس پانا میزان آناتولی رویترز "
    "سبوتنيك وام واس قنا كونا سانا أ.?ف.?ب د.?ب.?أ أ.?ب"
)
_AGENCY = rf"(?:{'|'.join(_AGENCIES.split())})"
_DASH = "[-–—ـ]{1,2}"
_AGENCY_IN_BRACKETS = re.compile(
    rf"(?:\s?[,،/]?\s?[^\n()،]{{1,40}})?\s?\(\s?{_AGENCY}\b[^()\n]{{0,20}}\)\s?(?:{_DASH}|:)?"
)
_BEHIND = re.compile(
    rf"(?:\s?[,،/]\s?[^\n()]{{1,30}})?\s?\([^()\n]{{2,40}}\)\s?(?:{_DASH}|:)"
    rf"|\s?(?:[,،/]\s?|\s)[^\n()]{{0,12}}\d[^\n()]{{0,20}}(?:\([^()\n]{{1,40}}\))?\s?{_DASH}\s"
    rf"|\s?(?:[,،/.]|{_DASH})\s?(?:[^\n]{{0,14}}\d[^\n]{{0,25}}?)?/?{_AGENCY}\b/?\s?(?:{_DASH}|[:.,،])"
)
_DASHED = re.compile(rf"\s?{_DASH}\s")
_NOTHING = re.compile(r"[\W\d_]*")
_FROM = "از "
_REPORTED = re.compile(r"به گزارش [^\n.،:]{2,60} از $")
_LINE = 45
"""Code points before the place, in its line, at most; an agency in brackets may stand anywhere."""
_BYLINE = re.compile(r"\W*(?:[^\n]{2,40}?\s?[-–—/|]\s?)?")
_OUTLET = re.compile(r"\s?(?:[-–—/|]\s?[^\n]{2,25})?")


def datelines(
    found: Sequence[Found], text: str, fields: Mapping[Field, str]
) -> list[tuple[int, int]]:
    """Where datelines stand in `text`, the fields joined with one sign between them."""
    return [
        (name.start, end)
        for number, name in enumerate(found)
        if name.sense.kind in _PLACES
        and (field := _opening(text, fields, name.start))
        and (end := _end(field, name, found[number + 1] if number + 1 < len(found) else None))
    ]


class Opening(NamedTuple):
    """A field in the text of all."""

    text: str
    begun: int
    past: int


def _opening(text: str, fields: Mapping[Field, str], place: int) -> Opening | None:
    """The field that opens here with its first words, unless it is the title."""
    begun = 0
    for field, said in fields.items():
        past = begun + len(said)
        if place < past:
            far = place - begun > OPENING or field == "title"
            return None if far else Opening(text, begun, past)
        begun = past + 1
    return None


def _end(field: Opening, name: Found, following: Found | None) -> int:
    """Where the dateline of this place ends; 0 if it is none."""
    text, past = field.text, min(field.past, name.end + _REACH)
    line = max(field.begun, text.rfind("\n", field.begun, name.start) + 1)
    if text.find("(", name.end, past) >= 0 and (
        said := _AGENCY_IN_BRACKETS.match(text, name.end, past)
    ):
        return said.end()
    if text.startswith(_FROM, name.start - len(_FROM)):
        return name.end if _REPORTED.search(text, line, name.start) else 0
    if name.start - line > _LINE:
        return 0
    if _NOTHING.fullmatch(text, line, name.start) and (
        said := _BEHIND.match(text, name.end, past) or _dashed(text, name, following)
    ):
        return said.end()
    return name.end if _signed(field, line, name, following) else 0


def _dashed(text: str, name: Found, following: Found | None) -> re.Match[str] | None:
    """The dash behind a place, unless it pairs it with another one ("Tehran - Ankara")."""
    said = _DASHED.match(text, name.end)
    pair = said and following and following.start <= said.end()
    return None if pair and following and following.sense.kind in _PLACES else said


def _signed(field: Opening, line: int, name: Found, following: Found | None) -> bool:
    """Whether the place makes a line with nothing but a byline, and the text goes on below."""
    end = field.text.find("\n", name.end, field.past)
    return (
        end >= 0
        and not (following and following.start < end)
        and _BYLINE.fullmatch(field.text, line, name.start) is not None
        and _OUTLET.fullmatch(field.text, name.end, end) is not None
    )
