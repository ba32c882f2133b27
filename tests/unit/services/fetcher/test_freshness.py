"""What an answer's headers ask of whoever polls, by RFC 9110 and 9111."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from services.fetcher.freshness import fresh_for, retry_after

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NINE, TEN = "Sun, 22 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 10:00:00 GMT"
ELEVEN = "Sun, 22 Nov 2026 11:00:00 -0000"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "public, Max-Age = 600"}, 600),
        ({"cache-control": 'max-age="600"', "expires": TEN}, 600),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "max-age=600", "age": "900"}, 0),
        ({"cache-control": "max-age=600", "age": "old"}, 600),
        ({"cache-control": "s-maxage=900, x-max-age=900"}, 0),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "No-Store, max-age=600", "expires": TEN}, 0),
        ({"expires": TEN}, 3600),
        ({"expires": ELEVEN, "date": TEN}, 3600),
        ({"expires": NINE, "date": TEN}, 0),
        ({"expires": TEN, "date": "today"}, 3600),
        ({"expires": "0"}, 0),
    ],
    ids=str,
)
def test_how_long_an_answer_calls_itself_fresh(headers: Mapping[str, str], seconds: float) -> None:
    assert fresh_for(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(" 37 ", 37), ("0", 0), (TEN, 3600), (ELEVEN, 7200), ("-1", None), ("soon", None), ("", None)],
)
def test_when_to_come_back(said: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": said} if said else {}, NOW) == seconds
    assert retry_after({"retry-after": NINE}, NOW.replace(hour=12)) == 0
