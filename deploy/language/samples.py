"""What the model learns from: pieces of one to eighteen words, spoilt as feeds spoil them."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from deploy.language.corpora import ALIASES, Sentence
from deploy.language.draw import drawn
from deploy.language.listed import LISTS, counted, listed
from services.processors.detect.fold import words
from services.processors.detect.scripts import script_of

# The languages that news about our subject is written in come first; the others are there so that
# they are not taken for these.
MAIN = ("ar", "fa", "tr", "en", "az", "ku", "ckb", "ur", "ps", "he", "ru", "de", "fr")
DRAWN = (
    "af", "ar", "az", "be", "bg", "bs", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fa",
    "fi", "fr", "ga", "hr", "hu", "id", "is", "it", "kk", "lt", "lv", "mk", "mn", "ms", "nb", "nl",
    "nn", "pl", "pt", "ro", "ru", "sk", "sl", "so", "sq", "sr", "sv", "sw", "tl", "tr", "uk", "ur",
    "vi", "yo", "zu",
)  # fmt: skip
_LENGTHS = (1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 18)
_WEIGHTY_LENGTHS = (1, 2, 2, 3, 4)  # of pieces without small words
_SMALL = 4  # letters that a word has which is not small
_TITLES = {"en": 0.4}  # up to which chance a piece has capitals like an English headline
_MANY, _FEW = 200_000, 16_000  # drawn pieces of a main language, of another
_CODES = {"fil": "tl"}  # wordfreq's names of languages
_REPEATS = {"ntrex": 8, "klid": 4, "tico": 4, "ud": 4, "palid": 3}
_OLD = str.maketrans("یک", "يك")  # Persian typed with Arabic letters
_NEW = str.maketrans("يك", "یک")  # and the other way round
_BARE = str.maketrans("یي", "ىى")  # Kurdish typed with the letter that has no points
_MISREAD = str.maketrans("ışğ", "ýþð")  # Turkish bytes read as Western European ones
_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_SERBIAN = str.maketrans(
    dict(zip(_CYRILLIC, ("a", "b", "v", "g", "d", "đ", "e", "ž", "z", "i", "j", "k", "l", "lj", "m",
                         "n", "nj", "o", "p", "r", "s", "t", "ć", "u", "f", "h", "c", "č", "dž",
                         "š"), strict=True))
)  # fmt: skip


class Piece(NamedTuple):
    """A few words of one language, all of one script."""

    code: str
    script: str
    words: Sequence[str]


def plain(texts: Sequence[Sentence], random: Random) -> Iterator[Piece]:
    """One piece of each sentence, as it was written."""
    return _real([text._replace(source="") for text in texts], random)


def pieces(root: Path, texts: Sequence[Sentence], random: Random) -> Iterator[Piece]:
    """Real pieces and drawn ones, spoilt."""
    names = _names(texts)
    for piece in (*_real(texts, random), *_drawn(root, random), *_listed(root, texts, random)):
        yield _spoil(piece, names.get(piece.script, ()), random)


def _real(texts: Sequence[Sentence], random: Random) -> Iterator[Piece]:
    for text in texts:
        found = words(text.text)
        for _ in range(_REPEATS.get(text.source, 1) if found else 0):
            length = random.choice(_LENGTHS)
            start = random.randrange(max(1, len(found) - length + 1))
            yield from _by_script(text.code, found[start : start + length])


def _drawn(root: Path, random: Random) -> Iterator[Piece]:
    for name in DRAWN:
        code, source = ALIASES.get(name, name), drawn(root, name, seed=7)
        for turn in range(_MANY if name in MAIN else _FEW):
            piece = _weighty(source, random) if turn % 2 else _running(source, random)
            yield from _by_script(code, piece)
            if name == "sr":
                yield Piece(code, "latin", [word.translate(_SERBIAN) for word in piece])


def _running(source: Iterator[str], random: Random) -> list[str]:
    return list(islice(source, random.choice(_LENGTHS)))


def _weighty(source: Iterator[str], random: Random) -> list[str]:
    """Without small words, as headlines and names of things are."""
    found = (word for word in source if len(word) >= _SMALL)
    return list(islice(found, random.choice(_WEIGHTY_LENGTHS)))


def _listed(root: Path, texts: Sequence[Sentence], random: Random) -> Iterator[Piece]:
    for name in LISTS:
        many = _MANY if name in MAIN else _FEW
        code = ALIASES.get(name, _CODES.get(name, name))
        yield from _of(code, listed(root, name, seed=7), many, random)
    for name in (name for name in MAIN if name not in LISTS):
        own = (text.text for text in texts if text.code == name)
        for piece in _of(name, counted(root, name, own, seed=7), _MANY, random):
            if name != "ku" or piece.script == "latin":  # in Arabic letters they are Sorani's, too
                yield piece


def _of(code: str, source: Iterator[str], many: int, random: Random) -> Iterator[Piece]:
    for _ in range(many):
        yield from _by_script(code, _running(source, random))


def _by_script(code: str, found: Sequence[str]) -> Iterator[Piece]:
    """The words of the script that most of them are of."""
    scripts = [script_of(word) for word in found]
    main = max(set(scripts), key=scripts.count) if scripts else ""
    if kept := [word for word, script in zip(found, scripts, strict=True) if script == main]:
        yield Piece(code, main, kept)


def _names(texts: Sequence[Sentence]) -> dict[str, list[str]]:
    """Names as headlines of every language have them: capitals inside sentences of a few."""
    names: dict[str, list[str]] = {"latin": [], "cyrillic": []}
    for text in texts:
        if text.source == "ntrex" and text.code in {"en", "de", "fr", "it", "es", "ru", "uk", "bg"}:
            for word in words(text.text)[1:]:
                if word[0].isupper() and (script := script_of(word)) in names:
                    names[script].append(word)
    return names


def _spoil(piece: Piece, names: Sequence[str], random: Random) -> Piece:
    spoilt = list(piece.words)
    if names and random.random() < 0.5:  # noqa: PLR2004
        for _ in range(min(random.choice((1, 1, 2, 2, 3, 4, 5)), len(spoilt))):
            place = random.randrange(len(spoilt) + 1)
            spoilt[place:place] = random.choices(names, k=random.choice((1, 1, 2)))
    chance = random.random()
    if piece.script == "arabic":
        table = _respelt(piece.code, chance)
        spoilt = [word.translate(table) for word in spoilt] if table else spoilt
    elif piece.code == "tr" and chance < 0.02:  # noqa: PLR2004
        spoilt = [word.translate(_MISREAD) for word in spoilt]
    elif chance < 0.06:  # noqa: PLR2004
        spoilt = [word.upper() for word in spoilt]
    elif chance < _TITLES.get(piece.code, 0.09):
        spoilt = [word.capitalize() for word in spoilt]
    return piece._replace(words=spoilt)


def _respelt(code: str, chance: float) -> dict[int, int] | None:
    if code in {"ckb", "ku"} and 0.12 <= chance < 0.3:  # noqa: PLR2004
        return _BARE
    if code == "ar":
        return _NEW if chance < 0.08 else None  # noqa: PLR2004
    return _OLD if chance < (0.5 if code == "fa" else 0.12) else None
