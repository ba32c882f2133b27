"""What of dead letters goes on its way again."""

from types import SimpleNamespace

import pytest

from services.ops.dead import again
from shared.headers import CUT


def record(*headers: tuple[str, bytes]) -> SimpleNamespace:
    return SimpleNamespace(key=b"k", value=b"v", headers=list(headers), partition=0, offset=7)


def test_a_record_goes_on_as_it_came_without_what_its_death_added() -> None:
    put_aside = record(("lane", b"replay"), ("reason", b"failed: KeyError"), ("stage", b"tag"))

    assert list(again(iter([put_aside]))) == [(b"k", b"v", [("lane", b"replay")])]


def test_a_record_of_which_only_the_beginning_was_kept_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert list(again(iter([record((CUT, b"9000000 bytes"))]))) == []
    assert capsys.readouterr().err == "0-7 is not sent: only the beginning of the record was kept\n"
