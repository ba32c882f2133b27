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
_AGO_WORDS = "ago önce once evvel قبل پیش پيش назад"
_SINCE_WORDS = "vor قبل منذ"
_COUNTED_WORDS = (
    "view views read reads comment comments like likes okunma görüntülenme goruntulenme yorum "
    "بازدید بازديد مشاهدة مشاهده مشاهدات المشاهدات القراءات نظر تعلیق تعليق "
    "aufrufe kommentar kommentare "
    "просмотр просмотра просмотров просмотры просмотре просмотрам просмотрами просмотрах "
    "комментарий комментарии комментария комментариев комментариям комментариями"
)
_UPDATED = (
    r"(?:last |son )?(?:updated?|g[uü]ncelle(?:me|ndi)|به[ \u200c]?روز[ \u200c]?رسان[يی]|تحد[يی]ث|"
    r"обновлено|aktualisiert)"
)
BESIDE_A_NUMBER = frozenset(f"{_COUNTED_WORDS} {_AGO_WORDS} {_SINCE_WORDS}".split())
"""A number is cosmetic only if one of these is the first or second word from it, or joined on."""
_UPDATING_ENDS = (
    "update updated guncelleme guncellendi رساني روزرساني بهروزرساني تحديث обновлено aktualisiert"
)
OF_UPDATING = frozenset(_UPDATING_ENDS.split())
"""How words of updating end, as folded words."""

_COUNTED, _AGO, _SINCE = (
    f"(?:{'|'.join(words.split())})" for words in (_COUNTED_WORDS, _AGO_WORDS, _SINCE_WORDS)
)
_DIGIT, _REST = "[0-9٠-٩۰-۹]", "[0-9٠-٩۰-۹.,]{0,60}+"  # of a row without end a stretch
_SAYS = rf" ?{_COUNTED}\b| {_UNIT} {_AGO}\b"
_ENDS = (
    "ws|ew|ds|ad|ts|nt|es|ke|ma|me|um|s[ıi]|fe|ar|re|[يی]د|د[هة]|ات|ظر|[يی]ق|or|بل|نذ|"
    "тр|ра|ов|ры|ре|ам|ми|ах|ий|ии|ия|ев|ям"
)
"""The last two letters of what may be counted and of "since"."""

_BEFORE_IT = "|".join(f"(?<=(?:{_ENDS}){gap}.)" for gap in ("", " ", "  "))
_MAY_BE = re.compile(
    rf"{_DIGIT}(?<!{_DIGIT}.)(?:(?:{_BEFORE_IT}|(?<=[:\n].)|(?<=: .)){_REST}|{_REST}(?={_SAYS}))"
)
"""A number that may be cosmetic: what is before it ends as it must, or what is after it says so."""

_AFTER = re.compile(_SAYS)
_BEFORE = re.compile(rf"\b(?:{_COUNTED}(?: say[ıi]s[ıi])? ?:? ?|(?P<since>{_SINCE}) )$")
_PERIOD = re.compile(rf" {_UNIT}\b")
_UPDATE = re.compile(
    rf"\b{_UPDATED}\b(?:(?:[^.\n]|(?<=\d)\.(?=\d)){{0,40}}?\b\d{{1,2}}:\d\d(?::\d\d)?\b"
    r"| ?: ?\d{1,2}[./-]\d{1,2}[./-]\d{4}\b)?"
)
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
    spans = sorted(_spans(lower))
    kept, past = [], 0
    for start, end in spans:
        kept.append(text[past : max(past, start)])
        past = max(past, end)
    return " ".join([*kept, text[past:]]) if spans else text


def _spans(lower: str, likely: re.Pattern[str] = _MAY_BE) -> Iterator[tuple[int, int]]:
    """Where what is cosmetic stands; `likely` finds the numbers that are looked at."""
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
