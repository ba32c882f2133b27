"""What each word tells, remembered: news repeats its words, and a look-up is all they cost then.

Words not met before are read together, a script at a time. At most REMEMBERED words are kept, of
at most `fold.LONGEST` letters: some 25 MB; then all are forgotten and it begins anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from threading import Lock
from typing import NamedTuple

import numpy as np

from services.processors.detect.model import FOREIGN, LOWER, TELLING, Scores, Weights, weights
from services.processors.detect.scripts import script_of

REMEMBERED = 1 << 16


class _Page:
    """Words by row. A word is found only after its row is whole, so that threads may share it."""

    def __init__(self, models: dict[str, Weights]) -> None:
        widest = max(len(model.codes) for model in models.values())
        self.models = models
        self.row_of: dict[str, int] = {}
        self.scripts: list[str] = []
        self.telling: dict[int, frozenset[str]] = {}  # its letters that TELLING names, if any
        self.sums = np.zeros((REMEMBERED, widest + 1), np.int32)  # the last: features, weighted

    def add(self, words: Iterable[str]) -> None:
        """Read these, of which none is here, and keep what they tell."""
        by_script: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            by_script[script_of(word)].append(word)
        for script, of_it in by_script.items():
            first = len(self.scripts)
            if script in self.models:
                self._sum(script, of_it, first)
            self.scripts += [script] * len(of_it)
            self.row_of.update(zip(of_it, range(first, first + len(of_it)), strict=True))

    def _sum(self, script: str, words: Sequence[str], first: int) -> None:
        lower = [word.lower() for word in words]
        cased = [low != word for low, word in zip(lower, words, strict=True)]
        times = np.where(cased, 1, LOWER)
        sums, counts = self.models[script].sums(lower)
        past = first + len(words)
        self.sums[first:past, : sums.shape[1]] = sums * times[:, None]
        self.sums[first:past, -1] = counts * times
        telling = TELLING.get(script, {}).keys()
        for row, (low, named) in enumerate(zip(lower, cased, strict=True), first):
            if not telling.isdisjoint(low):
                found = telling & set(low)
                self.telling[row] = frozenset(found - FOREIGN if named else found)


class Told(NamedTuple):
    """A text's words as they are remembered: the row of each, and the scripts they are of."""

    page: _Page
    rows: Sequence[int]
    scripts: frozenset[str]

    def script_of_each(self) -> list[str]:
        """The script of each word."""
        return [self.page.scripts[row] for row in self.rows]

    def likelihoods(self, script: str) -> Scores:
        """Calibrated log-likelihoods of the script's languages, for the words that are of it."""
        page, model, rows = self.page, self.page.models[script], self.rows
        if len(self.scripts) > 1:
            rows = [row for row in rows if page.scripts[row] == script]
        summed = np.add.reduce(page.sums.take(rows, axis=0), axis=0, dtype=np.int32)
        scores = model.likelihoods(summed[: len(model.codes)], int(summed[-1]))
        if not page.telling.keys().isdisjoint(rows):
            for letter in {letter for row in rows for letter in page.telling.get(row, ())}:
                code, log_likelihood = TELLING[script][letter]
                scores[model.codes.index(code)] += log_likelihood
        return scores


class Memory:
    """The words met so far. Safe to share between threads."""

    def __init__(self, models: dict[str, Weights]) -> None:
        """Empty."""
        self._models = models
        self._page = _Page(models)
        self._reading = Lock()

    def told(self, words: Sequence[str]) -> Told:
        """What these words tell; fewer than REMEMBERED."""
        page = self._page
        try:
            rows = [page.row_of[word] for word in words]
        except KeyError:
            page = self._read(words)
            rows = [page.row_of[word] for word in words]
        scripts = page.scripts
        return Told(page, rows, frozenset([scripts[row] for row in rows]))

    def meet(self, words: Iterable[str]) -> None:
        """Read these words now and at once, as far as there is room for them."""
        known = self._page.row_of
        new = [word for word in dict.fromkeys(words) if word not in known]
        if new:
            self._read(new[: REMEMBERED // 2])

    def _read(self, words: Iterable[str]) -> _Page:
        with self._reading:
            page = self._page
            new = [word for word in dict.fromkeys(words) if word not in page.row_of]
            if len(page.scripts) + len(new) > REMEMBERED:
                self._page = page = _Page(self._models)
                new = list(dict.fromkeys(words))
            page.add(new)
        return page


@cache
def memory() -> Memory:
    """The process's own."""
    return Memory(weights())
