"""Entities by name, in the readers' languages: from the gazetteer. An edge: it reads files.

The gazetteer lists an entity's names as they are looked for. Shown is the one that the id was made
from, else the first of the language that carries no ending. Where a language has none, English
stands in.
"""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog

from services.alerting.words import WORDS, Reading

GENERATED = "cldr.toml"
"""Names by the hundred, for finding; those written by hand come first."""

STRENGTHS = ("names", "own", "cased", "weak")
ENDING = ("'", "’")

Names = Mapping[Reading, Mapping[str, str]]

log = structlog.get_logger("alerting.names")


def read_names(folder: Path) -> Names:
    """By language and entity; empty where there is no gazetteer. A file that is no TOML is left.

    A people goes by its country's name: who is told "Iran" need not be told "Iranian".
    """
    spelt: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    country_of: dict[str, str] = {}
    for path in sorted(folder.glob("*/*.toml"), key=lambda path: (path.name == GENERATED, path)):
        for entity in _entities(path):
            own = str(entity.get("id"))
            if entity.get("kind") == "demonym":
                country_of[own] = path.parent.name
            for language, names in _names(entity):
                spelt[own][language] += names
    told_as = {own: country_of[own] if country_of.get(own) in spelt else own for own in spelt}
    return {
        language: {
            own: name
            for own, told in told_as.items()
            if (
                name := shown(told, spelt[told][language], language)
                or shown(told, spelt[told]["en"], "en")
            )
        }
        for language in WORDS
    }


def shown(entity: str, names: Iterable[str], language: str) -> str:
    """The best of these names to show, with a capital; nothing where there is none."""
    fit = [name for name in names if name[:1].isalpha() and not any(e in name for e in ENDING)]
    best = next((name for name in fit if _id(name) == entity), next(iter(fit), ""))
    first = "İ" if best[:1] == "i" and language == "tr" else best[:1].upper()
    return first + best[1:]


def _id(name: str) -> str:
    """What an id made from this name is, for Latin letters."""
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i").casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).replace(" ", "-")


def _entities(path: Path) -> Iterable[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["entity"]
    except (OSError, ValueError, KeyError):
        log.warning("cannot read the names of a gazetteer file", file=path.name)
        return []
    return found


def _names(entity: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for strength in STRENGTHS:
        yield from entity.get(strength, {}).items()
