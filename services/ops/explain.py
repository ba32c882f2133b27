"""`newswatch explain`: for a person, why an article matched a watch, or why not.

What an article says is shown without control characters: a terminal would obey them.
"""

import sys
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from msgspec import Raw
from msgspec.json import Decoder, decode, encode

from services.alerting.bidi import clean
from services.ops.articles import ArticleLine
from services.ops.config_dir import CONFIG_DIR
from services.ops.decoded import Unreadable, decoded
from services.ops.options import ConfigDir
from services.ops.ready import BAD_INPUT, ready
from services.processors.match import Reason, reason
from services.processors.understand import Understanding, Understood
from services.processors.watches import Watch
from shared.codec import UNREADABLE
from shared.records import Field, Relation, Span, Verdict

STRONGEST = 12
"""Features shown, the weightiest first."""


class OneArticle(ArticleLine, frozen=True, kw_only=True):
    """An article that need not be told from others."""

    id: str | int = ""


_WORDS = {
    Reason.MATCHED: "matched",
    Reason.NO_RELATION: "not matched: it does not name both sides",
    Reason.LEVEL: "not matched: the watch asks for a closer relation",
    Reason.SCORE: "not matched: the score is below what the watch asks for",
    Reason.LANGUAGE: "not matched: the watch does not follow its language",
    Reason.TOPIC: "not matched: the watch does not follow its topics",
    Reason.SOURCE: "not matched: the watch does not follow its source",
    Reason.MUST: "not matched: it has none of the words that the watch requires",
    Reason.MUST_NOT: "not matched: it has a word that the watch forbids",
}


def explain(*, watch: str | None = None, config_dir: ConfigDir = CONFIG_DIR) -> int:
    """Explain the articles on standard input: JSON lines as for `newswatch tag`, or one JSON file.

    A file may hold one article, over several lines, or a list of them; none needs an "id".

    Args:
        watch: The watch to judge by, unless it is the default watch.
        config_dir: The folder of gazetteer, concepts, topics and watches.
    """
    if (by := ready(config_dir, watch)) is None:
        return BAD_INPUT
    status = 0
    for article in decoded(Decoder(OneArticle).decode, _apart(sys.stdin.buffer)):
        if isinstance(article, Unreadable):
            print(article, file=sys.stderr)
            status = BAD_INPUT
        else:
            print("\n".join(explanation(article, *by)), end="\n\n")
    return status


def _apart(stream: BinaryIO) -> Iterator[bytes]:
    """An object a line: the lines as they are, or the articles of a file that is one JSON value."""
    first = stream.readline().removeprefix(BOM_UTF8)
    others: Iterable[bytes] = stream
    try:
        value = decode(first)
    except UNREADABLE:
        whole = first + stream.read()
        try:
            value, others = decode(whole), ()
        except UNREADABLE:
            value, others = Raw(first), whole[len(first) :].splitlines()
    yield from map(encode, value if isinstance(value, list) else (value,))
    yield from others


def explanation(article: ArticleLine, understanding: Understanding, watch: Watch) -> Iterator[str]:
    """What was understood of the article, and what follows for the watch, line by line."""
    said = understanding.understand(article.fields, prior=article.feed_language, on=article.day)
    relation = said.relations.get(watch.id)
    yield f"article   {clean(str(article.id))}  {clean(article.title or '')}"
    yield f"language  {said.language.code}, confidence {said.language.confidence:.2f}"
    yield from _named(said, watch)
    yield f"topics    {', '.join(said.topics) or 'none'}"
    why = reason(said.tagged(article.unsourced, Verdict.NEW), watch)
    yield f"watch     {watch.id}: {_WORDS[why]}"
    if relation:
        yield from _relation(article.fields, relation)
        weighed = understanding.weigh(article.fields, said, watch)
        yield from _parts(weighed.parts)


def _named(said: Understood, watch: Watch) -> Iterator[str]:
    for side, number in ((watch.side[0].name, 0), (watch.side[1].name, 1)):
        named = Counter(
            f"{clean(mention.surface)} [{mention.entity}, {mention.kind}]"
            for mention in said.mentions
            if watch.sides.of(mention) == number
        )
        told = ", ".join(f"{name} ×{count}" for name, count in named.most_common())
        yield f"{side:9} {told or 'not named'}"


def _relation(fields: Mapping[Field, str], relation: Relation) -> Iterator[str]:
    yield f"relation  {relation.level}, score {relation.score:.2f}; these passages decided:"
    yield from (f"          {_quoted(fields, span)}" for span in relation.evidence)


def _quoted(fields: Mapping[Field, str], span: Span) -> str:
    passage = " ".join(clean(fields[span.field][span.start : span.end]).split())
    return f"{span.field} {span.start}–{span.end}: “{passage}”"


def _parts(parts: Mapping[str, float]) -> Iterator[str]:
    yield "          what counted (score = logistic of the sum):"
    strongest = sorted(parts.items(), key=lambda part: -abs(part[1]))
    yield from (f"          {value:+6.2f}  {name}" for name, value in strongest[:STRONGEST])
    if rest := strongest[STRONGEST:]:
        yield f"          {sum(value for _, value in rest):+6.2f}  {len(rest)} more"
    yield f"          {sum(parts.values()):+6.2f}  sum"
