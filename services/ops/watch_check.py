"""What is wrong with a watch's file, beyond its form: names that nothing else knows."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from services.processors.find.gazetteer import read_gazetteer
from services.processors.relate.relate import WEIGHTS, Weights
from services.processors.topics import TopicRules
from services.processors.watches import Watch
from shared.config import ConfigError, line_of, read_toml

Place = tuple[int | str, ...]


def mistakes(file: Path, config_dir: Path) -> list[str]:
    """Each mistake as `file:line: key: what is wrong and the way out`."""
    try:
        watch = read_toml(file, Watch)
        strangers = list(_strangers(watch, config_dir))
    except ConfigError as error:
        return list(error.mistakes)
    text = file.read_text(encoding="utf-8")
    return [
        f"{file}:{line_of(text, place)}: {'.'.join(map(str, place))}: {what}"
        for place, what in strangers
    ]


def _strangers(watch: Watch, config_dir: Path) -> Iterator[tuple[Place, str]]:
    names = read_gazetteer(config_dir / "gazetteer")
    entities = {name.entity for name in names} | {name.side for name in names}
    kinds = {name.kind for name in names}
    for number, side in enumerate(watch.side):
        yield from _unknown(("side", number, "entities"), side.entities, entities, "entity")
        yield from _unknown(("side", number, "without"), side.without, entities | kinds, "entity")
    topics = read_toml(config_dir / "topics.toml", TopicRules).topics
    yield from _unknown(("topics",), watch.topics, topics, "topic")
    yield from _unknown(("without_topics",), watch.without_topics, topics, "topic")
    weights = read_toml(WEIGHTS, Weights).weights
    for name in watch.weights:
        yield from _unknown(("weights", name), (name,), weights, "feature")


def _unknown(
    place: Place, named: Collection[str], known: Collection[str], what: str
) -> Iterator[tuple[Place, str]]:
    for name in named:
        if name not in known:
            near = get_close_matches(name, sorted(known), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield place, f"no such {what}: {name}{hint}"
