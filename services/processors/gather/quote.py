"""The sentence that shows why an article matched, with its marks."""

import re

from shared.records import Article, Mention, Quote, Relation, Span

_END = re.compile(r"(?<=[.!?؟。…])\s+|\n+")
_LONGEST = 400


def quote(article: Article, relation: Relation, mentions: tuple[Mention, ...], code: str) -> Quote:
    """The sentence around the relation's first evidence, or the title; mentions are marked."""
    span = relation.evidence[0] if relation.evidence else Span(field="title", start=0, end=0)
    text = article.fields[span.field]
    start, end = _sentence(text, span)
    marks = sorted(
        {
            (mention.start - start, mention.end - start)
            for mention in mentions
            if mention.field == span.field and start <= mention.start and mention.end <= end
        }
    )
    return Quote(text=text[start:end], marks=tuple(marks), language=code)


def _sentence(text: str, span: Span) -> tuple[int, int]:
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    start = max(end for end in ends if end <= span.start)
    end = min((end for end in ends if end >= max(span.end, start + 1)), default=len(text))
    end = start + len(text[start:end].rstrip())
    if end - start <= _LONGEST:
        return start, end
    start = max(start, span.start - _LONGEST // 4)
    return start, min(end, start + _LONGEST)
