"""What an article keeps of its wording, to know a copy, an excerpt or a shared title again."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from services.processors.gather import shingles
from services.processors.gather.minhash import Signature, estimate, signatures
from services.processors.gather.shingles import Hashes

COPY = 0.4
"""From this estimate on two texts of some length are one text."""
LINK = 0.3
"""From this estimate on such texts share so much that they belong together."""
_SAME_RUNS, _RELATED_RUNS = 0.5, 0.3
_SPELT_ALIKE, _BUT_FOR_SPELLING = 0.6, 0.8
"""What two short texts must share of word 3-grams and letter 5-grams: see `one_item`."""
EXCERPT = 0.8
"""From this share of its wording on, an excerpt is a copy of the longer text."""

MIN_SAMPLES = 6
"""With fewer, containment cannot be told."""

SAMPLED = 8_192
"""Word 3-grams from which samples are taken: an excerpt from behind them is not known as one.
Without a limit one page of a megabyte would be kept as half a megabyte of samples, for days."""

FIGURES = 64
"""An article with more figures than this keeps none of them."""
_FEW_FIGURES = 3

_WORD = re.compile(r"[\u3040-\u9fff]{1,2}|[^\W\u3040-\u9fff]+")
"""Where no spaces are written two characters are about a word."""
_CRY = re.compile(
    r"^\W*(?:son dakıka|flas|breakıng(?: news)?|عاجل|فوری|فوري|"
    r"срочно|молния|eılmeldung|urgent|alerte)\W"
)
_PARTS = re.compile(rf"\s[|»·•-]+\s|[|»]|{_CRY.pattern}")
"""What parts a title from an outlet's name or a cry before it; the longest part is the title, with
those about as long: under one kicker stand many titles."""
_SEPARATING = ("|", "»", "·", "•", " -")
"""Where a title has several parts it holds one of these, or begins with a cry."""
_SAMPLE, _SAMPLE_BITS = np.uint64(7), np.uint64(3)
_TITLE_WORDS = 4
_TITLE_LETTERS = 16


class Sketch(Struct, frozen=True, gc=False):
    """The wording of one article.

    `values`: the MinHash signature, 128 x uint32 little-endian, of word 3-grams, or of letter
    5-grams if `short`. `samples`: every eighth of the first SAMPLED word 3-grams by value
    (FracMinHash, Irber 2022), which estimates containment whatever the lengths. `title`: a key
    equal for equal titles, 0 where the title is too short to mean anything. `figures`: hashes
    of the numbers as written, which a copy repeats and tomorrow's weather does not. `runs`: of a
    short text all word 3-grams, 64 bits each.
    """

    values: bytes
    samples: tuple[int, ...]
    title: int
    short: bool
    figures: tuple[int, ...] = ()
    runs: bytes = b""

    @property
    def signature(self) -> Signature:
        """The signature as an array."""
        return np.frombuffer(self.values, "<u4")

    @property
    def by_words(self) -> Signature:
        """The signature of the word 3-grams, of a short text, too."""
        return _signed(self.runs) if self.short else self.signature


@lru_cache(maxsize=1 << 10)
def _signed(runs: bytes) -> Signature:
    """The signature of these hashes. A short text is compared with many longer ones in a row."""
    [signed] = signatures([np.frombuffer(runs, "<u8")])
    return signed


class Text(NamedTuple):
    """What a sketch is made of: the folded title, the whole text, its words and its figures."""

    title: str
    folded: Callable[[], str]  # called only for a short text
    words: Hashes
    figures: Hashes  # those of the words that begin with a digit


def sketches(texts: Sequence[Text]) -> list[Sketch]:
    """The sketch of each of these texts; several at once take half the time."""
    by_words = shingles.word_shingles([text.words for text in texts])
    short = [shingles.is_short(text.words) for text in texts]
    pieces = [
        shingles.letter_shingles(text.folded()) if by_letters else runs
        for text, runs, by_letters in zip(texts, by_words, short, strict=True)
    ]
    made = zip(texts, signatures(pieces), _samples(by_words), short, by_words, strict=True)
    return [
        Sketch(
            signed.astype("<u4").tobytes(),
            samples,
            _title_key(text.title),
            by_letters,
            _figures(text.figures),
            runs.astype("<u8").tobytes() if by_letters else b"",
        )
        for text, signed, samples, by_letters, runs in made
    ]


def _samples(texts: Sequence[Hashes]) -> Iterator[tuple[int, ...]]:
    """Every eighth by value of the first word 3-grams of each of these texts."""
    first = [runs[:SAMPLED] for runs in texts]
    together = np.concatenate((shingles.NOTHING, *first))
    at = ((together & _SAMPLE) == 0).nonzero()[0]
    sampled = (together.take(at) >> _SAMPLE_BITS).tolist()
    ends = at.searchsorted(np.add.accumulate([*map(len, first)]))
    return (tuple(set(sampled[start:end])) for start, end in pairwise((0, *ends.tolist())))


def resemblance(one: Sketch, other: Sketch) -> float:
    """Estimated Jaccard similarity of two texts; of a short and a long one by words."""
    if one.short == other.short:
        return estimate(one.signature, other.signature)
    return estimate(one.by_words, other.by_words)


def one_item(one: Sketch, other: Sketch, letters: float) -> bool:
    """Whether two short texts that share so many of their letter 5-grams are one text.

    Headlines are made by forms ("Kurs EUR/PLN", "road accident in Konya: 2 dead") and share letters
    by the half where they share no event: so word 3-grams or all but the spelling must be the same.
    """
    words = _in_common(one.runs, other.runs)
    if words >= _SAME_RUNS:
        return True
    alike = letters >= (_SPELT_ALIKE if words >= _RELATED_RUNS else _BUT_FOR_SPELLING)
    return alike and not _others(one.figures, other.figures)


def _in_common(one: bytes, other: bytes) -> float:
    """The exact Jaccard similarity of two rows of hashes."""
    left, right = set(memoryview(one).cast("Q")), set(memoryview(other).cast("Q"))
    return len(left & right) / max(1, len(left | right))


def containment(one: Sketch, other: Sketch, shared: int) -> float:
    """How much of the shorter text stands in the longer, 0 where that cannot be told.

    `shared` is the number of samples that both have.
    """
    fewer = min(len(one.samples), len(other.samples))
    return shared / fewer if fewer >= MIN_SAMPLES else 0.0


def other_figures(one: Sketch, other: Sketch) -> bool:
    """Whether both tell several figures and less than half of the fewer are the same.

    Then it is a template (rates, weather, cases of the day), however alike the words.
    """
    fewer = min(len(one.figures), len(other.figures))
    return fewer >= _FEW_FIGURES and _others(one.figures, other.figures)


def _others(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether less than half of the fewer figures are told by both."""
    return 2 * len(set(one).intersection(other)) < min(len(one), len(other))


def _figures(hashes: Hashes) -> tuple[int, ...]:
    """Those of a long list are left out: an excerpt of it has others than its beginning."""
    told = set(hashes.tolist())
    return tuple(told) if len(told) <= FIGURES else ()


def _title_key(title: str) -> int:
    """The words of the title's longest part, and of others about as long, in one number."""
    parts = _parts(title)
    longest = max(map(len, parts))
    read = [_WORD.findall(part) for part in parts if 2 * len(part) >= longest]
    words = [word for part in read if len(part) >= _TITLE_WORDS for word in part]
    if not words:
        return 0
    joined = " ".join(words)
    if len(joined) - len(words) < _TITLE_LETTERS and sum(map(_letters, words)) < _TITLE_LETTERS:
        return 0
    text = joined.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little") >> 1


def _parts(title: str) -> Sequence[str]:
    """What stands between separators and behind a cry; most titles are one part."""
    if any(sign in title for sign in _SEPARATING) or _CRY.match(title):
        return _PARTS.split(title)
    return (title,)


def _letters(word: str) -> int:
    """How many letters a word is worth: a character of Chinese or Japanese says as much as two."""
    return len(word) * (2 if word >= "\u3040" else 1)
