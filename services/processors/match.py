"""match: which watches a tagged article satisfies, and if not, why not. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from services.processors.concepts import Concepts, Listed
from services.processors.watches import Watch
from shared.records import Level, Match, Relation, Source, TaggedArticle

_RANK = {Level.NONE: 0, Level.CO_MENTION: 1, Level.BILATERAL: 2}


class Reason(StrEnum):
    """How an article stands to a watch: the first rule it breaks, or that it breaks none."""

    MATCHED = "matched"
    NO_RELATION = "no-relation"  # a side is not named
    LEVEL = "level"  # both are named, but the relation is weaker than asked for
    SCORE = "score"
    LANGUAGE = "language"
    TOPIC = "topic"
    SOURCE = "source"
    MUST = "must"  # none of the words that it must have
    MUST_NOT = "must-not"  # one of the words that it must not have


def match(tagged: TaggedArticle, watches: Sequence[Watch]) -> tuple[Match, ...]:
    """One Match for each enabled watch that the article satisfies, in the watches' order."""
    return tuple(
        Match(watch=watch.id, tagged=tagged)
        for watch in watches
        if watch.enabled and reason(tagged, watch) is Reason.MATCHED
    )


def reason(tagged: TaggedArticle, watch: Watch) -> Reason:
    """The first rule of the watch that this article breaks, or MATCHED."""
    return (
        _by_relation(tagged.relations.get(watch.id), watch)
        or _by_kind(tagged, watch)
        or _by_words(tagged, watch)
        or Reason.MATCHED
    )


def _by_relation(relation: Relation | None, watch: Watch) -> Reason | None:
    if relation is None or relation.level is Level.NONE:
        return Reason.NO_RELATION
    if _RANK[relation.level] < _RANK[watch.level]:
        return Reason.LEVEL
    return Reason.SCORE if relation.score < watch.score else None


def _by_kind(tagged: TaggedArticle, watch: Watch) -> Reason | None:
    topics = set(tagged.topics)
    sources = _names(tagged.article.source)
    if watch.languages and tagged.language.code not in watch.languages:
        return Reason.LANGUAGE
    if (watch.topics and topics.isdisjoint(watch.topics)) or topics & set(watch.without_topics):
        return Reason.TOPIC
    if watch.sources and sources.isdisjoint(watch.sources):
        return Reason.SOURCE
    return Reason.SOURCE if sources & set(watch.without_sources) else None


def _names(source: Source) -> set[str]:
    return {source.feed, source.outlet, source.family, source.bloc, source.home} - {""}


def _by_words(tagged: TaggedArticle, watch: Watch) -> Reason | None:
    if not watch.must and not watch.must_not:
        return None
    article = tagged.article
    text = f"{article.title}\n{article.summary}\n{article.text}"
    [found] = _words(watch.must, watch.must_not).counts([text], tagged.language.code)
    if watch.must and "must" not in found:
        return Reason.MUST
    return Reason.MUST_NOT if "must-not" in found else None


@lru_cache(maxsize=64)
def _words(must: tuple[str, ...], must_not: tuple[str, ...]) -> Concepts:
    words = {"must": {"und": must}, "must-not": {"und": must_not}}
    given = {concept: listed for concept, listed in words.items() if any(listed.values())}
    return Concepts(Listed.of(given))
