"""How articles are worded: read together, since most of the time goes into beginning to read."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from msgspec import Struct

from services.processors.gather.essence import doubtful, essence, essence_of
from services.processors.gather.shingles import is_digit, words_of
from services.processors.gather.sketch import Sketch, Text, sketches
from shared.text import fold, fold_all, fold_together


class Wording(Struct, frozen=True, gc=False):
    """What is known of one article's words."""

    title: str  # folded
    length: int  # words of title and body
    essence: str
    sketch: Sketch


def folded_whole(title: str, body: str) -> str:
    """A folded title and what stands under it, folded here."""
    return f"{title} {fold(body)}"


def wordings(texts: Sequence[tuple[str, str]]) -> list[Wording]:
    """The wordings of articles, given as title and body; each alone would be read the same."""
    if not texts:
        return []
    codes, begins = fold_together([f"{title} {body}" for title, body in texts])
    words = words_of(codes)
    doubts = doubtful(codes, words, begins)
    figures = is_digit(codes[words.starts])
    titles = fold_all([title for title, _ in texts])
    first = [*words.starts.searchsorted(begins).tolist(), len(words.starts)]
    read = [
        Text(
            title,
            partial(folded_whole, title, body),
            words.hashes[start:end],
            words.hashes[start:end][figures[start:end]],
        )
        for title, (_, body), (start, end) in zip(titles, texts, pairwise(first), strict=True)
    ]
    return [
        Wording(
            text.title,
            len(text.words),
            essence(text.folded(), text.words) if place in doubts else essence_of(text.words),
            sketch,
        )
        for place, (text, sketch) in enumerate(zip(read, sketches(read), strict=True))
    ]
