from pathlib import Path

import pytest
from pydantic import BaseModel, HttpUrl

from shared.config import ConfigError, line_of, read_toml


class Feed(BaseModel):
    url: HttpUrl
    every: int = 600


class Catalogue(BaseModel):
    feed: list[Feed]


TEXT = """\
# the catalogue

[[feed]]
url = "https://example.org/rss"
every = 60

[[feed]]
every = "often"   # line 8
url = "nowhere"

[feed.limits]
bytes = 1
"""


@pytest.mark.parametrize(
    ("loc", "line"),
    [
        (("feed", 0), 3),
        (("feed", 0, "every"), 5),
        (("feed", 1, "every"), 8),
        (("feed", 1, "missing"), 7),
        (("feed", 1, "limits", "bytes"), 12),
        (("nothing",), 1),
    ],
)
def test_a_place_in_the_values_has_a_line_in_the_text(
    loc: tuple[int | str, ...], line: int
) -> None:
    assert line_of(TEXT, loc) == line


def test_every_mistake_of_a_file_is_told_at_once_with_file_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(TEXT)

    with pytest.raises(ConfigError) as error:
        read_toml(path, Catalogue)

    first, second = sorted(error.value.mistakes)
    assert first.startswith(f"{path}:8: feed.1.every:")
    assert second.startswith(f"{path}:9: feed.1.url:")


def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('[[feed]]\nurl = "unclosed\n')

    with pytest.raises(ConfigError, match=r"feeds\.toml: not TOML: .*line 2"):
        read_toml(path, Catalogue)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no-such\.toml"):
        read_toml(tmp_path / "no-such.toml", Catalogue)


@pytest.mark.parametrize(
    "text",
    [
        "feed = " + "[" * 100_000,
        "feed = " + "1" * 5_000,
        "feed = []\nfeed = []",
        'feed = "\0"',
        "[feed",
    ],
    ids=["bottomless", "digits", "twice", "NUL", "unclosed"],
)
def test_what_is_no_configuration_is_one_mistake_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(text)

    with pytest.raises(ConfigError) as error:
        read_toml(path, Catalogue)

    [mistake] = error.value.mistakes
    assert mistake.startswith(f"{path}: ")
    assert "\n" not in mistake


def test_a_byte_order_mark_and_other_line_ends_are_none(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_bytes(b"\xef\xbb\xbf[[feed]]\r\nurl = 'https://example.org/'\r\n")
    assert len(read_toml(path, Catalogue).feed) == 1


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    """Text of other scripts may hold what else Unicode calls a line's end."""
    path = tmp_path / "feeds.toml"
    path.write_text("# a\u2028b\x85c\n[[feed]]\nurl = 'x'\n")
    with pytest.raises(ConfigError, match=r"feeds\.toml:3: feed\.0\.url"):
        read_toml(path, Catalogue)
