"""Files that are taken over once they stand still."""

from pathlib import Path

from shared.contents import Standing

FILE = Path("f")


def test_a_change_is_told_once_at_the_second_look_that_finds_it() -> None:
    standing = Standing({FILE: b"old"})
    looks = [b"old", b"ha", b"half", b"half a", b"new", b"new", b"new", b"old", b"new", b"new"]

    told = [look for look in looks if standing.changed({FILE: look})]

    assert told == [b"new"]
