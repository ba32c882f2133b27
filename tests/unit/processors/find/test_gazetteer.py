from pathlib import Path

import pytest

from services.processors.find.gazetteer import Strength, read_gazetteer
from shared.config import ConfigError

ENTITY = """
side = "x"
[[entity]]
id = "e"
kind = "person"
[entity.names]
en = ["Ex Ample"]
[entity.weak]
en = ["Ample"]
[[look_alike]]
why = "a sample"
[look_alike.phrases]
en = ["ex ample of"]
"""


def directory(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_names_come_with_side_entity_language_and_strength(tmp_path: Path) -> None:
    names = read_gazetteer(directory(tmp_path, a=ENTITY))
    assert [(n.text, n.side, n.entity, n.language, n.strength) for n in names] == [
        ("Ex Ample", "x", "e", "en", Strength.STRONG),
        ("Ample", "x", "e", "en", Strength.WEAK),
        ("ex ample of", "", "", "en", Strength.LOOK_ALIKE),
    ]


def test_several_files_may_add_to_one_entity(tmp_path: Path) -> None:
    assert len(read_gazetteer(directory(tmp_path, a=ENTITY, b=ENTITY))) == 6


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('side = "x"', ""), r"a\.toml:1: side: missing"),
        (('en = ["Ample"]', 'en = ["Ample "]'), r"a\.toml:9: entity\.0\.weak\.en"),
        (('en = ["Ample"]', 'en = "Ample"'), r"a\.toml:9: entity\.0\.weak\.en"),
        (('id = "e"', 'id = "E E"'), r"a\.toml:4: entity\.0\.id"),
        (("[entity.weak]", "[entity.week]"), r"a\.toml:8: entity\.0\.week: Extra"),
        (('why = "a sample"', ""), r"look_alike\.0\.why: Field required"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        read_gazetteer(directory(tmp_path, a=ENTITY.replace(*change)))


def test_one_id_is_one_entity(tmp_path: Path) -> None:
    other = ENTITY.replace('kind = "person"', 'kind = "city"')
    with pytest.raises(ConfigError, match=r"entity e: is a x city here and a x person in"):
        read_gazetteer(directory(tmp_path, a=ENTITY, b=other))


def test_an_empty_directory_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no gazetteer there"):
        read_gazetteer(tmp_path)
