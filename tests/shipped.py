"""What is made of the configuration that we ship: when a test first asks, and once a process."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from services.processors.concepts import Concepts
from services.processors.find import Finder
from services.processors.gather.lexicon import Lexicon
from services.processors.gather.reader import Reader
from services.processors.understand import Understanding

T = TypeVar("T")

CONFIG = Path(__file__).parents[1] / "deploy" / "config"
GAZETTEER = CONFIG / "gazetteer"

_made: dict[tuple[Path, type[Any]], Any] = {}


def once(source: Path, kind: type[T], make: Callable[[], T]) -> T:
    """A Keep for as long as the tests run."""
    if (source, kind) not in _made:
        _made[source, kind] = make()
    made: T = _made[source, kind]
    return made


@cache
def finder() -> Finder:
    return Finder.load(GAZETTEER, once)


@cache
def understanding() -> Understanding:
    return Understanding.load(CONFIG, keep=once)


@cache
def concepts() -> Concepts:
    return Concepts.load(CONFIG / "concepts", once)


@cache
def lexicon() -> Lexicon:
    return Lexicon.load(CONFIG, once)


@cache
def reader() -> Reader:
    return Reader.load(CONFIG, once)
