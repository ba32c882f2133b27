"""Multinomial logistic regression by AdaGrad (Duchi and others, 2011), a piece at a time.

Compiled by numba: a piece touches some hundred rows of the weights, and a step costs no more than
its arithmetic, so millions of pieces can be learnt from.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from deploy.language.numbered import Arrays

ROUNDS, RATE = 3, 0.1
_FIRST_SQUARE = 1e-2  # stands for the slopes that AdaGrad has not seen yet

Floats = NDArray[np.float32]
Labels = NDArray[np.int32]


def descend(pieces: Arrays, labels: Labels, worth: Floats, bits: int) -> Floats:
    """The weights, a row a bucket and a column a language.

    `labels` are the pieces' columns, below 0 where a piece is not to be learnt; `worth` is what an
    error of each language counts.
    """
    weights = np.zeros((1 << bits, len(worth)), np.float32)
    squares, order = np.full_like(weights, _FIRST_SQUARE), np.random.default_rng(0)
    learnt = np.flatnonzero(labels >= 0)
    for turn in range(ROUNDS):
        left = 1 - np.linspace(turn, turn + 1, len(learnt), endpoint=False) / ROUNDS
        rates = (RATE * left).astype(np.float32)
        loss = _round(order.permutation(learnt), rates, pieces, (labels, worth), (weights, squares))
        print(f"  round {turn + 1} of {ROUNDS}: loss {loss:.4f}", flush=True)
    return weights


@njit(fastmath=True)
def _round(
    order: NDArray[np.int64],
    rates: Floats,
    pieces: Arrays,
    expected: tuple[Labels, Floats],
    state: tuple[Floats, Floats],
) -> float:
    """Every piece once, in this order; the mean loss."""
    (labels, worth), (weights, squares) = expected, state
    loss, errors = 0.0, np.empty(weights.shape[1], np.float32)
    for place in range(len(order)):
        piece, rate = order[place], rates[place]
        label = labels[piece]
        errors[:] = 0
        shrink = np.float32(1 / np.sqrt(_add_up(piece, pieces, weights, errors)))
        errors *= shrink
        errors[:] = np.exp(errors - errors.max())
        errors /= errors.sum()
        loss -= np.log(errors[label] + 1e-9)
        errors[label] -= 1
        errors *= worth[label] * shrink
        for at in range(pieces.ends[piece], pieces.ends[piece + 1]):
            word = pieces.words[at]
            for feature in range(pieces.firsts[word], pieces.firsts[word + 1]):
                bucket = pieces.buckets[feature]
                row, square = weights[bucket], squares[bucket]
                for column in range(len(errors)):
                    slope = pieces.worths[at] * errors[column]
                    square[column] += slope * slope
                    row[column] -= rate * slope / np.sqrt(square[column])
    return loss / len(order)


@njit(fastmath=True)
def scored(pieces: Arrays, weights: Floats) -> tuple[Floats, Floats]:
    """Of each piece the sum of its features' rows, and how much these features count together."""
    sums = np.zeros((len(pieces.ends) - 1, weights.shape[1]), np.float32)
    totals = np.empty(len(sums), np.float32)
    for piece in range(len(sums)):
        totals[piece] = _add_up(piece, pieces, weights, sums[piece])
    return sums, totals


@njit(fastmath=True)
def _add_up(piece: int, pieces: Arrays, weights: Floats, sums: Floats) -> float:
    """Add the rows of a piece's features to `sums`; how much these features count together."""
    total = 0.0
    for at in range(pieces.ends[piece], pieces.ends[piece + 1]):
        word, counts = pieces.words[at], pieces.worths[at]
        for feature in range(pieces.firsts[word], pieces.firsts[word + 1]):
            row = weights[pieces.buckets[feature]]
            total += counts
            for column in range(len(sums)):
                sums[column] += counts * row[column]
    return total
