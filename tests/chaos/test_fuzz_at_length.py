"""Forty thousand broken feeds: `pytest -m slow tests/chaos/test_fuzz_at_length.py`, by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.services.fetcher.test_fuzz import LANGUAGES, QUIET, TYPES, mutated, read


@pytest.mark.slow
@given(mutated(), TYPES, LANGUAGES)
@settings(max_examples=20_000, suppress_health_check=QUIET)
def test_real_feeds_broken_in_any_way(body: bytes, content_type: str, language: str) -> None:
    read(body, content_type, language)


@pytest.mark.slow
@given(st.binary(max_size=5000))
@settings(max_examples=20_000)
def test_bytes_of_no_kind(body: bytes) -> None:
    read(body)
