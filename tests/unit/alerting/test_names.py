"""What entities and topics are called where people read them."""

import tomllib
from pathlib import Path

import pytest

from services.alerting.names import read_names, shown
from services.alerting.topics import TOPICS
from services.alerting.view import Reader, view
from services.alerting.words import WORDS
from tests.unit.alerting.stories import story_event

CONFIG = Path(__file__).parents[3] / "deploy/config"
NAMES = read_names(CONFIG / "gazetteer")


@pytest.mark.parametrize(
    ("entity", "names", "language", "name"),
    [
        ("fidan", ["Hakan Fidan", "Fidan"], "en", "Fidan"),
        ("tehran", ["tehran", "Teheran"], "en", "Tehran"),
        ("mus", ["Muş'ta", "Muş Valiliği", "Muş"], "tr", "Muş"),
        ("izmir", ["izmir"], "tr", "İzmir"),
        ("iran", ["🇮🇷", "ایران", "جمهوری اسلامی ایران"], "fa", "ایران"),
        ("nobody", [], "he", ""),
    ],
)
def test_of_the_names_looked_for_one_is_shown(
    entity: str, names: list[str], language: str, name: str
) -> None:
    assert shown(entity, names, language) == name


@pytest.mark.parametrize("language", WORDS)
def test_the_sides_have_a_name_in_every_readers_language(language: str) -> None:
    named = NAMES[language]
    assert {"iran", "turkiye", "ankara", "tehran"} <= named.keys()
    if language not in {"en", "tr"}:
        assert not any(named[entity].isascii() for entity in ("iran", "turkiye", "ankara"))


def test_every_topic_of_ours_has_a_name_in_every_readers_language() -> None:
    ours = tomllib.loads((CONFIG / "topics.toml").read_text(encoding="utf-8"))["topics"]
    for language in WORDS:
        assert TOPICS[language].keys() == ours.keys()


def test_names_are_told_and_ids_only_where_there_is_none() -> None:
    new = ("entity:fidan", "country:TR", "topic:energy", "language:fa", "number:56", "bloc:gulf")
    event = story_event("en", new=new)
    seen = view(event, Reader(language="tr", names={"iran": "İran", "fidan": "Hakan Fidan"}))
    assert seen.entities == ("İran", "turkiye", "ankara")
    assert seen.topics == ("Diplomasi", "Güvenlik ve sınır")
    assert seen.news == ("Hakan Fidan", "Türkiye", "Enerji", "Farsça")


def test_a_people_is_told_as_its_country_and_once() -> None:
    new = ("entity:iranian", "entity:iran", "entity:turkish")
    for language, said in (("en", ("Iran", "Türkiye")), ("fa", ("ایران", "ترکیه"))):
        seen = view(story_event("en", new=new), Reader(language=language, names=NAMES[language]))
        assert seen.news == said


def test_a_gazetteer_that_is_not_there_gives_no_names(tmp_path: Path) -> None:
    assert not any(read_names(tmp_path).values())
