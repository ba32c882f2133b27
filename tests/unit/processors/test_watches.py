"""Watches are data: read with every mistake told, chosen by id."""

from pathlib import Path

import pytest

from services.processors.watches import chosen, load_watches
from shared.config import ConfigError

WATCHES = Path(__file__).parents[3] / "deploy" / "config" / "watches"

GOOD = """
id = "a"
[[side]]
name = "x"
entities = ["x"]
[[side]]
name = "y"
entities = ["y"]
"""


def test_the_shipped_watches() -> None:
    watches = load_watches(WATCHES)
    assert [(w.id, w.enabled) for w in watches] == [
        ("armenia-azerbaijan", False),
        ("iran-turkiye", True),
    ]
    assert chosen(watches, None).id == "iran-turkiye"
    assert chosen(watches, "armenia-azerbaijan").side[0].name == "armenia"


def test_an_unknown_watch_is_answered_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="armenia-azerbaijan, iran-turkiye"):
        chosen(load_watches(WATCHES), "nobody")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('"y"]', '"x"]'), r"w\.toml:1:.*the two sides share x"),
        (('id = "a"', 'id = "a"\nlevel = "none"'), "would match everything"),
        (('id = "a"', 'id = "a"\nscore = 2'), r"w\.toml:3: score:"),
        (('id = "a"', 'id = "a"\nlevle = "bilateral"'), r"w\.toml:3: levle: Extra"),
        (('id = "a"', 'id = "A b"'), r"w\.toml:2: id:"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    (tmp_path / "w.toml").write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_watches(tmp_path)


def test_two_files_with_one_id_are_a_mistake(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"two\.toml:1: id: another file has a watch 'a'"):
        load_watches(tmp_path)
