"""Words by themselves, as headlines use them, from the frequency lists of wordfreq's wheel.

Headlines do without the small words that a language's running text is known by. A list is a run of
bins, each a hundredth of a power of ten rarer than the one before it.
"""

import gzip
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from zipfile import ZipFile

import msgspec

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
    own, english = _frequencies(root, name), _frequencies(root, "en")
    words = [
        word
        for word, share in own.items()
        if name == "en" or english.get(word, 0.0) < _BORROWED * share
    ]
    sums = list(accumulate(own[word] ** _FLATTER for word in words))
    random = Random(f"{name} {seed}")
    while True:
        yield random.choices(words, cum_weights=sums)[0]


def _frequencies(root: Path, name: str) -> dict[str, float]:
    with ZipFile(root / WHEEL) as wheel:
        packed = gzip.decompress(wheel.read(f"wordfreq/data/small_{name}.msgpack.gz"))
    bins = msgspec.msgpack.decode(packed)[1:]
    return {
        word: 10 ** (-place / 100)
        for place, words in enumerate(bins)
        for word in words
        if word.isalpha() and len(word) > 1
    }
