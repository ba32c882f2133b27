"""Unknown names across scripts: the consonants of a word, the same for "Araghchi" and "عراقچی".

Vowels are mostly unwritten in Arabic and Hebrew script, so a name is compared by its consonants, in
classes that survive transliteration: v and w go with the vowels, as و and ו stand for all of them,
and sounds that scripts or languages mix up (s and z, sh and ch, h and kh) are one. Where a spelling
has two readings a name has two skeletons. Short ones mean nothing and are left out.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_CLASSES = {
    "b": "b p б п ب پ ב",
    "f": "f ф ف פ ף",
    "t": "t т ت ط ث ט ת ٹ ټ",
    "d": "d д د ض ד ڈ ډ",
    "j": "j ž ج ж ژ",
    "c": "č š ч ш щ چ ش ש ښ څ",
    "h": "h х ح خ ה ח ہ ھ ه",
    "r": "r р ر ר ڑ ڕ ړ",
    "s": "s z ß с з ц س ص ز ذ ظ ס ז צ ץ ځ",
    "g": "g г ґ غ گ ג ګ ږ",
    "k": "k q c к ک ك ق כ ך ק",
    "l": "l ł л ل ל ڵ",
    "m": "m м م מ ם",
    "n": "n ñ ń н ن נ ן ں ڼ",
}
_CLASS = {ord(letter): name for name, letters in _CLASSES.items() for letter in letters.split()}
_DIGRAPHS = (
    ("tsch", "č"),
    ("sch", "š"),
    ("tch", "č"),
    ("ch", "č"),
    ("sh", "š"),
    ("kh", "h"),
    ("gh", "g"),
    ("zh", "j"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("ç", "č"),
    ("ş", "š"),
    ("x", "ks"),
)
_TURKIC = frozenset(("tr", "az", "ku"))
_OWN_LETTERS = str.maketrans({"c": "j", "x": "h", "ğ": None})
_SOFT_C = re.compile(r"c(?=[eiyéèêëíî])")
_SOFT_G = re.compile(r"g(?=[eiéèêëí])")
_GERMAN = re.compile(r"j|(?<!s)ch|(?<=\w{4})s$")
_ENDINGS = {
    "ru": re.compile(r"(?<=\w{4})(?:[оеы]м|им|[оеи]го|[оеи]му|[ая]ми|[ая]х|(?<=[ое]в)[ауые])$"),
    "az": re.compile(r"(?<=\w{4})(?:n?[ıiuü]n|n[ıiuüda]|d[aə]n?|l[aə]r)$"),
    "ar": re.compile(r"^[وفبكل](?=\w{4})"),
    "he": re.compile(r"^ו?[הבלמשכ](?=\w{4})"),
}
_ENDINGS["uk"] = _ENDINGS["ru"]
_ARTICLE = re.compile(r"^(?:[وفبكکل]?ال|لل)")
_CLITICS = re.compile(r"^(?:[وفبكکل]?ال|لل|[وب](?=\w{4}))")
_LATIN_NAME = re.compile(r"[^\W\d_]{4,}")
_UNCASED_NAME = re.compile(r"[\u0600-\u06ff]{4,}|[\u05d0-\u05ea]{4,}")
_LONG_ENOUGH = 3


def names(word: str, language: str) -> tuple[str, ...]:
    """The skeletons of what may be a name, else nothing.

    A capitalised word may be, and every longer word of a script without capitals.
    """
    if _UNCASED_NAME.fullmatch(word) or (word[:1].isupper() and _LATIN_NAME.fullmatch(word)):
        spelt = (skeleton(one) for one in _readings(word.casefold(), language))
        return tuple(dict.fromkeys(one for one in spelt if len(one) >= _LONG_ENOUGH))
    return ()


@lru_cache(maxsize=1 << 15)
def skeleton(word: str) -> str:
    """The word's consonants by class, doubled ones once; a last h is left out, a last v an f."""
    if word.endswith(("v", "в")):
        word = f"{word[:-1]}f"
    for written, letter in _DIGRAPHS:
        word = word.replace(written, letter)
    consonants = "".join(_CLASS.get(ord(letter), "") for letter in word)
    spoken = consonants.replace("ts", "s").replace("dj", "j")
    return re.sub(r"(.)\1+", r"\1", spoken).removesuffix("h")


def strip_clitics(word: str) -> str:
    """An Arabic word without the article and the particles written onto it."""
    return _CLITICS.sub("", word)


def _readings(word: str, language: str) -> Iterator[str]:
    """How the word may be read: as it stands anywhere, then as in its language."""
    if language == "ar":
        word = _ARTICLE.sub("", word)
    yield _SOFT_C.sub("s", word)
    if language in _TURKIC:
        yield word.translate(_OWN_LETTERS)
    elif language == "de":
        yield _GERMAN.sub(lambda found: "h" if found[0] == "ch" else "", word)
    else:
        yield _SOFT_G.sub("j", word)
    if language in _ENDINGS:
        yield _ENDINGS[language].sub("", word)
