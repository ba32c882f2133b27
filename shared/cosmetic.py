"""What changes in an article without its saying anything else: counters, ages, update times.

    "120 views" · "5 minutes ago" · "Son güncelleme: 12:30" · "به‌روزرسانی: ۱۲ دقیقه پیش"

This alone decides what is cosmetic; the fingerprint is blind to it, so judge and gather are.
A clock that no word of updating goes before is content: a meeting may be moved. Texts may be folded
or as published, so the words stand here in both spellings.
"""

import re
from collections.abc import Iterator

_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|saniye|dakika|dk|saat|g[uü]n|"
    r"ثان[يی][هة]|دق[يی]ق[هة]|دق[ائي]+ق|دقایق|ساع[هة]|ساعات|ساعت|روز|[يی]وم|[اأ][يی]ام|"
    r"секунд\w*|минут\w*|час\w*|дн\w*|sekunden?|minuten?|stunden?|tage?n?)"
)
_AGO = r"(?:ago|önce|once|evvel|قبل|پ[يی]ش|назад)"
_COUNTED = (
    r"(?:views?|reads?|comments?|likes?|okunma|g[oö]r[uü]nt[uü]lenme|yorum|بازد[يی]د|مشاهد[هة]|"
    r"مشاهدات|نظر|تعل[يی]ق|просмотр\w*|комментари\w*|aufrufe|kommentare?)"
)
_UPDATED = (
    r"(?:last |son )?(?:updated?|g[uü]ncelle(?:me|ndi)|به[ \u200c]?روز[ \u200c]?رسان[يی]|تحد[يی]ث|"
    r"обновлено|aktualisiert)"
)
_DIGIT, _REST = "[0-9٠-٩۰-۹]", "[0-9٠-٩۰-۹.,]*+"
_SAYS = rf" ?{_COUNTED}\b| {_UNIT} {_AGO}\b"
_ENDS = "ws|ew|ds|ad|ts|nt|es|ke|ma|me|um|fe|ar|re|[يی]د|د[هة]|ات|ظر|[يی]ق|or|بل|نذ"
"""The last two letters of what may be counted and of "since", but for the words of any ending."""

_BEFORE_IT = "|".join(f"(?<=(?:{_ENDS}){gap}.)" for gap in ("", " ", "  "))
_MAY_BE = re.compile(
    rf"{_DIGIT}(?<!{_DIGIT}.)(?:(?:{_BEFORE_IT}|(?<=[:\n].)|(?<=: .)){_REST}|{_REST}(?={_SAYS}))"
)
"""A number that may be cosmetic: what is before it ends as it must, or what is after it says so."""

_ANY_ENDING = ("просмотр", "комментари")
_ANY = re.compile(_DIGIT + _REST)

_AFTER = re.compile(_SAYS)
_BEFORE = re.compile(rf"\b(?:{_COUNTED} ?:? ?|(?P<since>vor|قبل|منذ) )$")
_PERIOD = re.compile(rf" {_UNIT}\b")
_UPDATE = re.compile(rf"\b{_UPDATED}\b(?:[^.\n]{{0,40}}?\b\d{{1,2}}:\d\d(?::\d\d)?\b)?")
_UPDATES = ("update", "ncelle", "رسان", "تحد", "обновлено", "aktualisiert")
"""One of these stands in every word of updating."""
_NEAR = 24


def without_cosmetics(text: str) -> str:
    """The text with a blank where something cosmetic stood."""
    return _without(text, text.replace("İ", "i").lower())  # the only letter that gets longer


def without_cosmetics_folded(folded: str) -> str:
    """`without_cosmetics` of a text that `shared.text.fold` has made, which has no capitals."""
    return _without(folded, folded)


def _without(text: str, lower: str) -> str:
    likely = _ANY if any(word in lower for word in _ANY_ENDING) else _MAY_BE
    spans = sorted(_spans(lower, likely))
    kept, past = [], 0
    for start, end in spans:
        kept.append(text[past : max(past, start)])
        past = max(past, end)
    return " ".join([*kept, text[past:]]) if spans else text


def _spans(lower: str, likely: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for number in likely.finditer(lower):
        start, end = number.span()
        before, after = lower[max(0, start - _NEAR) : start], lower[end : end + _NEAR]
        if said := _AFTER.match(after):
            yield start, end + said.end()
        elif said := _BEFORE.search(before):
            past = _PERIOD.match(after) if said["since"] else None
            if past or not said["since"]:
                yield start - len(before) + said.start(), end + (past.end() if past else 0)
    if any(word in lower for word in _UPDATES):
        yield from (update.span() for update in _UPDATE.finditer(lower))
