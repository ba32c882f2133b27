"""Publication times as feeds really write them, to UTC; what cannot be read is None, never a guess.

    RFC 822 ▸ ISO 8601 ▸ a day with a month's name in it ▸ day.month.year ▸ «3 saat önce»

Years decide the calendar: 2026 is Gregorian, 1405 Jalali, 1448 Hijri; where both of the latter
could be meant, the one nearer to now wins. A time without a zone is taken in the feed's own zone.
The future is never told: up to a day ahead is a wrong clock or a wrong zone and becomes now; more
than that, and anything before 1990, is no date at all.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

import jdatetime
from hijridate import Hijri

from services.fetcher import months

_SKEW = timedelta(days=1)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LONGEST = 100
_NO_YEAR = re.compile(
    r"(?<![\d+-])0\d{3}(?!\d)"  # 0001: what an empty date prints as
    r"|(?<!\S)-0*\d(?=\s+\d{1,2}:|-\d)"  # -0001, likewise
    r"|(?<!\S)\d{5,}(?=\s+\d{1,2}:)",  # 292277026596, what the largest prints as
    re.ASCII,
)
_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)", re.ASCII
)
_DMY = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})(?![\d:])", re.ASCII
)
_NAMES = dict(
    zip(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        range(1, 13),
        strict=True,
    )
)
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (20\d{2}) (\d{2}):(\d{2}):(\d{2})"
    r" (?:GMT|([+-])(0\d|1[0-4])([0-5]\d))",
    re.ASCII,
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?", re.ASCII)
_ZONE = re.compile(r"(?:(?:gmt|utc)?\s?([+-])(\d{2}):?(\d{2})\b)|\b(z|gmt|utc)\b", re.ASCII)
_NUMBER = re.compile(r"(?<![\d:])\d{1,4}(?![\d:])", re.ASCII)
_SPAN = re.compile(r"(\d{1,4})?\s*([^\W\d]+)")
_JALALI_YEARS = range(1330, 1430)
_HIJRI_YEARS = range(1400, 1500)

Day = tuple[int, int, int]


def published(texts: tuple[str, ...], *, now: datetime, zone: tzinfo = UTC) -> datetime | None:
    """The first of these that can be read, in UTC and not after `now`."""
    for text in texts:
        if (moment := read(text, now=now, zone=zone)) is not None:
            return moment
    return None


def read(text: str, *, now: datetime, zone: tzinfo = UTC) -> datetime | None:
    """The moment that this text names, in UTC, or None."""
    text = text.strip()
    if not text or len(text) > _LONGEST or _NO_YEAR.search(text):
        return None
    moment = (
        _usual(text)
        or _rfc822(text, zone)
        or _iso8601(text, zone)
        or _folded(months.fold(text), now, zone)
    )
    return None if moment is None else _past(moment, now)


def _past(moment: datetime, now: datetime) -> datetime | None:
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if not _EARLIEST <= moment <= now + _SKEW:
        return None
    return min(moment, now)


def _usual(text: str) -> datetime | None:
    """A date exactly as RFC 822 has it, which nearly all are; None leaves it to the others."""
    found = _USUAL.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    zone = UTC
    if sign:
        east = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-east if sign == "-" else east)
    try:
        return datetime(
            int(year),
            _NAMES.get(month, 0),
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=zone,
        )
    except ValueError:
        return None


def _rfc822(text: str, zone: tzinfo) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.year < _EARLIEST.year:
        return None
    if moment.tzinfo is None and "-0000" not in text:
        moment = moment.replace(tzinfo=zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _iso8601(text: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year < _EARLIEST.year:
        return None  # perhaps another calendar
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _folded(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    local = now.astimezone(zone)
    if day := _day(text, local):
        return _at(day, text, zone)
    return _ago(text, local, zone)


def _day(text: str, now: datetime) -> Day | None:
    if found := _ISO.search(text):
        return _by_year(int(found["y"]), int(found["m"]), int(found["d"]), now)
    if found := months.MONTH.search(text):
        return _named(text, found, now)
    if found := _DMY.search(text):
        day, month, year = int(found["d"]), int(found["m"]), _full(int(found["y"]))
        if month > 12 >= day:  # noqa: PLR2004  an American order
            day, month = month, day
        return _by_year(year, month, day, now)
    return None


def _full(year: int) -> int:
    return year + 2000 if year < 100 else year  # noqa: PLR2004  two digits mean this century


def _named(text: str, found: re.Match[str], now: datetime) -> Day | None:
    calendar, month = months.MONTHS[found[1]]
    rest = _CLOCK.sub(" ", text[: found.start()] + " " + text[found.end() :])
    numbers = [int(n) for n in _NUMBER.findall(_ZONE.sub(" ", rest))]
    days = [n for n in numbers if 1 <= n <= 31]  # noqa: PLR2004  the longest month
    years = [n for n in numbers if n > 31]  # noqa: PLR2004
    if not days:
        return None
    if not years and len(days) > 1:
        years = [_full(days[1])]
    if years:
        return _convert(calendar, _full(years[0]), month, days[0])
    return _latest(calendar, month, days[0], now)


def _latest(calendar: str, month: int, day: int, now: datetime) -> Day | None:
    """The last time this day came round: feeds leave the year out of recent dates."""
    this = {
        months.GREGORIAN: now.year,
        months.JALALI: jdatetime.date.fromgregorian(date=now.date()).year,
        months.HIJRI: now.year - 579 + (now.year - 622) // 33,  # a year too many, at most
    }[calendar]
    for year in (this, this - 1, this - 2):
        converted = _convert(calendar, year, month, day)
        if converted and _midnight(converted, now) <= now + _SKEW:
            return converted
    return None


def _by_year(year: int, month: int, day: int, now: datetime) -> Day | None:
    calendars = [
        calendar
        for calendar, years in ((months.JALALI, _JALALI_YEARS), (months.HIJRI, _HIJRI_YEARS))
        if year in years
    ]
    if not calendars:
        return _convert(months.GREGORIAN, _full(year), month, day)
    days = [found for c in calendars if (found := _convert(c, year, month, day))]
    return min(days, key=lambda d: abs((_midnight(d, now) - now).days), default=None)


def _midnight(day: Day, now: datetime) -> datetime:
    year, month, number = day
    return datetime(year, month, number, tzinfo=now.tzinfo)


def _convert(calendar: str, year: int, month: int, day: int) -> Day | None:
    try:
        if calendar == months.JALALI and year in _JALALI_YEARS:
            date = jdatetime.date(year, month, day).togregorian()
            return date.year, date.month, date.day
        if calendar == months.HIJRI and year in _HIJRI_YEARS:
            date = Hijri(year, month, day).to_gregorian()
            return date.year, date.month, date.day
        checked = datetime(year, month, day, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return (checked.year, checked.month, checked.day)


def _at(day: Day, text: str, zone: tzinfo) -> datetime | None:
    clock = _CLOCK.search(text)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if any(mark in text for mark in months.AFTERNOON) and hour < 12:  # noqa: PLR2004  noon
        hour += 12
    elif any(mark in text for mark in months.MORNING) and hour == 12:  # noqa: PLR2004
        hour = 0
    try:
        naive = datetime(*day, min(hour, 23), min(minute, 59), min(second, 59))  # noqa: DTZ001  zone follows
    except ValueError:
        return None
    after_clock = text[clock.end() :] if clock else ""
    found = _ZONE.search(after_clock)
    return naive.replace(tzinfo=zone) if not found else (naive - _offset(found)).replace(tzinfo=UTC)


def _offset(found: re.Match[str]) -> timedelta:
    if found[4]:
        return timedelta()
    distance = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -distance if found[1] == "-" else distance


def _ago(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    if any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in months.AGO):
        for number, word in _SPAN.findall(text):
            if word in months.UNITS:
                return now - timedelta(seconds=int(number or 1) * months.UNITS[word])
    for word, back in months.DAYS_BACK.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
            day = now - timedelta(days=back)
            return _at((day.year, day.month, day.day), text, zone)
    return None
