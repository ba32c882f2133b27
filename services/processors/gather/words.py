"""An article read word by word; each word is read once.

a name the gazetteer knows ▸ a concept of the lexicon ▸ perhaps a name ▸ a stem

So that one fact is not counted several times: "Ankara" in a pair of articles is one shared
entity, not an entity, a concept, a skeleton and a stem that agree. Stems are those of all words
that no mention covers; they are compared within a language, where the rest says too little.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import Struct

from services.processors.gather.chinese import simplified
from services.processors.gather.lexicon import Lexicon
from services.processors.gather.numbers import numbers
from shared.records import Article, Field, Mention
from shared.text import fold

LEAD = 700
"""How many code points of an article, title included, say what happened."""
_WORD = re.compile(r"[\w\u064b-\u065f\u0670\u0900-\u0963\u0980-\u0dff]+")
"""The vowel signs of Arabic and of India's scripts belong to their words, but are no letters."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")
_LONG = 4
_STEM = 5
_STEMS = 60


class Words(Struct, frozen=True):
    """What the words of a lead say, each once, in order."""

    numbers: tuple[str, ...]
    title_numbers: tuple[str, ...]
    names: tuple[str, ...]
    concepts: tuple[str, ...]
    title_concepts: tuple[str, ...]
    title_stems: tuple[str, ...]
    stems: tuple[str, ...]
    said: str  # title and first lines as they are, what is embedded


def read(article: Article, mentions: Iterable[Mention], language: str, lexicon: Lexicon) -> Words:
    """The words of the article's lead but those that mentions cover."""
    known = tuple(mentions)
    title = _without(article.title[:LEAD], "title", known)
    summary = _without(article.summary[:LEAD], "summary", known)
    text = _without(article.text[:LEAD], "text", known)
    lead = f"{title}. {summary} {text}"[:LEAD].replace("\u200c", "")
    title = title.replace("\u200c", "")
    concepts, figures, names = _meanings(lead, language, lexicon)
    title_concepts, title_figures, _ = _meanings(title, language, lexicon)
    heading, plain = _spelt(title, language), _spelt(lead, language)
    return Words(
        numbers=_each_once(numbers(plain), figures),
        title_numbers=_each_once(numbers(heading), title_figures),
        names=names,
        concepts=concepts,
        title_concepts=title_concepts,
        title_stems=tuple(dict.fromkeys(_stems(heading))),
        stems=tuple(dict.fromkeys(_stems(plain)))[:_STEMS],
        said=_said(article),
    )


def _meanings(
    lead: str, language: str, lexicon: Lexicon
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Concepts, figures written as words, and what may be names; each once, in order."""
    concepts: list[str] = []
    names: list[str] = []
    for word in dict.fromkeys(_WORD.findall(lead)):
        meant, spelt = lexicon.meaning(word, language)
        if meant:
            concepts += meant
        elif spelt:
            names += spelt
    each = dict.fromkeys(concepts)
    figures = tuple(one for one in each if one.isdigit())
    return tuple(one for one in each if not one.isdigit()), figures, tuple(dict.fromkeys(names))


def _spelt(text: str, language: str) -> str:
    return simplified(fold(text)) if language == "zh" else fold(text)


def _said(article: Article) -> str:
    return " ".join(f"{article.title[:LEAD]}. {(article.summary or article.text)[:LEAD]}".split())


def _each_once(*said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(said)))


def _without(text: str, field: Field, mentions: Iterable[Mention]) -> str:
    """The text with a blank for each character of a mention."""
    for mention in mentions:
        if mention.field == field and mention.start < len(text):
            end = min(mention.end, len(text))
            text = f"{text[: mention.start]}{' ' * (end - mention.start)}{text[end:]}"
    return text


def _stems(text: str) -> Iterator[str]:
    """Of a folded text: five letters are about a word without its endings.

    Scripts without spaces go by pairs of letters.
    """
    words = _WORD.findall(text)
    if not _UNSPACED.search(text):
        yield from (word[:_STEM] for word in words if len(word) >= _LONG)
        return
    for word in words:
        if _UNSPACED.search(word):
            yield from (word[place : place + 2] for place in range(len(word) - 1))
        elif len(word) >= _LONG:
            yield word[:_STEM]
