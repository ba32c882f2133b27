"""Words by themselves, as headlines use them, from the frequency lists of wordfreq's wheel.

Where it has none, from the texts that the model learns from.

Headlines do without the small words that a language's running text is known by. A list is a run of
bins, each a hundredth of a power of ten rarer than the one before it.
"""

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from zipfile import ZipFile

import msgspec

from services.processors.detect.fold import words

WHEEL = "wordfreq/wordfreq-3.1.1-py3-none-any.whl"
LISTS = (
    "ar", "bg", "ca", "cs", "da", "de", "en", "es", "fa", "fi", "fil", "fr", "hi", "hu", "id", "is",
    "it", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "uk",
    "ur", "vi",
)  # fmt: skip
_FLATTER = 0.6  # a word is drawn by this power of its frequency: rare ones more often than in text
_BORROWED = 3  # a word so many times as frequent in English is English inside another list


def listed(root: Path, name: str, seed: int) -> Iterator[str]:
    """Words of the list, without end and in no order. The same seed draws the same words."""
    return _singly(_own(root, name, frequencies(root, name)), f"{name} {seed}")


def counted(root: Path, name: str, texts: Iterable[str], seed: int) -> Iterator[str]:
    """The same from these texts of a language that wordfreq has no list of."""
    often = Counter(word.lower() for text in texts for word in words(text) if _is_word(word))
    total = often.total()
    shares = {word: times / total for word, times in sorted(often.items())}
    return _singly(_own(root, name, shares), f"{name} {seed}")


def _own(root: Path, name: str, shares: Mapping[str, float]) -> Mapping[str, float]:
    """Without the words that are English in the lists of others."""
    if name == "en":
        return shares
    english = frequencies(root, "en")
    return {
        word: share for word, share in shares.items() if english.get(word, 0.0) < _BORROWED * share
    }


def _singly(shares: Mapping[str, float], seed: str) -> Iterator[str]:
    known = list(shares)
    sums = list(accumulate(share**_FLATTER for share in shares.values()))
    random = Random(seed)
    while True:
        yield random.choices(known, cum_weights=sums)[0]


@cache
def frequencies(root: Path, name: str) -> dict[str, float]:
    """Word → its share of all words, of those that have letters alone and more than one."""
    with ZipFile(root / WHEEL) as wheel:
        large, small = (f"wordfreq/data/{size}_{name}.msgpack.gz" for size in ("large", "small"))
        packed = gzip.decompress(wheel.read(large if large in wheel.namelist() else small))
    bins = msgspec.msgpack.decode(packed)[1:]
    return {
        word: 10 ** (-place / 100)
        for place, words in enumerate(bins)
        for word in words
        if _is_word(word)
    }


def _is_word(word: str) -> bool:
    return word.isalpha() and len(word) > 1
