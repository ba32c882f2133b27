from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.dates import published, read

NOW = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
TEHRAN = ZoneInfo("Asia/Tehran")  # UTC+3:30, no summer time since 2022

READ = [
    ("Sat, 21 Nov 2026 10:00:00 +0300", "2026-11-21 07:00"),
    ("Sat, 21 Nov 2026 10:00:00 GMT", "2026-11-21 10:00"),
    ("21 Nov 26 10:00 EST", "2026-11-21 15:00"),
    ("2026-11-21T10:00:00Z", "2026-11-21 10:00"),
    ("2026-11-21T10:00:00.123+03:00", "2026-11-21 07:00"),
    ("2026-11-21 10:00", "2026-11-21 06:30"),
    ("20261121T101500Z", "2026-11-21 10:15"),
    ("21.11.2026 14:30", "2026-11-21 11:00"),
    ("11/21/2026 02:30 PM", "2026-11-21 11:00"),
    # Jalali, in digits of three scripts and with month names
    ("1405-05-31", "2026-08-21 20:30"),
    ("۱۴۰۵/۰۸/۳۰ ۱۲:۳۰", "2026-11-21 09:00"),
    ("شنبه ۳۰ آبان ۱۴۰۵ - ۱۴:۲۰", "2026-11-21 10:50"),
    ("30 Aban 1405 14:20", "2026-11-21 10:50"),
    # Hijri
    ("30 جمادى الأولى 1448", "2026-11-09 20:30"),
    ("1448-05-30", "2026-11-09 20:30"),
    # Gregorian months by the names of the languages we read
    ("21 Kasım 2026 Cumartesi 13:45", "2026-11-21 10:15"),
    ("Sat, 21 Kas 2026 10:00:00 +0300", "2026-11-21 07:00"),
    ("السبت 21 تشرين الثاني 2026 - 14:00", "2026-11-21 10:30"),
    ("21 نوفمبر 2026 02:15 مساء", "2026-11-21 10:45"),
    ("٢١ نوفمبر ٢٠٢٦", "2026-11-20 20:30"),
    ("۲۱ نوامبر ۲۰۲۶", "2026-11-20 20:30"),
    ("21 ноября 2026, 14:30", "2026-11-21 11:00"),
    ("21 בנובמבר 2026 14:30", "2026-11-21 11:00"),
    ("21. November 2026", "2026-11-20 20:30"),
    ("21 novembre 2026", "2026-11-20 20:30"),
    ("21 noyabr 2026", "2026-11-20 20:30"),
    ("21 Mijdar 2026", "2026-11-20 20:30"),
    # no year: the last time it came round
    ("21 Kasım 14:30", "2026-11-21 11:00"),
    ("25 Aralık", "2025-12-24 20:30"),
    # relative
    ("3 saat önce", "2026-11-21 21:10"),
    ("۲ ساعت پیش", "2026-11-21 22:10"),
    ("منذ 5 دقائق", "2026-11-22 00:05"),
    ("5 hours ago", "2026-11-21 19:10"),
    ("dün 14:30", "2026-11-21 11:00"),
    ("دیروز ۱۴:۳۰", "2026-11-21 11:00"),
    # a clock or a zone that is a little wrong: now, never the future
    ("Sun, 22 Nov 2026 03:00:00 +0000", "2026-11-22 00:10"),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_a_date_is_read_as_feeds_write_it(text: str, expected: str) -> None:
    moment = read(text, now=NOW, zone=TEHRAN)
    assert moment is not None
    assert f"{moment:%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "text",
    ["Wed, 30 Nov -0001 00:00:00 +0000", "-0001-11-30T00:00:00+00:00",  # as PHP prints nothing
     "Sat, 01 Jan 292277026596 00:00:00 GMT", "Mon, 23 Nov 20266 08:00:00 GMT",
     "", "garbage", "Mon, 01 Jan 0001 00:00:00 GMT", "1970-01-01T00:00:00Z", "2027-01-01",
     "Sat, 31 Aug 1405 10:00:00 GMT", "2026-13-45", "31 Şubat 2026", "x" * 200],
)  # fmt: skip
def test_what_is_no_date_is_none_and_no_guess(text: str) -> None:
    assert read(text, now=NOW, zone=TEHRAN) is None


def test_the_first_that_can_be_read_is_taken() -> None:
    assert published(("nonsense", "2026-11-21T10:00:00Z"), now=NOW) == datetime(
        2026, 11, 21, 10, tzinfo=UTC
    )


@given(st.text(max_size=60))
def test_no_text_makes_it_fail_or_tell_the_future(text: str) -> None:
    moment = read(text, now=NOW, zone=TEHRAN)
    assert moment is None or moment <= NOW


@given(
    st.from_regex(
        r"[0-9]{1,4}[-/. ]([0-9]{1,4}|مهر|رجب|Kas)[-/. ][0-9]{1,4}( [0-9]{1,2}:[0-9]{2})?",
        fullmatch=True,
    )
)
def test_nothing_that_looks_like_a_date_makes_it_fail(text: str) -> None:
    moment = read(text, now=NOW, zone=TEHRAN)
    assert moment is None or moment <= NOW


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2026, 11, 20)),  # noqa: DTZ001  the zone follows
    st.integers(-14 * 60, 14 * 60),
)
def test_the_usual_form_reads_as_the_library_reads_it(moment: datetime, minutes: int) -> None:
    text = format_datetime(
        moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    )
    assert read(text, now=NOW) == parsedate_to_datetime(text)
