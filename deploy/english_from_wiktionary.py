"""Writes deploy/config/lexicon/english/wiktionary: words of other languages in English.

    python -m deploy.english_from_wiktionary FOLDER

FOLDER holds what was made of Wiktionary by others, and English word frequencies:

    wechsel/          https://github.com/CPJKU/wechsel (its dicts, of December 2021)
    wiktionary-dict/  https://github.com/open-dsl-dict/wiktionary-dict (of January 2015)
    wordfreq/         the wheel of https://pypi.org/project/wordfreq/3.1.1/

Of a word's translations the most usual English one stands for it, most of all where several entries
agree. Of a verb made of a noun ("حمله کردن") the noun stands for it.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from math import log10
from pathlib import Path

from deploy.language.listed import frequencies
from services.processors.gather.lexicon import spelling

NAMES = {
    "az": "azerbaijani", "bg": "bulgarian", "ckb": "central kurdish", "el": "greek",
    "fa": "persian", "he": "hebrew", "hi": "hindi", "hy": "armenian", "ka": "georgian",
    "kk": "kazakh", "ku": "northern kurdish", "ps": "pashto", "uk": "ukrainian", "ur": "urdu",
}  # fmt: skip
PAGES = Path(__file__).parent / "config" / "lexicon" / "english" / "wiktionary"
_HEAD = """\
# Words in English: see ../README.md. Made by deploy/english_from_wiktionary.py from the
# translations of the English Wiktionary, https://en.wiktionary.org, by its authors: CC BY-SA 3.0,
# https://creativecommons.org/licenses/by-sa/3.0/.
"""
_ASIDE = re.compile(r"/[^/]*/|\[.*?\]|\(.*?\)|\{.*?\}|SEE:.*")
_MARKS = re.compile("[\u064b-\u065f\u0670\u0640\u0591-\u05c7\u0301]")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z'-]*(?: [A-Za-z'-]+)?")
_OF_LETTERS = re.compile(r"\b(?:alphabet|script|letter|language|interjection|particle)\b")
_LIGHT_VERBS = {
    "fa": "کردن شدن دادن زدن کشیدن گرفتن داشتن",
    "ur": "کرنا ہونا دینا",
    "ku": "kirin bûn dan",
    "ps": "کول کېدل",
    "ckb": "کردن بوون",
    "hi": "करना होना",
}
_AGREEMENT = 1.0
_NAME = 0.5
"""How many powers of ten of frequency another entry is worth, and how many a capital costs."""
_UNHEARD = 1e-9
_LEAST_USUAL = 1e-6
"""Words whose English is rarer than one in a million are none of the news."""


def page(root: Path, language: str) -> str:
    """The file of this language."""
    words = sorted(_words(root, language).items())
    return _HEAD + "".join(f"{word}\t{english}\n" for word, english in words)


def _words(root: Path, language: str) -> dict[str, str]:
    usual = frequencies(root, "en")
    verbs = {spelling(one, language) for one in _LIGHT_VERBS.get(language, "").split()}
    words: dict[str, str] = {}
    nouns: dict[str, str] = {}
    for entry, translations in _entries(root, language).items():
        best = max(sorted(translations), key=lambda one: _weight(one, translations[one], usual))
        match entry.split():
            case [word]:
                words[word] = best
            case [noun, verb] if verb in verbs:
                nouns[noun] = best
    known = {**nouns, **words}
    return {word: one for word, one in known.items() if _usual(one, usual) >= _LEAST_USUAL}


def _weight(english: str, entries: int, usual: Mapping[str, float]) -> float:
    return log10(_usual(english, usual)) + _AGREEMENT * entries - _NAME * english[0].isupper()


def _usual(english: str, usual: Mapping[str, float]) -> float:
    return min(usual.get(word.lower(), _UNHEARD) for word in english.split())


def _entries(root: Path, language: str) -> dict[str, Counter[str]]:
    """Spelt word or phrase → its translations, and how many entries have each."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for english, said in (*_newer(root, language), *_older(root, language)):
        word = spelling(_MARKS.sub("", said), language).strip()
        if word and _ENGLISH.fullmatch(english) and not _OF_LETTERS.search(english):
            found[word][english] += 1
    return dict(found)


def _newer(root: Path, language: str) -> Iterator[tuple[str, str]]:
    path = root / "wechsel" / "dicts" / "data" / f"{NAMES[language]}.txt"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        english, tab, said = line.partition("\t")
        if tab:
            yield english.strip(), said


def _older(root: Path, language: str) -> Iterator[tuple[str, str]]:
    path = root / "wiktionary-dict" / "src" / f"en-{language}-enwiktionary.txt"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        english, sign, said = line.partition(" :: ")
        if sign and not line.startswith("#"):
            for one in re.split("[,;]", _ASIDE.sub("", said)):
                yield _ASIDE.sub("", english).strip().removeprefix("to "), one


if __name__ == "__main__":
    for code in NAMES:
        (PAGES / f"{code}.tsv").write_text(page(Path(sys.argv[1]), code), encoding="utf-8")
