"""What takes long to make is kept from run to run, and never changes what is said."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from services.ops.kept import kept
from services.processors.concepts import Concepts
from services.processors.find import Finder

CONFIG = Path(__file__).parents[3] / "deploy" / "config"


class Words(NamedTuple):
    """A kind of thing to keep."""

    said: dict[str, set[str]]


class Making:
    """Counts how often it is asked to make."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Words:
        self.times += 1
        return Words({"a": {"b"}})


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "one.toml").write_text("a = 1")
    return tmp_path / "source"


@pytest.fixture
def making() -> Making:
    return Making()


def files(folder: Path) -> Iterator[Path]:
    return folder.glob("*")


def test_what_was_made_is_not_made_again(tmp_path: Path, source: Path, making: Making) -> None:
    folder = tmp_path / "kept"
    first, second = (kept(folder)(source, Words, making) for _ in range(2))
    assert (first, second, making.times) == (Words({"a": {"b"}}), first, 1)


@pytest.mark.parametrize(
    ("name", "text"), [("one.toml", "a = 2"), ("two.toml", ""), ("below/three.toml", "")]
)
def test_another_configuration_is_made_anew(
    tmp_path: Path, source: Path, making: Making, name: str, text: str
) -> None:
    kept(tmp_path / "kept")(source, Words, making)
    (source / name).parent.mkdir(exist_ok=True)
    (source / name).write_text(text)
    kept(tmp_path / "kept")(source, Words, making)
    assert making.times == 2


@pytest.mark.parametrize("place", [0, 31, 32, 35, -1])
def test_a_damaged_file_is_made_anew(
    tmp_path: Path, source: Path, making: Making, place: int
) -> None:
    kept(tmp_path / "kept")(source, Words, making)
    [file] = files(tmp_path / "kept")
    whole = file.read_bytes()
    damaged = bytearray(whole)
    damaged[place] ^= 1
    for data in (bytes(damaged), whole[:place], b""):
        file.write_bytes(data)
        assert kept(tmp_path / "kept")(source, Words, making) == Words({"a": {"b"}})
        assert file.read_bytes() == whole
    assert making.times == 4


def test_a_folder_that_takes_no_file_is_done_without(
    tmp_path: Path, source: Path, making: Making
) -> None:
    (tmp_path / "kept").write_text("a file, no folder")
    for _ in range(2):
        assert kept(tmp_path / "kept")(source, Words, making) == Words({"a": {"b"}})
    assert making.times == 2


def test_what_changed_while_it_was_read_is_not_kept(tmp_path: Path, source: Path) -> None:
    def make() -> Words:
        (source / "one.toml").write_text("a = 3")
        return Words({})

    kept(tmp_path / "kept")(source, Words, make)
    assert not [*files(tmp_path / "kept")]


def test_what_cannot_be_made_is_not_kept(tmp_path: Path, source: Path) -> None:
    def make() -> Words:
        raise ValueError("a mistake")

    for _ in range(2):
        with pytest.raises(ValueError, match="a mistake"):
            kept(tmp_path / "kept")(source, Words, make)


def test_names_and_concepts_that_were_kept_say_the_same(tmp_path: Path) -> None:
    asked = {
        "title": "İran'ın sınırında Ankara",
        "text": "وإيران وتركيا، زایران، IRNA Reisi's 伊朗",
    }
    made = Finder.load(CONFIG / "gazetteer").find(asked, "tr", date(2023, 1, 1))
    counted = Concepts.load(CONFIG / "concepts").counts([*asked.values()], "tr")
    assert len(made) > 3
    for _ in range(2):
        keep = kept(tmp_path)
        again = Finder.load(CONFIG / "gazetteer", keep).find(asked, "tr", date(2023, 1, 1))
        assert again == made
        assert Concepts.load(CONFIG / "concepts", keep).counts([*asked.values()], "tr") == counted
    assert len([*files(tmp_path)]) == 2
